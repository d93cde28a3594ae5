"""Each extension took hold: without it, each of these fails."""

import base64
import io
import json
import zipfile
from typing import Any

import pydantic
import pytest

from localcloud.clients import Clients
from tests.localcloud.templates import Deployer, function, role, state_machine

RAISING = """
class PendingTooLong(Exception):
    pass

def handler(event, context):
    raise PendingTooLong("the import took too long")
"""

FAILING_ONCE = """
import pathlib, tempfile

class Throttled(Exception):
    pass

def handler(event, context):
    seen = pathlib.Path(tempfile.gettempdir()) / event["token"]
    if not seen.exists():
        seen.touch()
        raise Throttled("once")
    return {"attempt": 2}
"""


def invoke(**more: Any) -> dict[str, Any]:
    return {
        "Type": "Task",
        "Resource": "arn:aws:states:::lambda:invoke",
        "Arguments": {"FunctionName": "${Function}", "Payload": "{% $states.input %}"},
        "Output": "{% $states.result.Payload %}",
        "End": True,
        **more,
    }


def machine(**states: dict[str, Any]) -> dict[str, Any]:
    return {"QueryLanguage": "JSONata", "StartAt": next(iter(states)), "States": states}


def test_a_named_error_of_a_handler_reaches_its_catch(deployer: Deployer) -> None:
    definition = machine(
        Invoke=invoke(
            Catch=[
                {
                    "ErrorEquals": ["PendingTooLong"],
                    "Output": "{% $states.errorOutput %}",
                    "Next": "Caught",
                }
            ]
        ),
        Caught={"Type": "Pass", "End": True},
    )

    execution = deployer.run(
        {
            "Role": role(),
            "Function": function(RAISING),
            "Machine": state_machine(definition, Function="Function"),
        }
    )

    assert execution["status"] == "SUCCEEDED", execution
    error = json.loads(execution["output"])
    cause = json.loads(error["Cause"])
    assert error["Error"] == "PendingTooLong"
    assert cause["errorMessage"] == "the import took too long"
    assert cause["errorType"] == "PendingTooLong"
    assert any("raise PendingTooLong" in line for line in cause["stackTrace"])


def test_an_error_without_a_catch_fails_the_execution_under_its_own_name(
    deployer: Deployer,
) -> None:
    execution = deployer.run(
        {
            "Role": role(),
            "Function": function(RAISING),
            "Machine": state_machine(machine(Invoke=invoke()), Function="Function"),
        }
    )

    assert (execution["status"], execution["error"]) == ("FAILED", "PendingTooLong")


def test_a_retry_on_a_named_error_invokes_again(deployer: Deployer, request: Any) -> None:
    retry = [{"ErrorEquals": ["Throttled"], "IntervalSeconds": 1, "MaxAttempts": 1}]

    execution = deployer.run(
        {
            "Role": role(),
            "Function": function(FAILING_ONCE),
            "Machine": state_machine(machine(Invoke=invoke(Retry=retry)), Function="Function"),
        },
        {"token": request.node.name},
    )

    assert execution["status"] == "SUCCEEDED", execution
    assert json.loads(execution["output"]) == {"attempt": 2}


def test_empty_parameters_hand_over_an_empty_object(deployer: Deployer) -> None:
    definition = {
        "StartAt": "Empty",
        "States": {"Empty": {"Type": "Pass", "Parameters": {}, "End": True}},
    }

    execution = deployer.run(
        {"Role": role(), "Machine": state_machine(definition)}, {"whole": "input"}
    )

    assert json.loads(execution["output"]) == {}


def test_an_empty_result_selector_selects_nothing(deployer: Deployer) -> None:
    definition = {
        "StartAt": "Empty",
        "States": {"Empty": {"Type": "Pass", "ResultSelector": {}, "End": True}},
    }

    execution = deployer.run(
        {"Role": role(), "Machine": state_machine(definition)}, {"whole": "input"}
    )

    assert json.loads(execution["output"]) == {}


