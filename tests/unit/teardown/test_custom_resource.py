"""CloudFormation's custom resource: what starts a teardown, and that an answer is always given."""

import json
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, HTTPServer
from typing import Any

import pytest

from lambdas.shared.errors import RequestRefusedError, TransientError
from lambdas.teardown.answer.step import take as answer
from lambdas.teardown.cloudformation import AnswerTo, Status, respond
from lambdas.teardown.start.rules import means_teardown
from lambdas.teardown.start.step import PAUSES_SECONDS
from lambdas.teardown.start.step import take as start
from tests.unit.teardown.conftest import Aws, AwsError

MACHINE = "arn:aws:states:eu-west-1:111122223333:stateMachine:shop-teardown"
Put = dict[str, Any]


class Url(BaseHTTPRequestHandler):
    """A presigned URL: takes a PUT, and refuses what such a URL refuses."""

    puts: list[Put]
    status: int = 200

    def do_PUT(self) -> None:
        body = self.rfile.read(int(self.headers["Content-Length"]))
        # A presigned URL is signed without a content type: S3 refuses any.
        refused = 403 if self.headers.get("Content-Type") else self.status
        type(self).puts.append(json.loads(body) | {"size": len(body)})
        self.send_response(refused)
        self.end_headers()

    def log_message(self, *_: object) -> None:
        return


@pytest.fixture
def url() -> Iterator[tuple[str, type[Url]]]:
    handler = type("OwnUrl", (Url,), {"puts": [], "status": 200})
    server = HTTPServer(("127.0.0.1", 0), handler)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    yield f"http://127.0.0.1:{server.server_port}/answer", handler
    server.shutdown()
    server.server_close()


def event(url: str, kind: str = "Delete") -> dict[str, Any]:
    return {
        "RequestType": kind,
        "ResponseURL": url,
        "StackId": "arn:aws:cloudformation:eu-west-1:111122223333:stack/shop-pipeline/id",
        "RequestId": "request-1",
        "LogicalResourceId": "TeardownOnDelete",
        "ResourceType": "Custom::Teardown",
        "ResourceProperties": {
            "ServiceToken": "arn",
            "ServiceTimeout": "3600",
            "Pipeline": "shop",
            "StateMachineArn": MACHINE,
        },
    }


def stack(aws: Aws, status: str, *running: str) -> None:
    executions = [{"executionArn": f"{MACHINE}:{name}", "name": name} for name in running]
    aws.answers |= {
        "DescribeStacks": {"Stacks": [{"StackStatus": status}]},
        "ListExecutions": {"executions": executions},
        "StopExecution": {},
        "StartExecution": {"executionArn": f"{MACHINE}:stack-request-1"},
    }


@pytest.mark.parametrize(
    ("kind", "status", "expected"),
    [
        ("Delete", "DELETE_IN_PROGRESS", True),
        ("Delete", "ROLLBACK_IN_PROGRESS", True),
        ("Delete", "UPDATE_COMPLETE_CLEANUP_IN_PROGRESS", False),
        ("Delete", "UPDATE_ROLLBACK_COMPLETE_CLEANUP_IN_PROGRESS", False),
        ("Create", "CREATE_IN_PROGRESS", False),
        ("Update", "UPDATE_IN_PROGRESS", False),
    ],
)
def test_only_the_end_of_the_whole_stack_means_a_teardown(
    kind: str, status: str, *, expected: bool
) -> None:
    assert means_teardown(kind, status) == expected


@pytest.mark.parametrize("kind", ["Create", "Update"])
def test_a_stack_that_is_made_or_changed_is_answered_at_once(
    aws: Aws, url: tuple[str, type[Url]], kind: str
) -> None:
    start(event(url[0], kind))

    assert aws.calls == []
    assert [put["Status"] for put in url[1].puts] == ["SUCCESS"]


def test_an_update_that_drops_the_custom_resource_costs_nobody_their_campaigns(
    aws: Aws, url: tuple[str, type[Url]]
) -> None:
    stack(aws, "UPDATE_COMPLETE_CLEANUP_IN_PROGRESS")

    start(event(url[0]))

    assert aws.changes == []
    assert [put["Status"] for put in url[1].puts] == ["SUCCESS"]


def test_the_deletion_of_the_stack_starts_a_teardown_that_will_answer(
    aws: Aws, url: tuple[str, type[Url]]
) -> None:
    stack(aws, "DELETE_IN_PROGRESS")

    start(event(url[0]))

    [started] = aws.made("StartExecution")
    to = AnswerTo.model_validate(json.loads(started["input"])["answerTo"])
    assert started["stateMachineArn"] == MACHINE
    assert started["name"] == "stack-request-1"
    assert to.response_url == url[0]
    assert url[1].puts == []


