"""Follows the teardown that the stack's own deletion starts."""

import json
import math
import time
from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from rich.console import Console

from localcloud.clients import Clients
from localcloud.deploy import stack
from localcloud.errors import DeploymentError
from localcloud.inventory import Found

if TYPE_CHECKING:
    from types_boto3_stepfunctions.type_defs import DescribeExecutionOutputTypeDef

_OUTPUT = "TeardownStateMachineArn"
_RUNNING, _SUCCEEDED = "RUNNING", "SUCCEEDED"
_POLL_SECONDS = 0.1
# How long CloudFormation may take to hear from a teardown that has ended.
_ANSWER_SECONDS = 10.0


@dataclass(frozen=True)
class Report:
    """What a teardown says of itself.

    Attributes:
        lines: The whole report in words.
        deleted: What it deleted; in a dry run, what it would delete.
        kept: What stays, because it is retained or not the pipeline's.
    """

    lines: tuple[str, ...] = ()
    deleted: frozenset[Found] = frozenset()
    kept: frozenset[Found] = frozenset()


class Teardown:
    """Tells of the teardown's steps; gives up when it ended without answering CloudFormation.

    CloudFormation waits an hour for a custom resource's answer; nobody should have to.
    """

    def __init__(self, clients: Clients, stack_name: str, console: Console) -> None:
        self._clients = clients
        self._console = console
        self._machine = stack.outputs(stack_name, clients).get(_OUTPUT)
        self._known = set(self._executions())
        self._told = 0
        self._followed: str | None = None
        self._ended: float | None = None

    def look(self) -> None:
        """Look once.

        Raises:
            DeploymentError: The teardown failed and CloudFormation did not hear of it.
        """
        arn = next((arn for arn in self._executions() if arn not in self._known), None)
        if arn is None:
            return
        self._followed = arn
        self._tell(arn)
        described = self._clients.stepfunctions.describe_execution(executionArn=arn)
        if described["status"] == _RUNNING:
            return
        self._ended = self._ended or time.monotonic()
        if time.monotonic() - self._ended > _ANSWER_SECONDS:
            reason = described.get("cause") or described["status"]
            raise DeploymentError(f"The teardown ended without an answer to the stack: {reason}")

    def report(self) -> Report:
        """The report of the teardown that was followed; executions outlive their state machine.

        The stack is answered before the execution's last step is taken: it is waited for.
        """
        if self._followed is None:
            return Report()
        return _report(_end_of(self._followed, self._clients, seconds=_ANSWER_SECONDS))

    def dry_run(self) -> Report:
        """What the teardown would do; empty where none is deployed.

        Raises:
            DeploymentError: It could not look.
        """
        if self._machine is None:
            return Report()
        states = self._clients.stepfunctions
        started = states.start_execution(stateMachineArn=self._machine, input='{"dryRun": true}')
        described = _end_of(started["executionArn"], self._clients)
        if described["status"] != _SUCCEEDED:
            raise DeploymentError(f"The dry run failed: {described.get('cause', '')}")
        return _report(described)

    def _executions(self) -> list[str]:
        if self._machine is None:
            return []
        listed = self._clients.stepfunctions.list_executions(stateMachineArn=self._machine)
        return [execution["executionArn"] for execution in listed["executions"]]

    def _tell(self, arn: str) -> None:
        events = self._clients.stepfunctions.get_execution_history(
            executionArn=arn, maxResults=1000, includeExecutionData=False
        )["events"]
        for event in events[self._told :]:
            if event["type"] == "TaskStateEntered":
                self._console.print(f"  {event['stateEnteredEventDetails']['name']}")
        self._told = len(events)


def _end_of(
    execution: str, clients: Clients, *, seconds: float = math.inf
) -> "DescribeExecutionOutputTypeDef":
    """An execution as it is once it has ended, or after so many seconds."""
    deadline = time.monotonic() + seconds
    while True:
        described = clients.stepfunctions.describe_execution(executionArn=execution)
        if described["status"] != _RUNNING or time.monotonic() > deadline:
            return described
        time.sleep(_POLL_SECONDS)


def _report(described: "DescribeExecutionOutputTypeDef") -> Report:
    """A teardown's report: its output, or the cause of its failure."""
    if described["status"] != _SUCCEEDED:
        return Report(lines=tuple(str(described.get("cause", "")).splitlines()))
    output = json.loads(described["output"])
    return Report(
        lines=tuple(str(line) for line in output["lines"]),
        deleted=_found(output, "deleted"),
        kept=_found(output, "kept"),
    )


def _found(output: Mapping[str, Any], part: str) -> frozenset[Found]:
    return frozenset(Found(entry["kind"], entry["name"]) for entry in output[part])
