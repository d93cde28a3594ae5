"""Telling a decision: one notification, one event, one metric, and never a failed run."""

import json
from typing import Any

import boto3
import pytest
from botocore.exceptions import ClientError

from lambdas.observe.announce import announce
from lambdas.shared.decision import KINDS
from lambdas.shared.metric_names import MetricName
from lambdas.shared.observability import logger

REFUSED = ClientError({"Error": {"Code": "InternalError", "Message": "down"}}, "Publish")


class Cloud:
    """SNS and EventBridge, as far as an announcement knows them."""

    def __init__(self) -> None:
        self.messages: list[dict[str, Any]] = []
        self.events: list[dict[str, Any]] = []
        self.down: set[str] = set()

    def client(self, service: str) -> "Cloud":
        assert service in {"sns", "events"}
        return self

    def publish(self, **request: Any) -> dict[str, Any]:
        if "sns" in self.down:
            raise REFUSED
        self.messages.append(request)
        return {"MessageId": "1"}

    def put_events(self, **request: Any) -> dict[str, Any]:
        if "events" in self.down:
            return {"FailedEntryCount": 1, "Entries": [{"ErrorCode": "InternalFailure"}]}
        self.events += request["Entries"]
        return {"FailedEntryCount": 0, "Entries": [{"EventId": "1"}]}


@pytest.fixture
def cloud(monkeypatch: pytest.MonkeyPatch) -> Cloud:
    cloud = Cloud()
    monkeypatch.setattr(boto3, "client", cloud.client)
    monkeypatch.setattr(logger, "service", "movies")
    return cloud


def event(kind: MetricName = MetricName.VERSION_HELD) -> dict[str, Any]:
    return {
        "decision": {
            "kind": kind,
            "subject": "movies-sims",
            "reason": "It is worse.",
            "detail": {"taskToken": "secret", "version": "v2"},
        },
        "executionArn": "arn:aws:states:us-east-1:123456789012:execution:movies:run",
        "dropId": "drop-7",
        "topicArn": "arn:aws:sns:us-east-1:123456789012:movies",
    }


def metrics(output: str) -> list[str]:
    lines = [json.loads(line) for line in output.splitlines() if '"_aws"' in line]
    return [m["Name"] for e in lines for m in e["_aws"]["CloudWatchMetrics"][0]["Metrics"]]


@pytest.mark.parametrize("kind", KINDS)
def test_each_decision_has_one_notification_one_event_and_one_metric(
    cloud: Cloud, capsys: pytest.CaptureFixture[str], kind: MetricName
) -> None:
    told = announce(event(kind))

    assert told == {"told": ["notification", "event"], "failed": []}
    assert len(cloud.messages) == len(cloud.events) == 1
    assert metrics(capsys.readouterr().out) == [kind]


def test_the_event_names_the_decision_the_drop_and_the_execution(cloud: Cloud) -> None:
    announce(event())

    (entry,) = cloud.events
    assert (entry["Source"], entry["DetailType"]) == ("personalize-pipeline", "VersionHeld")
    assert json.loads(entry["Detail"]) == {
        "kind": "VersionHeld",
        "subject": "movies-sims",
        "reason": "It is worse.",
        "detail": {"version": "v2"},
        "pipeline": "movies",
        "dropId": "drop-7",
        "executionArn": event()["executionArn"],
    }


def test_a_task_token_is_for_people_only(cloud: Cloud) -> None:
    announce(event(MetricName.APPROVAL_REQUESTED))

    assert "secret" in cloud.messages[0]["Message"]
    assert "secret" not in cloud.events[0]["Detail"]


@pytest.mark.parametrize(("down", "channel"), [("sns", "notification"), ("events", "event")])
def test_a_channel_that_fails_leaves_the_other_and_the_run_alone(
    cloud: Cloud,
    capsys: pytest.CaptureFixture[str],
    caplog: pytest.LogCaptureFixture,
    down: str,
    channel: str,
) -> None:
    cloud.down = {down}

    told = announce(event())

    assert told["failed"] == [channel]
    assert len(told["told"]) == 1
    assert metrics(capsys.readouterr().out) == ["VersionHeld", "NotificationFailed"]
    assert "a decision could not be told" in caplog.text
