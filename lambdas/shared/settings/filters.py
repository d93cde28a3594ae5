"""Filters: the service's own, with placeholders, and ones that move with the date."""

from datetime import UTC, datetime, timedelta
from typing import Annotated

from pydantic import Field

from lambdas.shared.settings.moments import fill_in, has_moments
from lambdas.shared.settings.names import Name
from lambdas.shared.strict import Strict

# Any moment will do to see whether an expression can be read.
EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


class Rotation(Strict):
    """How a filter that moves with the date is renewed: a new one first, then the old ones go."""

    every_days: int = Field(default=1, ge=1, le=30)
    """A filter that is this old is replaced, at the next run or by the schedule ``filters``."""
    keep: int = Field(default=2, ge=1, le=5)
    """How many of them exist at a time, so that clients have time to move to the newest."""


class Filter(Strict):
    """CreateFilter; the service has no update, so a changed one is deleted and made again."""

    name: Name
    """The filter's name; in the account it is <pipeline>-<name>, with the date if it rotates."""
    filter_expression: Annotated[str, Field(min_length=1, max_length=2500)]
    """The expression; ``{{now - 30 days}}`` becomes epoch seconds whenever it is renewed."""
    rotation: Rotation | None = None
    """How it is renewed; given exactly where the expression moves with the date."""

    @property
    def rotates(self) -> bool:
        """Return whether the expression moves with the date."""
        return has_moments(self.filter_expression)

    def expression_at(self, moment: datetime) -> str:
        """Return the expression as the service takes it at ``moment``."""
        return fill_in(self.filter_expression, moment)

    def period_start(self, moment: datetime) -> datetime:
        """Return the start (UTC midnight) of the rotation's period that ``moment`` lies in."""
        days = self.rotation.every_days if self.rotation else 1
        day = moment.astimezone(UTC).date().toordinal()
        return datetime.fromordinal(day - day % days).replace(tzinfo=UTC)

    def name_at(self, moment: datetime) -> str:
        """Return the name within the pipeline at ``moment``: the same all through a period."""
        if not self.rotates:
            return self.name
        return f"{self.name}-{self.period_start(moment):%Y%m%d}"

    def expires(self, moment: datetime) -> datetime:
        """Return when the filter made at ``moment`` is due to be replaced."""
        days = self.rotation.every_days if self.rotation else 1
        return self.period_start(moment) + timedelta(days=days)
