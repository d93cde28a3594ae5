"""Events in real time."""

from lambdas.shared.settings.names import Name
from lambdas.shared.strict import Strict


class EventTracker(Strict):
    """What takes the clicks and purchases of the moment; the next answer knows them."""

    name: Name | None = None
    """The event tracker's name; <pipeline>-events unless given."""
