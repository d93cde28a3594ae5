"""A Distributed Map in JSONata behaves as on AWS: without the extension, each of these fails."""

import json
from typing import Any

from localcloud.clients import Clients
from tests.localcloud.templates import Deployer, role, state_machine


def each(states: dict[str, Any], **more: Any) -> dict[str, Any]:
    """A machine that sets a variable and runs ``states`` for 1, 2 and 3, two at a time."""
    run = {
        "Type": "Map",
        "Label": "Numbers",
        "Items": "{% [1..$most] %}",
        "ItemSelector": {
            "number": "{% $states.context.Map.Item.Value %}",
            "place": "{% $states.context.Map.Item.Index %}",
            "most": "{% $most %}",
        },
        "MaxConcurrency": 2,
        "ItemProcessor": {
            "ProcessorConfig": {"Mode": "DISTRIBUTED", "ExecutionType": "STANDARD"},
            "StartAt": next(iter(states)),
            "States": states,
        },
        "End": True,
        **more,
    }
    first = {"Type": "Pass", "Assign": {"most": 3}, "Next": "Each"}
    return {"QueryLanguage": "JSONata", "StartAt": "Set", "States": {"Set": first, "Each": run}}


def run(deployer: Deployer, definition: dict[str, Any]) -> dict[str, Any]:
    return deployer.run({"Role": role(), "Machine": state_machine(definition)})


def squares(**more: Any) -> dict[str, Any]:
    square = "{% $states.input.number * $states.input.number + $states.input.place %}"
    return {"Square": {"Type": "Pass", "Output": square, "End": True, **more}}


def events_of(clients: Clients, arn: str) -> list[dict[str, Any]]:
    history = clients.stepfunctions.get_execution_history(executionArn=arn, maxResults=1000)
    return [dict(event) for event in history["events"]]


def test_items_selector_and_output_are_expressions(deployer: Deployer) -> None:
    definition = each(squares(), Output="{% {'sum': $sum($states.result), 'of': $most} %}")

    ended = run(deployer, definition)

    assert ended["status"] == "SUCCEEDED", ended
    assert json.loads(ended["output"]) == {"sum": 1 + 4 + 9 + 0 + 1 + 2, "of": 3}


def test_what_the_map_assigns_is_there_afterwards(deployer: Deployer) -> None:
    definition = each(squares(), Assign={"found": "{% $states.result %}"}, Next="After")
    del definition["States"]["Each"]["End"]
    definition["States"]["After"] = {"Type": "Pass", "Output": "{% $found %}", "End": True}

    assert json.loads(run(deployer, definition)["output"]) == [1, 5, 11]


def test_a_child_is_an_execution_with_a_history_of_its_own(
    deployer: Deployer, clients: Clients
) -> None:
    ended = run(deployer, each(squares()))

    arn = ended["executionArn"]
    [map_run] = clients.stepfunctions.list_map_runs(executionArn=arn)["mapRuns"]
    children = clients.stepfunctions.list_executions(mapRunArn=map_run["mapRunArn"])["executions"]
    kinds = [event["type"] for event in events_of(clients, children[0]["executionArn"])]
    own = [event["type"] for event in events_of(clients, arn)]
    assert {child["status"] for child in children} == {"SUCCEEDED"}
    assert len(children) == 3
    assert kinds == [
        *("ExecutionStarted", "PassStateEntered", "PassStateExited", "ExecutionSucceeded")
    ]
    assert own[-5:] == [
        *("MapStateEntered", "MapRunStarted", "MapRunSucceeded"),
        *("MapStateExited", "ExecutionSucceeded"),
    ]


def test_a_child_sees_no_variable_of_its_parent(deployer: Deployer) -> None:
    ended = run(deployer, each({"Peek": {"Type": "Pass", "Output": "{% $most %}", "End": True}}))

    assert (ended["status"], ended["error"]) == (
        "FAILED",
        "States.ExceedToleratedFailureThreshold",
    )


def test_one_failed_child_fails_the_map_run_and_is_caught(
    deployer: Deployer, clients: Clients
) -> None:
    states = {
        "Odd": {
            "Type": "Choice",
            "Choices": [{"Condition": "{% $states.input.number = 2 %}", "Next": "Lost"}],
            "Default": "Fine",
        },
        "Lost": {"Type": "Fail", "Error": "Even", "Cause": "two is even"},
        "Fine": {"Type": "Pass", "End": True},
    }
    caught = {
        "ErrorEquals": ["States.ALL"],
        "Output": "{% $states.errorOutput.Error %}",
        "Next": "Caught",
    }
    definition = each(states, Catch=[caught])
    definition["States"]["Caught"] = {"Type": "Pass", "End": True}

    ended = run(deployer, definition)

    events = events_of(clients, ended["executionArn"])
    [failed] = [event for event in events if event["type"] == "MapRunFailed"]
    assert json.loads(ended["output"]) == "States.ExceedToleratedFailureThreshold"
    assert failed["mapRunFailedEventDetails"]["error"] == "States.ExceedToleratedFailureThreshold"
