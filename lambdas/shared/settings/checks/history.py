"""A run has to fit into one execution, its history and its year, however long its waits take.

Step Functions ends an execution whose history holds 25,000 events
(https://docs.aws.amazon.com/step-functions/latest/dg/service-quotas.html). The solutions of a run
share one history, and each look at a pending training adds to it, until an execution of its own
goes on watching.
"""

import math
from collections.abc import Iterator

from lambdas.shared.settings.longest import DAY, HOUR, YEAR, approvals, longest_run_seconds
from lambdas.shared.settings.operation import WATCH_AFTER_SECONDS, Polling
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
    seconds = min(polling.give_up_after_hours * 3600, WATCH_AFTER_SECONDS)
    spent = _RUN + solutions * (_SOLUTION + _LOOK * _looks(polling, seconds))
    if spent > _EVENTS:
        yield Problem(
            ("operation", "polling"),
            f"{solutions} solutions watched for {seconds // 3600} hours make {spent:,} events, and "
            f"an execution's history holds {_EVENTS:,}: raise capSeconds (300 unless given), or "
            "take fewer solutions",
        )


def check_length(pipeline: Pipeline) -> Iterator[Problem]:
    """Yield a problem where the longest approvals, one after another, would not fit into a year."""
    seconds, waits = longest_run_seconds(pipeline), approvals(pipeline)
    if seconds <= YEAR:
        return
    hours = pipeline.promotion.approval.timeout_hours
    most = hours - math.ceil((seconds - YEAR) / HOUR / waits)
    yield Problem(
        ("promotion", "approval", "timeoutHours"),
        f"{hours}, but with cost.budget the solutions go one after another: with {waits} approvals "
        f"a run may take {seconds // DAY} days, and an execution takes {YEAR // DAY} at most: "
        f"{most} hours are allowed here; lower it, or operation.polling.giveUpAfterHours, or leave "
        "the budget out",
    )


def _looks(polling: Polling, seconds: int) -> int:
    """How often something that takes that long is looked at by the run itself."""
    elapsed, looks = 0.0, 0
    while elapsed < seconds:
        share = polling.share * elapsed
        elapsed += max(polling.floor_seconds, min(polling.cap_seconds, share))
        looks += 1
    return looks
