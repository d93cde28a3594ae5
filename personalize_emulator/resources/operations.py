"""The table of operations: each handler registers under its operation's name."""

from collections.abc import Callable
from typing import Final, TypeAlias

from personalize_emulator.resources.call import Call
from personalize_emulator.values import Payload

Handler: TypeAlias = Callable[[Call, Payload], Payload | None]

HANDLERS: Final[dict[str, Handler]] = {}


def operation(name: str) -> Callable[[Handler], Handler]:
    """Register the handler of a control-plane or events operation.

    A handler runs under the backend's lock, in a transaction. It checks everything before it
    changes anything, so that an error leaves all as it was.
    """

    def register(handler: Handler) -> Handler:
        HANDLERS[name] = handler
        return handler

    return register
