"""Which versions a campaign served, in order: what a rollback goes back to.

Kept as one small JSON object a campaign beside the runs (``promotions/<campaign>.json``), because
Personalize remembers only what serves now.
"""

from datetime import datetime
from typing import Self

from lambdas.shared.strict import Strict

MOST_JUDGED = 30


class Promotion(Strict):
    """A version that was made to serve."""

    solution_version_arn: str
    """The version."""
    at: datetime
    """When it began to serve, UTC."""
    execution_arn: str
    """The execution that made it serve."""
    drop_id: str = ""
    """The drop it was trained on; empty for a rollback."""
    withdrawn: str | None = None
    """Why it was rolled back; None while nothing is held against it."""


class Judged(Strict):
    """A version that came before the gate, with its offline metrics."""

    solution_version_arn: str
    at: datetime
    metrics: dict[str, float | None]


class History(Strict):
    """The promotions of one campaign, oldest first; the last one serves."""

    promotions: tuple[Promotion, ...] = ()
    """Every promotion and rollback, in the order of time."""
    judged: tuple[Judged, ...] = ()
    """The latest versions that were judged, promoted or not, in the order of time."""

    @property
    def serving(self) -> str | None:
        """Return the ARN of the version that was last made to serve."""
        return self.promotions[-1].solution_version_arn if self.promotions else None

    def measured(self, judged: Judged) -> Self:
        """Return the history with one more judged version; the same version is kept once."""
        others = [j for j in self.judged if j.solution_version_arn != judged.solution_version_arn]
        return self.model_copy(update={"judged": (*others, judged)[-MOST_JUDGED:]})

    def withdrawn(self, version_arn: str) -> str | None:
        """Return why a version was rolled back; None if it was not, or if it came back since."""
        latest = [p for p in self.promotions if p.solution_version_arn == version_arn]
        return latest[-1].withdrawn if latest else None

    def previous(self, serving: str) -> str | None:
        """Return the version that served before ``serving`` and was not itself rolled back."""
        before = [p.solution_version_arn for p in self.promotions]
        if serving in before:
            before = before[: len(before) - 1 - before[::-1].index(serving)]
        return next((v for v in reversed(before) if v != serving and not self.withdrawn(v)), None)

    def adopted(self, serving: str | None, at: datetime) -> Self:
        """Return the history knowing ``serving``, a version that something else made to serve."""
        if serving is None or any(p.solution_version_arn == serving for p in self.promotions):
            return self
        found = Promotion(solution_version_arn=serving, at=at, execution_arn="found serving")
        return self.model_copy(update={"promotions": (*self.promotions, found)})

    def promoted(self, promotion: Promotion) -> Self:
        """Return the history with one more promotion; telling it twice changes nothing."""
        if self.promotions and _same_act(self.promotions[-1], promotion):
            return self
        return self.model_copy(update={"promotions": (*self.promotions, promotion)})

    def rolled_back(self, promotion: Promotion, *, withdrawn: str, reason: str) -> Self:
        """Return the history with ``withdrawn`` marked and ``promotion`` serving in its place."""
        marked = tuple(
            p.model_copy(update={"withdrawn": reason}) if p.solution_version_arn == withdrawn else p
            for p in self.promotions
        )
        return self.model_copy(update={"promotions": marked}).promoted(promotion)


def _same_act(one: Promotion, other: Promotion) -> bool:
    return (one.solution_version_arn, one.execution_arn) == (
        other.solution_version_arn,
        other.execution_arn,
    )
