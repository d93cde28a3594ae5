"""Faults and durations on demand."""

import json
from datetime import timedelta
from typing import Any

import pytest
from botocore.exceptions import ClientError
from pydantic import ValidationError

from personalize_emulator.api.http import HttpRequest
from personalize_emulator.clock import VirtualClock
from personalize_emulator.scenarios.scripts import CallFault, JobScript
from personalize_emulator.service import PersonalizeService
from tests.emulator.support.clients import Clients

TWO_DAYS = 2 * 86_400


def ask(service: PersonalizeService, method: str, path: str, body: Any = None) -> tuple[int, Any]:
    content = b"" if body is None else json.dumps(body).encode()
    answer = service.handle(HttpRequest(method, f"/_emulator/{path}", "", {}, content))
    return answer.status, json.loads(answer.body)


def code(aws: Clients) -> str:
    try:
        aws.personalize.list_schemas()
    except ClientError as error:
        return str(error.response["Error"]["Code"])
    return "OK"


def test_a_fault_strikes_as_often_as_it_says(service: PersonalizeService, aws: Clients) -> None:
    service.scenarios.add(CallFault(operation="List*", skip=1, times=2))

    throttled = "ThrottlingException"
    assert [code(aws) for _ in range(4)] == ["OK", throttled, throttled, "OK"]


def test_any_error_can_be_had(service: PersonalizeService, aws: Clients) -> None:
    service.scenarios.add(
        CallFault(
            operation="ListSchemas",
            code="LimitExceededException",
            status=503,
            message="More than 5 resources with PENDING or IN_PROGRESS status.",
        )
    )

    with pytest.raises(aws.personalize.exceptions.LimitExceededException) as error:
        aws.personalize.list_schemas()
    assert error.value.response["ResponseMetadata"]["HTTPStatusCode"] == 503


def test_a_dropped_answer_has_happened_and_a_lost_request_has_not(
    service: PersonalizeService, aws: Clients
) -> None:
    headers = {"x-amz-target": "AmazonPersonalize.CreateDatasetGroup"}
    for fault, name in (("drop", "done"), ("lose", "never")):
        script: Any = {"operation": "CreateDatasetGroup", "fault": fault}
        service.scenarios.add(CallFault(**script))
        body = json.dumps({"name": name}).encode()
        assert service.handle(HttpRequest("POST", "/", "", headers, body)).drop

    assert [g["name"] for g in aws.personalize.list_dataset_groups()["datasetGroups"]] == ["done"]


def test_only_requests_that_hold_a_text_are_struck(
    service: PersonalizeService, aws: Clients
) -> None:
    service.scenarios.add(CallFault(operation="*", containing='"unlucky"', code="Boom"))

    aws.group("lucky")
    with pytest.raises(ClientError, match="Boom"):
        aws.group("unlucky")


def test_not_found_right_after_a_create(service: PersonalizeService, aws: Clients) -> None:
    script = CallFault(operation="DescribeDatasetGroup", code="ResourceNotFoundException")
    service.scenarios.add(script)
    group = aws.group()

    with pytest.raises(aws.personalize.exceptions.ResourceNotFoundException):
        aws.personalize.describe_dataset_group(datasetGroupArn=group)
    assert aws.personalize.describe_dataset_group(datasetGroupArn=group)


def test_a_training_of_two_days_takes_two_days(
    service: PersonalizeService, aws: Clients, clock: VirtualClock, interactions_csv: bytes
) -> None:
    p = aws.personalize
    group = aws.group()
    aws.import_csv(aws.dataset(group, aws.schema()), interactions_csv)
    solution = aws.train(group)["solutionArn"]
    service.scenarios.add(JobScript(kind="SolutionVersion", name="aws-user*", duration=TWO_DAYS))
    arn = p.create_solution_version(solutionArn=solution)["solutionVersionArn"]

    def status() -> str:
        return p.describe_solution_version(solutionVersionArn=arn)["solutionVersion"]["status"]

    clock.advance(TWO_DAYS - 1)
    assert status() == "CREATE IN_PROGRESS"
    clock.advance(1)
    shown = aws.settled(
        lambda: p.describe_solution_version(solutionVersionArn=arn)["solutionVersion"]
    )
    assert shown["status"] == "ACTIVE"
    assert shown["lastUpdatedDateTime"] - shown["creationDateTime"] == timedelta(days=2)


def test_any_kind_can_be_made_to_fail(service: PersonalizeService, aws: Clients) -> None:
    service.scenarios.add(JobScript(kind="DatasetGroup", name="doomed", failure_reason="No luck."))

    def settled(arn: str) -> Any:
        return aws.settled(
            lambda: aws.personalize.describe_dataset_group(datasetGroupArn=arn)["datasetGroup"]
        )

    shown = settled(aws.group("doomed"))
    assert (shown["status"], shown["failureReason"]) == ("CREATE FAILED", "No luck.")
    assert settled(aws.group("fine"))["status"] == "ACTIVE"
    aws.personalize.delete_dataset_group(datasetGroupArn=shown["datasetGroupArn"])


def test_the_endpoint_adds_shows_and_clears(service: PersonalizeService, aws: Clients) -> None:
    scripts = {
        "calls": [{"operation": "ListSchemas", "code": "X"}],
        "jobs": [{"kind": "Campaign", "failureReason": "No."}],
    }

    status, shown = ask(service, "POST", "scenarios", scripts)
    assert status == 200
    assert shown["jobs"][0]["failureReason"] == "No."
    assert code(aws) == "X"
    assert ask(service, "GET", "scenarios")[1]["calls"] == []
    assert ask(service, "DELETE", "scenarios") == (200, {"calls": [], "jobs": []})


def test_the_endpoint_refuses_what_it_does_not_know(service: PersonalizeService) -> None:
    assert ask(service, "POST", "scenarios", {"calls": [{"fault": "explode"}]})[0] == 400
    assert ask(service, "POST", "scenarios", {"calls": [{"often": 3}]})[0] == 400
    assert ask(service, "POST", "nowhere")[0] == 404
    with pytest.raises(ValidationError):
        JobScript(kind="Campaign", times=0)


def test_the_clock_can_be_set_forward(service: PersonalizeService, clock: VirtualClock) -> None:
    before = clock.now()

    assert ask(service, "POST", "clock", {"advance": 60}) == (200, {"now": before + 60})
    assert ask(service, "GET", "clock")[1]["now"] == before + 60
    assert ask(service, "POST", "clock", {"advance": -1})[0] == 400
    assert ask(service, "GET", "counts") == (200, {})
