"""Nothing in the template is without an owner's tag, an end, a limit to its logs, or a way out."""

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from stacks import assets
from tests.infrastructure.conftest import ROOT, Synthesized

# These have no tags in CloudFormation (template reference); a policy belongs to what it guards.
UNTAGGED = frozenset(
    {
        *("AWS::IAM::Policy", "AWS::S3::BucketPolicy", "AWS::SNS::TopicPolicy"),
        *("AWS::SQS::QueuePolicy", "AWS::Lambda::Permission", "AWS::Lambda::LayerVersion"),
        *("AWS::Scheduler::Schedule", "AWS::SageMaker::NotebookInstanceLifecycleConfig"),
        "Custom::Teardown",
    }
)
# Lambda, quotas: deployment package unzipped, layers included, in bytes.
UNPACKED = 250 * 1024 * 1024
OUTPUTS = frozenset(
    {
        *("DataBucketName", "DatasetGroupName", "NotificationTopicArn", "PersonalizeRoleArn"),
        *("PipelineName", "RollbackStateMachineArn", "StateMachineArn", "TeardownStateMachineArn"),
    }
)


def resources(stack: Synthesized) -> Iterator[tuple[str, dict[str, Any]]]:
    yield from stack.template["Resources"].items()


def name_of(stack: Synthesized) -> str:
    return str(stack.template["Outputs"]["PipelineName"]["Value"])


def test_everything_that_can_be_tagged_carries_the_pipelines_tag(stack: Synthesized) -> None:
    tag = {"Key": "pipeline", "Value": name_of(stack)}

    untagged = [
        logical
        for logical, body in resources(stack)
        if body["Type"] not in UNTAGGED
        and tag not in (body["Properties"].get("Tags") or [])
        and (body["Properties"].get("Tags") or {}) != {"pipeline": name_of(stack)}
    ]

    assert untagged == []


def test_everything_says_that_it_goes_with_the_stack(stack: Synthesized) -> None:
    kept = {
        logical: (body.get("DeletionPolicy"), body.get("UpdateReplacePolicy"))
        for logical, body in resources(stack)
        if (body.get("DeletionPolicy"), body.get("UpdateReplacePolicy")) != ("Delete", "Delete")
    }

    assert kept == {}


def test_every_log_group_forgets(stack: Synthesized) -> None:
    groups = stack.of_type("AWS::Logs::LogGroup")

    assert groups
    assert [n for n, group in groups.items() if not group["Properties"]["RetentionInDays"]] == []


def test_whatever_writes_a_log_has_a_group_in_the_stack(stack: Synthesized) -> None:
    groups = {
        group["Properties"]["LogGroupName"]
        for group in stack.of_type("AWS::Logs::LogGroup").values()
    }
    functions = {
        f["Properties"]["FunctionName"] for f in stack.of_type("AWS::Lambda::Function").values()
    }
    machines = stack.of_type("AWS::StepFunctions::StateMachine").values()
    named = [m["Properties"]["LoggingConfiguration"]["Destinations"][0] for m in machines]

    assert {f"/aws/lambda/{name}" for name in functions} <= groups
    assert all("LogGroup" in str(destination) for destination in named)


def test_the_outputs_are_complete_and_each_says_what_it_is(stack: Synthesized) -> None:
    outputs = stack.template["Outputs"]
    notebook = (
        {"NotebookInstanceName"} if stack.of_type("AWS::SageMaker::NotebookInstance") else set()
    )

    assert outputs.keys() == OUTPUTS | notebook
    assert [name for name, output in outputs.items() if not output.get("Description")] == []


def test_whatever_people_have_to_name_is_named_after_the_pipeline(stack: Synthesized) -> None:
    name = name_of(stack)
    for kind, member in (
        ("AWS::Lambda::Function", "FunctionName"),
        ("AWS::StepFunctions::StateMachine", "StateMachineName"),
        ("AWS::Events::Rule", "Name"),
        ("AWS::CloudWatch::Alarm", "AlarmName"),
    ):
        names = [body["Properties"][member] for body in stack.of_type(kind).values()]
        assert names
        assert [n for n in names if not re.fullmatch(rf"{re.escape(name)}(-.+)?", n)] == []


def test_a_function_with_its_layers_is_small_enough_to_be_unpacked() -> None:
    layers = (Path(assets.layer(name)) for name in ("handlers", "data"))
    files = [file for folder in (ROOT / "lambdas", *layers) for file in folder.rglob("*")]

    assert 0 < sum(file.stat().st_size for file in files if file.is_file()) <= UNPACKED
