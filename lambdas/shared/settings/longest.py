"""How long a run may take at the very most: no execution may be timed out that still goes on.

A time-out of a whole execution is an end that nothing can catch: no report, no turn given back.
"""

from lambdas.shared.settings.pipeline import Pipeline

HOUR, DAY = 3600, 24 * 3600
# A standard execution (https://docs.aws.amazon.com/step-functions/latest/dg/service-quotas.html).
YEAR = 31_536_000
LEAST = 30 * DAY


def longest_run_seconds(pipeline: Pipeline) -> int:
    """Return an upper bound of a run's length, from the patience that its settings ask for.

    Whatever is waited for is given up after ``giveUpAfterHours``. A solution may wait so long for
    its training, and once more for everything else of it (its update, its trial, its campaign);
    the run three times: for its imports, and for what comes before and after the solutions.
    Approvals come on top.
    """
    patience = pipeline.operation.polling.give_up_after_hours * HOUR
    solutions, waits = len(pipeline.solutions), approvals(pipeline)
    if not pipeline.cost.budget.is_set:  # side by side
        solutions, waits = min(1, solutions), min(1, waits)
    asked = pipeline.promotion.approval.timeout_hours * HOUR
    return max(LEAST, 3 * patience + solutions * (2 * patience + DAY) + waits * asked)


def approvals(pipeline: Pipeline) -> int:
    """Return how many solutions of a run may wait for a person."""
    if not pipeline.promotion.approval.required:
        return 0
    return sum(pipeline.serves(solution) for solution in pipeline.solutions)
