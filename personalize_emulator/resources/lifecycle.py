"""Status as a declared transition table, moved by a clock and by finished work.

A plan names the statuses that a resource passes through and where it ends. How long each step
lasts follows from the emulator's pace. The last step of a plan may also wait for work, such as a
training; it then ends when both the time is over and the work has an outcome. Statuses are those
of the API reference (CreateCampaign, StopRecommender and the others, section "Status").
"""

from collections.abc import Sequence
from dataclasses import asdict, dataclass, field
from typing import Any, Final


@dataclass(frozen=True)
class Plan:
    """The way of a status; ``success`` is None where the resource ends by being gone."""

    name: str
    steps: tuple[str, ...]
    success: str | None
    failure: str


CREATE: Final = Plan("create", ("CREATE PENDING", "CREATE IN_PROGRESS"), "ACTIVE", "CREATE FAILED")
DELETE: Final = Plan("delete", ("DELETE PENDING", "DELETE IN_PROGRESS"), None, "DELETE FAILED")
STOP: Final = Plan("stop", ("STOP PENDING", "STOP IN_PROGRESS"), "INACTIVE", "STOP FAILED")
START: Final = Plan("start", ("START PENDING", "START IN_PROGRESS"), "ACTIVE", "START FAILED")
HALT: Final = Plan("halt", ("CREATE STOPPING",), "CREATE STOPPED", "CREATE FAILED")
ERASE: Final = Plan("erase", ("PENDING", "IN_PROGRESS"), "COMPLETED", "FAILED")
PLANS: Final = {plan.name: plan for plan in (CREATE, DELETE, STOP, START, HALT, ERASE)}


@dataclass
class Progress:
    """How far a resource has come on its plan.

    Args:
        plan: the plan's name.
        ends: when each step ends, seconds since the epoch.
        works: whether the last step waits for work.
        step: the step that it is in.
        finished: when the work ended; None while it runs.
        failure: why it failed; None if it has not.
        result: what the work hands over, to be taken in when the plan succeeds.
    """

    plan: str
    ends: list[float]
    works: bool = False
    step: int = 0
    finished: float | None = None
    failure: str | None = None
    result: dict[str, Any] = field(default_factory=dict)


@dataclass
class Stateful:
    """Something with a status: a resource, or the latest update of one."""

    status: str | None
    created: float
    updated: float
    failure_reason: str | None = None
    progress: Progress | None = None

    def begin(
        self, plan: Plan, now: float, durations: Sequence[float], *, works: bool = False
    ) -> None:
        """Enter a plan; ``durations`` are seconds a step, the last one repeated if too few."""
        ends, end = [], now
        for position in range(len(plan.steps)):
            end += durations[min(position, len(durations) - 1)]
            ends.append(end)
        self.status, self.updated = plan.steps[0], now
        self.progress = Progress(plan.name, ends, works)

    def finish_work(
        self, now: float, *, failure: str | None = None, result: dict[str, Any] | None = None
    ) -> None:
        """Record the outcome of the work that the last step waits for."""
        if self.progress and self.progress.works:
            self.progress.finished = now
            self.progress.failure = failure
            self.progress.result = result or {}

    def due(self) -> float | None:
        """Return when the next change is due; None if time alone changes nothing."""
        if self.progress is None:
            return None
        end = self.progress.ends[self.progress.step]
        if not self._in_last_step() or not self.progress.works:
            return end
        return None if self.progress.finished is None else max(end, self.progress.finished)

    def advance(self, now: float) -> Progress | None:
        """Take the steps that are due by ``now``; return the progress if its plan has ended."""
        while (due := self.due()) is not None and due <= now and self.progress:
            self.updated = due
            if self._in_last_step():
                return self._end(self.progress)
            self.progress.step += 1
            self.status = PLANS[self.progress.plan].steps[self.progress.step]
        return None

    def _in_last_step(self) -> bool:
        progress = self.progress
        return progress is not None and progress.step == len(progress.ends) - 1

    def _end(self, progress: Progress) -> Progress:
        plan = PLANS[progress.plan]
        self.progress = None
        self.failure_reason = progress.failure
        self.status = plan.failure if progress.failure is not None else plan.success
        return progress

    @property
    def settled(self) -> bool:
        """Tell whether no change is under way."""
        return self.progress is None

    def state(self) -> dict[str, Any]:
        """Return the state as a JSON document."""
        return {
            "status": self.status,
            "created": self.created,
            "updated": self.updated,
            "failure_reason": self.failure_reason,
            "progress": asdict(self.progress) if self.progress else None,
        }


def read_state(document: dict[str, Any]) -> dict[str, Any]:
    """Turn what ``state`` wrote into keyword arguments of :class:`Stateful`."""
    progress = document["progress"]
    return {**document, "progress": Progress(**progress) if progress else None}
