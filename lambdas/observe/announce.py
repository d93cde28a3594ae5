"""Tell a decision: one notification, one event, one metric.

A channel that fails is logged, counted and named in the answer; it never stops the run, because
the decision stands whether or not somebody heard of it.
"""

import json
from collections.abc import Callable, Mapping
from typing import Any

import boto3
from botocore.exceptions import BotoCoreError, ClientError

from lambdas.observe.words import message, subject
from lambdas.shared.clients import Client
from lambdas.shared.decision import Decision
from lambdas.shared.metric_names import MetricName
from lambdas.shared.observability import emit, logger, share_execution
from lambdas.shared.strict import Strict

SOURCE = "personalize-pipeline"


class Announcement(Strict):
    """A decision with the run that took it, as the state machine hands it over."""

    decision: Decision
    execution_arn: str
    drop_id: str = ""
    topic_arn: str


class Told(Strict):
    """Who was told."""

    told: tuple[str, ...]
    failed: tuple[str, ...]
    """Channels that failed; their errors are in the log."""


def announce(event: Mapping[str, Any]) -> dict[str, Any]:
    """Tell the decision that ``event`` (an ``Announcement``) holds."""
    announcement = Announcement.model_validate(event)
    share_execution(announcement.execution_arn)
    logger.info(announcement.decision.reason, decision=announcement.decision.kind)
    emit(announcement.decision.kind)
    told = _tell(announcement, sns=boto3.client("sns"), events=boto3.client("events"))
    return told.model_dump(mode="json", by_alias=True)


def _tell(announcement: Announcement, *, sns: Client, events: Client) -> Told:
    channels: dict[str, Callable[[], None]] = {
        "notification": lambda: _notify(sns, announcement),
        "event": lambda: _put_event(events, announcement),
    }
    failed = tuple(name for name, tell in channels.items() if not _works(name, tell))
    if failed:
        emit(MetricName.NOTIFICATION_FAILED)
    return Told(told=tuple(name for name in channels if name not in failed), failed=failed)


def _works(channel: str, tell: Callable[[], None]) -> bool:
    try:
        tell()
    except (ClientError, BotoCoreError, EventRefusedError):
        logger.exception("a decision could not be told", channel=channel)
        return False
    return True


class EventRefusedError(Exception):
    """EventBridge answered, and did not take the event."""


def _notify(sns: Client, announcement: Announcement) -> None:
    decision = announcement.decision
    sns.publish(
        TopicArn=announcement.topic_arn,
        Subject=subject(_pipeline(), decision),
        Message=message(_pipeline(), decision, announcement.execution_arn),
        MessageAttributes={
            "decision": {"DataType": "String", "StringValue": decision.kind},
            "pipeline": {"DataType": "String", "StringValue": _pipeline()},
        },
    )


def _put_event(events: Client, announcement: Announcement) -> None:
    """Put the event; a task token stays with the people who may approve."""
    decision = announcement.decision
    detail = {name: value for name, value in decision.detail.items() if name != "taskToken"}
    body = decision.model_copy(update={"detail": detail})
    told = {
        **body.model_dump(mode="json", by_alias=True),
        "pipeline": _pipeline(),
        "dropId": announcement.drop_id,
        "executionArn": announcement.execution_arn,
    }
    entry = {"Source": SOURCE, "DetailType": decision.kind, "Detail": json.dumps(told)}
    answer = events.put_events(Entries=[entry])
    if answer["FailedEntryCount"]:
        raise EventRefusedError(str(answer["Entries"][0]))


def _pipeline() -> str:
    return logger.service
