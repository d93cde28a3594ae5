"""Remove the notebook's log streams, and SageMaker's log group if nothing else is in it."""

from collections.abc import Mapping
from typing import Any

import boto3

from lambdas.shared.clients import Client
from lambdas.shared.errors import named_errors
from lambdas.teardown.logs.rules import NOTEBOOKS, is_as_the_service_made_it
from lambdas.teardown.progress import Entry, Progress, StepRequest

STREAMS_A_STEP = 50


def take(event: Mapping[str, Any]) -> dict[str, Any]:
    """Take one step.

    Raises:
        PipelineError: The service refused, by the names of ``lambdas.shared.errors``.
    """
    request = StepRequest.model_validate(event)
    notebook = request.scope.notebook
    if notebook is None:
        return Progress(stage="no notebook").answer
    logs = boto3.client("logs")
    with named_errors():
        streams = _streams(logs, f"{notebook}/")
        if request.dry_run:
            return _progress(streams, remaining=0)
        for stream in streams:
            logs.delete_log_stream(logGroupName=NOTEBOOKS, logStreamName=stream)
        if len(streams) == STREAMS_A_STEP:
            return _progress(streams, remaining=1)
        _delete_group_if_bare(logs)
    return _progress(streams, remaining=0)


def _streams(logs: Client, prefix: str) -> list[str]:
    try:
        answer = logs.describe_log_streams(
            logGroupName=NOTEBOOKS, logStreamNamePrefix=prefix, limit=STREAMS_A_STEP
        )
    except logs.exceptions.ResourceNotFoundException:
        return []
    return [stream["logStreamName"] for stream in answer["logStreams"]]


def _delete_group_if_bare(logs: Client) -> None:
    groups = logs.describe_log_groups(logGroupNamePrefix=NOTEBOOKS)["logGroups"]
    group = next((group for group in groups if group["logGroupName"] == NOTEBOOKS), None)
    if group is None or not is_as_the_service_made_it(group):
        return
    if not logs.describe_log_streams(logGroupName=NOTEBOOKS, limit=1)["logStreams"]:
        logs.delete_log_group(logGroupName=NOTEBOOKS)


def _progress(streams: list[str], *, remaining: int) -> dict[str, Any]:
    gone = tuple(Entry(kind="log stream", name=f"{NOTEBOOKS}/{stream}") for stream in streams)
    return Progress(stage="logs", deleted=gone, remaining=remaining).answer
