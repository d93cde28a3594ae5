"""The report of a teardown that answers the stack before it has taken its last step."""

import json
from types import SimpleNamespace
from typing import Any, cast

from rich.console import Console

from localcloud.clients import Clients
from localcloud.inventory import Found
from localcloud.pipeline.teardown import Teardown

KEPT = {"kind": "dataset group", "name": "kept"}
REPORT = json.dumps({"lines": ["kept: dataset group kept"], "deleted": [], "kept": [KEPT]})


class Executions:
    """Answers as Step Functions would for one teardown that ends after some looks."""

    def __init__(self) -> None:
        self.listed: list[dict[str, str]] = []
        self.looks = 0

    def list_executions(self, **_request: Any) -> dict[str, Any]:
        return {"executions": self.listed}

    def get_execution_history(self, **_request: Any) -> dict[str, Any]:
        return {"events": []}

    def describe_execution(self, **_request: Any) -> dict[str, Any]:
        self.looks += 1
        return (
            {"status": "SUCCEEDED", "output": REPORT} if self.looks > 3 else {"status": "RUNNING"}
        )


class Stacks:
    """Answers as CloudFormation would for one stack."""

    def describe_stacks(self, **_request: Any) -> dict[str, Any]:
        output = {"OutputKey": "TeardownStateMachineArn", "OutputValue": "arn"}
        return {"Stacks": [{"StackStatus": "DELETE_IN_PROGRESS", "Outputs": [output]}]}


def test_the_report_is_read_when_the_execution_has_ended() -> None:
    states = Executions()
    clients = cast("Clients", SimpleNamespace(stepfunctions=states, cloudformation=Stacks()))
    teardown = Teardown(clients, "kept-pipeline", Console(quiet=True))
    states.listed = [{"executionArn": "arn:execution"}]
    teardown.look()

    assert teardown.report().kept == {Found("dataset group", "kept")}
