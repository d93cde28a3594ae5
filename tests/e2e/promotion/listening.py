"""What people and programs hear of a pipeline: its notifications and its metrics."""

import json
from collections import Counter
from collections.abc import Iterator
from typing import Any

import boto3

from tests.e2e.runs.pipelines import Deployed, await_that


def _inbox(name: str) -> dict[str, Any]:
    """Return the template of a queue for the events of a pipeline; EventBridge may send to it."""
    queue = {"Fn::GetAtt": ["Inbox", "Arn"]}
    statement = {
        "Effect": "Allow",
        "Principal": {"Service": "events.amazonaws.com"},
        "Action": "sqs:SendMessage",
        "Resource": queue,
    }
    pattern = {
        "source": ["personalize-pipeline"],
        "detail": {"pipeline": [name.removesuffix("-listens")]},
    }
    resources = {
        "Inbox": ("Queue", {"QueueName": name}),
        "Leave": (
            "QueuePolicy",
            {
                "Queues": [{"Ref": "Inbox"}],
                "PolicyDocument": {"Version": "2012-10-17", "Statement": [statement]},
            },
        ),
        "Rule": ("Rule", {"EventPattern": pattern, "Targets": [{"Id": "inbox", "Arn": queue}]}),
    }
    services = {"Queue": "SQS", "QueuePolicy": "SQS", "Rule": "Events"}
    return {
        "Resources": {
            key: {"Type": f"AWS::{services[kind]}::{kind}", "Properties": properties}
            for key, (kind, properties) in resources.items()
        }
    }


class Listener:
    """Queues for a pipeline's notifications and events, and the logs that its metrics leave in."""

    def __init__(self, pipeline: Deployed) -> None:
        self._pipeline = pipeline
        self._sqs: Any = self._client("sqs")
        self._logs: Any = self._client("logs")
        self._queue = self._sqs.create_queue(QueueName=f"{pipeline.name}-ears")["QueueUrl"]
        attributes = self._sqs.get_queue_attributes(
            QueueUrl=self._queue, AttributeNames=["QueueArn"]
        )
        self._client("sns").subscribe(
            TopicArn=pipeline.outputs["NotificationTopicArn"],
            Protocol="sqs",
            Endpoint=attributes["Attributes"]["QueueArn"],
        )
        self._inbox = self._inbox_of_events()
        self.heard: list[dict[str, str]] = []

    def _inbox_of_events(self) -> str:
        """Have the pipeline's events delivered to a queue, as a program of its owner would."""
        cloudformation, name = self._client("cloudformation"), f"{self._pipeline.name}-listens"
        cloudformation.create_stack(StackName=name, TemplateBody=json.dumps(_inbox(name)))
        waiter = cloudformation.get_waiter("stack_create_complete")
        waiter.wait(StackName=name, WaiterConfig={"Delay": 1, "MaxAttempts": 60})
        return str(self._sqs.get_queue_url(QueueName=name)["QueueUrl"])

    def events(self) -> list[dict[str, Any]]:
        """Return the events since the last time, oldest first."""
        return [json.loads(message["Body"]) for message in self._received(self._inbox)]

    def listen(self) -> list[dict[str, str]]:
        """Return the notifications since the last time, oldest first."""
        fresh = []
        for message in self._received(self._queue):
            body = json.loads(message["Body"])
            kind = body["MessageAttributes"]["decision"]["Value"]
            fresh.append({"kind": kind, "subject": body["Subject"], "text": body["Message"]})
        self.heard += fresh
        return fresh

    def _received(self, queue: str) -> list[dict[str, Any]]:
        received: list[dict[str, Any]] = []
        while messages := self._sqs.receive_message(QueueUrl=queue, MaxNumberOfMessages=10).get(
            "Messages"
        ):
            received += messages
            for message in messages:
                self._sqs.delete_message(QueueUrl=queue, ReceiptHandle=message["ReceiptHandle"])
        return received

    def until(self, kind: str) -> list[dict[str, str]]:
        """Wait for notifications of a kind and return those."""
        found: list[dict[str, str]] = []

        def heard() -> bool:
            found.extend(message for message in self.listen() if message["kind"] == kind)
            return bool(found)

        await_that(heard, 60)
        return found

    def counted(self) -> Counter[str]:
        """Return how often each metric was emitted by the handler that tells decisions."""
        return Counter(
            metric["Name"]
            for line in self._lines(f"/aws/lambda/{self._pipeline.name}-observe")
            if "_aws" in line
            for metric in line["_aws"]["CloudWatchMetrics"][0]["Metrics"]
        )

    def logged(self) -> list[dict[str, Any]]:
        """Return every line that the pipeline's handlers wrote with the logger."""
        prefix = f"/aws/lambda/{self._pipeline.name}-"
        pages = self._logs.get_paginator("describe_log_groups").paginate(logGroupNamePrefix=prefix)
        groups = [group["logGroupName"] for page in pages for group in page["logGroups"]]
        return [line for group in groups for line in self._lines(group) if "level" in line]

    def _lines(self, group: str) -> Iterator[dict[str, Any]]:
        """Yield the structured lines of a log group."""
        pages = self._logs.get_paginator("filter_log_events").paginate(logGroupName=group)
        for text in (event["message"] for page in pages for event in page["events"]):
            if text.startswith("{"):
                yield json.loads(text)

    def _client(self, service: Any) -> Any:
        return boto3.client(
            service,
            endpoint_url=self._pipeline.clients.endpoint,
            region_name="us-east-1",
            aws_access_key_id="000000000000",
            aws_secret_access_key="local",
        )