def test_a_second_deletion_takes_over_from_a_teardown_that_went_on_after_the_hour(
    aws: Aws, url: tuple[str, type[Url]]
) -> None:
    stack(aws, "DELETE_IN_PROGRESS", "stack-earlier")

    start(event(url[0]))

    assert [made["executionArn"] for made in aws.made("StopExecution")] == [
        f"{MACHINE}:stack-earlier"
    ]
    assert len(aws.made("StartExecution")) == 1


def test_an_event_that_is_delivered_twice_starts_one_teardown(
    aws: Aws, url: tuple[str, type[Url]]
) -> None:
    stack(aws, "DELETE_IN_PROGRESS", "stack-request-1")
    aws.answers["StartExecution"] = AwsError("ExecutionAlreadyExists")

    start(event(url[0]))

    assert aws.made("StopExecution") == []
    assert url[1].puts == []


@pytest.fixture
def pauses(monkeypatch: pytest.MonkeyPatch) -> list[float]:
    """The seconds that were waited; none of them passes."""
    waited: list[float] = []
    monkeypatch.setattr("lambdas.teardown.start.step.sleep", waited.append)
    return waited


@pytest.mark.parametrize("operation", ["DescribeStacks", "ListExecutions", "StartExecution"])
def test_a_service_that_is_asked_too_often_for_a_moment_is_asked_again(
    aws: Aws, url: tuple[str, type[Url]], pauses: list[float], operation: str
) -> None:
    stack(aws, "DELETE_IN_PROGRESS")
    answer = aws.answers[operation]
    refusals = iter(["Throttling", "ThrottlingException"])

    def throttled(_: Put) -> Put:
        if code := next(refusals, None):
            AwsError.throw(code)
        assert isinstance(answer, dict)
        return answer

    aws.answers[operation] = throttled

    started = start(event(url[0]))

    assert started == {"started": f"{MACHINE}:stack-request-1"}
    assert url[1].puts == []
    assert pauses == list(PAUSES_SECONDS[:2])


def test_a_service_that_stays_too_busy_is_told_while_the_function_still_can(
    aws: Aws, url: tuple[str, type[Url]], pauses: list[float]
) -> None:
    aws.answers["DescribeStacks"] = AwsError("Throttling", "Rate exceeded")

    start(event(url[0]))

    [put] = url[1].puts
    assert put["Status"] == "FAILED"
    assert "Rate exceeded" in put["Reason"]
    assert pauses == list(PAUSES_SECONDS)
    assert sum(PAUSES_SECONDS) < 150  # half of the function's time


def test_a_teardown_that_cannot_be_started_is_told_at_once(
    aws: Aws, url: tuple[str, type[Url]], pauses: list[float]
) -> None:
    aws.answers["DescribeStacks"] = AwsError("AccessDenied", "not allowed to look", 403)

    start(event(url[0]))

    [put] = url[1].puts
    assert pauses == []
    assert put["Status"] == "FAILED"
    assert "not allowed to look" in put["Reason"]


def test_the_physical_id_never_changes_so_that_an_update_replaces_nothing(
    aws: Aws, url: tuple[str, type[Url]]
) -> None:
    for kind in ("Create", "Update"):
        start(event(url[0], kind))

    assert {put["PhysicalResourceId"] for put in url[1].puts} == {"shop-teardown"}
    assert aws.calls == []


def test_the_end_of_the_teardown_is_the_answer(url: tuple[str, type[Url]]) -> None:
    to = AnswerTo.of(event(url[0]), "shop-teardown")
    report = {
        "pipeline": "shop",
        "dryRun": False,
        "clean": False,
        "endedWell": False,
        "summary": "1 left.",
        "lines": [],
    }

    answer({"answerTo": to.model_dump(by_alias=True), "report": report})

    [put] = url[1].puts
    assert (put["Status"], put["RequestId"]) == ("FAILED", "request-1")
    assert "1 left." in put["Reason"]


@pytest.mark.parametrize("letter", ["a", "ä", "\n", "\x00", "😀"])
def test_the_answer_stays_within_4096_bytes(url: tuple[str, type[Url]], letter: str) -> None:
    respond(AnswerTo.of(event(url[0]), "shop-teardown"), Status.FAILED, letter * 10_000)

    assert url[1].puts[0]["size"] <= 4096


def test_an_address_that_fails_is_tried_again_and_one_that_refuses_is_not(
    url: tuple[str, type[Url]],
) -> None:
    to = AnswerTo.of(event(url[0]), "x")
    url[1].status = 503
    with pytest.raises(TransientError):
        respond(to, Status.SUCCESS, "done")

    url[1].status = 403
    with pytest.raises(RequestRefusedError):
        respond(to, Status.SUCCESS, "done")


def test_an_address_that_is_not_reached_is_tried_again() -> None:
    with pytest.raises(TransientError):
        respond(AnswerTo.of(event("http://127.0.0.1:9/x"), "x"), Status.SUCCESS, "done")


def test_an_address_that_is_none_is_refused() -> None:
    with pytest.raises(RequestRefusedError):
        respond(AnswerTo.of(event("file:///etc/passwd"), "x"), Status.SUCCESS, "done")
