"""Follows an execution to its end."""

import json
import time
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from localcloud.clients import Clients
from localcloud.errors import RunError
from localcloud.pipeline.history import Event, History, read_history, stages_of

_POLL_SECONDS = 0.25
_RUNNING = "RUNNING"


@dataclass(frozen=True, kw_only=True)
class Snapshot:
    """An execution at one moment.

    Attributes:
        arn: Its ARN.
        status: RUNNING, SUCCEEDED, FAILED, TIMED_OUT or ABORTED.
        started: When it began.
        ended: When it ended, None while it runs.
        history: What its history says so far.
        output: What it put out, {} while it runs.
        error: The error's name and words, if it failed.
    """

    arn: str
    status: str
    started: datetime
    ended: datetime | None
    history: History
    output: dict[str, Any]
    error: str


def watch(clients: Clients, *, execution: str, pipeline: str, seconds: float) -> Iterator[Snapshot]:
    """Yield the execution's state as it changes; the last one is its end.

    Args:
        clients: The cloud.
        execution: The execution's ARN.
        pipeline: The pipeline's name.
        seconds: How long to watch.

    Raises:
        RunError: It still runs after that.
    """
    stages = _stages(clients, execution, pipeline)
    deadline = time.monotonic() + seconds
    while True:
        described: dict[str, Any] = dict(
            clients.stepfunctions.describe_execution(executionArn=execution)
        )
        events = _events(clients, execution)
        yield _snapshot(described, read_history(events, stages))
        if described["status"] != _RUNNING:
            return
        if time.monotonic() > deadline:
            raise RunError(f"{execution} still runs after {seconds:.0f} s.")
        time.sleep(_POLL_SECONDS)


def _stages(clients: Clients, execution: str, pipeline: str) -> dict[str, str]:
    described = clients.stepfunctions.describe_state_machine_for_execution(executionArn=execution)
    return stages_of(json.loads(described["definition"]), pipeline)


def _events(clients: Clients, execution: str) -> list[Event]:
    pages = clients.stepfunctions.get_paginator("get_execution_history").paginate(
        executionArn=execution, PaginationConfig={"PageSize": 1000}
    )
    return [event for page in pages for event in page["events"]]


def _snapshot(described: dict[str, Any], history: History) -> Snapshot:
    running = described["status"] == _RUNNING
    return Snapshot(
        arn=described["executionArn"],
        status=described["status"],
        started=described["startDate"],
        ended=described.get("stopDate"),
        history=history,
        output={} if running else json.loads(described.get("output") or "{}"),
        error=": ".join(filter(None, (described.get("error"), described.get("cause")))),
    )
