"""Follows the teardown that the stack's own deletion starts."""

import time

from rich.console import Console

from localcloud.clients import Clients
from localcloud.deploy import stack
from localcloud.errors import DeploymentError

_OUTPUT = "TeardownStateMachineArn"
_RUNNING = "RUNNING"
# How long CloudFormation may take to hear from a teardown that has ended.
_ANSWER_SECONDS = 10.0


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
        self._ended: float | None = None

    def look(self) -> None:
        """Look once.

        Raises:
            DeploymentError: The teardown failed and CloudFormation did not hear of it.
        """
        arn = next((arn for arn in self._executions() if arn not in self._known), None)
        if arn is None:
            return
        self._tell(arn)
        described = self._clients.stepfunctions.describe_execution(executionArn=arn)
        if described["status"] == _RUNNING:
            return
        self._ended = self._ended or time.monotonic()
        if time.monotonic() - self._ended > _ANSWER_SECONDS:
            reason = described.get("cause") or described["status"]
            raise DeploymentError(f"The teardown ended without an answer to the stack: {reason}")

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
