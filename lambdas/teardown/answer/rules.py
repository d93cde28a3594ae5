"""What CloudFormation is told."""

from collections.abc import Sequence

from lambdas.teardown.cloudformation import Status
from lambdas.teardown.progress import Entry
from lambdas.teardown.report.rules import Report, words_of

_NAMED = 5


def verdict(report: Report) -> tuple[Status, str]:
    """Return the answer to a teardown that has ended."""
    if report.clean:
        return Status.SUCCESS, "nothing of the pipeline is left"
    return Status.FAILED, f"{report.summary} Delete the stack again once this is settled."


def continues(execution: str, stage: str, pending: Sequence[Entry]) -> tuple[Status, str]:
    """Return the answer to a teardown that needs longer than CloudFormation waits.

    FAILED, because the stack's own resources are still needed: CloudFormation keeps them all.
    """
    waiting = "; ".join(words_of(entry) for entry in pending[:_NAMED])
    at = f"{stage} ({waiting})" if waiting else stage
    return Status.FAILED, (
        f"The teardown needs longer than CloudFormation waits, and continues: it is at {at}. "
        f"Wait until the execution {execution} has ended, then delete the stack again."
    )
