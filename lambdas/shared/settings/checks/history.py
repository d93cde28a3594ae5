"""A run has to fit into the history of one execution, however long its trainings take.

Step Functions ends an execution whose history holds 25,000 events
(https://docs.aws.amazon.com/step-functions/latest/dg/service-quotas.html). The solutions of a run
share one history, and each look at a pending training adds to it.
"""

from collections.abc import Iterator

from lambdas.shared.settings.operation import Polling
from lambdas.shared.settings.pipeline import Pipeline
from lambdas.shared.settings.problems import Problem

_EVENTS = 25_000
# A look is a task (5 events), a choice (2) and a wait (2).
_LOOK = 9
# Everything else of a run, and of each solution, with waits of an hour each: an upper bound.
_RUN, _SOLUTION = 3_000, 1_000


def check_history(pipeline: Pipeline) -> Iterator[Problem]:
    """Yield a problem where the longest trainings would not fit."""
    polling, solutions = pipeline.operation.polling, len(pipeline.solutions)
    spent = _events(polling, polling.give_up_after_hours, solutions)
    if spent <= _EVENTS:
        return
    fits = [h for h in range(1, polling.give_up_after_hours) if _fits(polling, h, solutions)]
    remedy = f"set giveUpAfterHours to {fits[-1]} or less" if fits else "take fewer solutions"
    yield Problem(
        ("operation", "polling"),
        f"{solutions} solutions watched for {polling.give_up_after_hours} hours make {spent:,} "
        f"events, and an execution's history holds {_EVENTS:,}: raise capSeconds (3600 at most), "
        f"or {remedy}",
    )


def _fits(polling: Polling, hours: int, solutions: int) -> bool:
    return _events(polling, hours, solutions) <= _EVENTS


def _events(polling: Polling, hours: int, solutions: int) -> int:
    return _RUN + solutions * (_SOLUTION + _LOOK * _looks(polling, hours))


def _looks(polling: Polling, hours: int) -> int:
    """How often something that takes that long is looked at."""
    elapsed, looks = 0.0, 0
    while elapsed < hours * 3600:
        share = polling.share * elapsed
        elapsed += max(polling.floor_seconds, min(polling.cap_seconds, share))
        looks += 1
    return looks
