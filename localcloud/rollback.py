"""`python -m localcloud rollback`: the execution that takes a campaign back, and how it ended."""

import json
import time
from dataclasses import dataclass

from rich.console import Console
from rich.markup import escape

from lambdas.shared.settings.pipeline import Pipeline
from localcloud.clients import Clients
from localcloud.deploy import stack
from localcloud.errors import RunError, UsageError
from localcloud.server.process import kept_cloud
from localcloud.settings import CloudSettings

_OUTPUT = "RollbackStateMachineArn"
_POLL_SECONDS = 0.1
_RUNNING = "RUNNING"


@dataclass(frozen=True, kw_only=True)
class RollbackOptions:
    """What to take back where.

    Attributes:
        pipeline: The pipeline.
        solution: The solution whose campaign is taken back, as the pipeline file names it.
        to: ``previous``, or the ARN of a version that the campaign served before.
        reason: Why, in a sentence; it is told, and kept with the version that is withdrawn.
        endpoint: A running local cloud; None takes up the kept state of the last one.
        cloud: The kept state.
    """

    pipeline: Pipeline
    solution: str
    to: str
    reason: str
    endpoint: str | None
    cloud: CloudSettings


def rollback(options: RollbackOptions, console: Console) -> None:
    """Roll one campaign back and say what serves now.

    Raises:
        UsageError: There is no local cloud, or no such pipeline in it.
        RunError: The rollback was refused; says why, and that nothing changed.
    """
    with kept_cloud(options.endpoint, options.cloud) as endpoint:
        done = _execute(options, Clients(endpoint=endpoint))
    console.print(
        f"{done['campaignArn']} serves {done['versionArn']} again; {done['withdrawnArn']} is "
        f"withdrawn, and no run promotes it: {escape(options.reason)}",
        highlight=False,
        soft_wrap=True,
    )


def _execute(options: RollbackOptions, clients: Clients) -> dict[str, str]:
    machine = stack.outputs(options.pipeline.stack_name, clients).get(_OUTPUT)
    if machine is None:
        raise UsageError(f"The pipeline {options.pipeline.name} is not deployed here.")
    given = {"solution": options.solution, "to": options.to, "reason": options.reason}
    states = clients.stepfunctions
    arn = states.start_execution(stateMachineArn=machine, input=json.dumps(given))["executionArn"]
    while (described := states.describe_execution(executionArn=arn))["status"] == _RUNNING:
        time.sleep(_POLL_SECONDS)
    if described["status"] != "SUCCEEDED":
        raise RunError(f"Not rolled back: {described.get('cause', described['status'])}")
    output: dict[str, str] = json.loads(described["output"])
    return output
