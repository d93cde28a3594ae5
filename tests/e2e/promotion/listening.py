"""What people and programs hear of a pipeline: its notifications and its metrics."""

import json
from collections import Counter
from typing import Any

import boto3

from tests.e2e.runs.pipelines import Deployed, await_that


class Listener:
    """A queue subscribed to a pipeline's topic, and the logs that its metrics leave in."""

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
        self.heard: list[dict[str, str]] = []

    def listen(self) -> list[dict[str, str]]:
        """Return the notifications since the last time, oldest first."""
        fresh: list[dict[str, str]] = []
        while True:
            answer = self._sqs.receive_message(QueueUrl=self._queue, MaxNumberOfMessages=10)
            messages = answer.get("Messages", [])
            if not messages:
                self.heard += fresh
                return fresh
            for message in messages:
                body = json.loads(message["Body"])
                kind = body["MessageAttributes"]["decision"]["Value"]
                fresh.append({"kind": kind, "subject": body["Subject"], "text": body["Message"]})
                self._sqs.delete_message(
                    QueueUrl=self._queue, ReceiptHandle=message["ReceiptHandle"]
                )

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
        group = f"/aws/lambda/{self._pipeline.name}-observe"
        pages = self._logs.get_paginator("filter_log_events").paginate(logGroupName=group)
        lines = [event["message"] for page in pages for event in page["events"]]
        emitted = [json.loads(line) for line in lines if '"_aws"' in line]
        return Counter(
            metric["Name"]
            for line in emitted
            for metric in line["_aws"]["CloudWatchMetrics"][0]["Metrics"]
        )

    def _client(self, service: Any) -> Any:
        return boto3.client(
            service,
            endpoint_url=self._pipeline.clients.endpoint,
            region_name="us-east-1",
            aws_access_key_id="000000000000",
            aws_secret_access_key="local",
        )
