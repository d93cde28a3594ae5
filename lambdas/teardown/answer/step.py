"""Give CloudFormation its one answer."""

from collections.abc import Mapping
from typing import Any

from lambdas.shared.strict import Strict
from lambdas.teardown.answer.rules import continues, verdict
from lambdas.teardown.cloudformation import AnswerTo, respond
from lambdas.teardown.progress import Entry
from lambdas.teardown.report.rules import Report


class AnswerRequest(Strict):
    """To whom, and either the report or what is still going on."""

    answer_to: AnswerTo
    report: Report | None = None
    """The report, when the teardown has ended."""
    execution: str = ""
    """The execution that continues."""
    stage: str = ""
    """What it is at."""
    pending: tuple[Entry, ...] = ()
    """What it waits for."""


def take(event: Mapping[str, Any]) -> dict[str, Any]:
    """Answer; the state machine sees to it that this happens once.

    Raises:
        PipelineError: The answer could not be given; see ``respond``.
    """
    request = AnswerRequest.model_validate(event)
    if request.report is not None:
        status, reason = verdict(request.report)
    else:
        status, reason = continues(request.execution, request.stage, request.pending)
    respond(request.answer_to, status, reason)
    return {"status": status, "reason": reason}