def test_a_notebook_instance_deploys_with_its_lifecycle_configuration(deployer: Deployer) -> None:
    script = base64.b64encode(b"#!/bin/bash\necho ready\n").decode()
    outputs = deployer.deploy(
        {
            "Role": role(),
            "Setup": {
                "Type": "AWS::SageMaker::NotebookInstanceLifecycleConfig",
                "Properties": {"OnStart": [{"Content": script}]},
            },
            "Notebook": {
                "Type": "AWS::SageMaker::NotebookInstance",
                "Properties": {
                    "NotebookInstanceName": "Workshop",
                    "InstanceType": "ml.t3.medium",
                    "VolumeSizeInGB": 10,
                    "RoleArn": {"Fn::GetAtt": ["Role", "Arn"]},
                    "LifecycleConfigName": {
                        "Fn::GetAtt": ["Setup", "NotebookInstanceLifecycleConfigName"]
                    },
                },
            },
        },
        {"Name": {"Fn::GetAtt": ["Notebook", "NotebookInstanceName"]}, "Ref": {"Ref": "Notebook"}},
    )

    assert outputs["Name"] == "Workshop"
    assert outputs["Ref"].endswith(":notebook-instance/workshop")


@pytest.mark.parametrize(
    ("properties", "reason"),
    [
        ({"VolumeSizeInGB": 4}, "VolumeSizeInGB must be 5 to 16384"),
        ({"NotebookInstanceName": "no_underscores"}, "invalid name"),
        ({"InstanceType": ""}, "InstanceType is required"),
    ],
)
def test_a_notebook_instance_that_aws_would_refuse_is_refused(
    deployer: Deployer, properties: dict[str, Any], reason: str
) -> None:
    notebook = {
        "Type": "AWS::SageMaker::NotebookInstance",
        "Properties": {
            "InstanceType": "ml.t3.medium",
            "RoleArn": {"Fn::GetAtt": ["Role", "Arn"]},
            **properties,
        },
    }

    with pytest.raises(AssertionError, match=reason):
        deployer.deploy({"Role": role(), "Notebook": notebook})


def test_a_layer_does_not_shadow_the_environment(deployer: Deployer, clients: Clients) -> None:
    archive = io.BytesIO()
    with zipfile.ZipFile(archive, "w") as layer:
        layer.writestr("python/pydantic/__init__.py", "raise ImportError('wrong platform')")
    clients.s3.create_bucket(Bucket="layers")
    clients.s3.put_object(Bucket="layers", Key="layer.zip", Body=archive.getvalue())
    code = "import pydantic\ndef handler(event, context):\n    return pydantic.VERSION\n"

    execution = deployer.run(
        {
            "Role": role(),
            "Layer": {
                "Type": "AWS::Lambda::LayerVersion",
                "Properties": {"Content": {"S3Bucket": "layers", "S3Key": "layer.zip"}},
            },
            "Function": function(code, layers=[{"Ref": "Layer"}]),
            "Machine": state_machine(machine(Invoke=invoke()), Function="Function"),
        }
    )

    assert execution["status"] == "SUCCEEDED", execution
    assert json.loads(execution["output"]) == pydantic.VERSION


def test_the_history_holds_every_state_of_every_iteration(
    deployer: Deployer, clients: Clients
) -> None:
    inner = {"First": {"Type": "Pass", "Next": "Last"}, "Last": {"Type": "Pass", "End": True}}
    definition = machine(
        Each={
            "Type": "Map",
            "Items": ["a", "b", "c"],
            "ItemProcessor": {"StartAt": "First", "States": inner},
            "End": True,
        }
    )

    execution = deployer.run({"Role": role(), "Machine": state_machine(definition)})

    events = clients.stepfunctions.get_execution_history(
        executionArn=execution["executionArn"], maxResults=1000
    )["events"]
    by_id = {event["id"]: event for event in events}
    entered = [e for e in events if e["type"] == "PassStateEntered"]
    framed = {
        e["mapIterationStartedEventDetails"]["index"]: e
        for e in events
        if e["type"] == "MapIterationStarted"
    }
    before_last = [
        by_id[e["previousEventId"]]["stateExitedEventDetails"]["name"]
        for e in entered
        if e["stateEnteredEventDetails"]["name"] == "Last"
    ]
    assert execution["status"] == "SUCCEEDED", execution
    assert json.loads(execution["output"]) == ["a", "b", "c"]
    assert len(by_id) == len(events)
    assert sorted(framed) == [0, 1, 2]
    assert {by_id[e["previousEventId"]]["type"] for e in framed.values()} == {"MapStateEntered"}
    assert sorted(e["stateEnteredEventDetails"]["name"] for e in entered) == [
        *["First"] * 3,
        *["Last"] * 3,
    ]
    assert before_last == ["First"] * 3
