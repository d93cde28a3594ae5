"""Disable what starts runs and stop the runs under way; or let runs start again."""

from collections.abc import Iterable, Iterator, Mapping
from typing import Any, Literal

import boto3

from lambdas.shared.clients import Client
from lambdas.shared.errors import named_errors
from lambdas.shared.teardown_settings import TORN_DOWN
from lambdas.teardown.progress import Entry, Progress, StepRequest

_CAUSE = "The pipeline is being torn down."


class QuietRequest(StepRequest):
    """What to do: ``stop`` before the deletion, ``resume`` after one that was started by hand."""

    action: Literal["stop", "resume"] = "stop"


def take(event: Mapping[str, Any]) -> dict[str, Any]:
    """Take one step.

    Raises:
        PipelineError: A service refused, by the names of ``lambdas.shared.errors``.
    """
    request = QuietRequest.model_validate(event)
    with named_errors():
        if request.action == "resume":
            _switch(request.scope.rules, boto3.client("events"), on=True)
            return Progress(stage="drops start runs again").answer
        if not request.dry_run:
            _switch(request.scope.rules, boto3.client("events"), on=False)
            if not request.by_hand:
                _delete_schedules(request.scope.schedules)
        stopped = tuple(_stop_runs(request, boto3.client("stepfunctions")))
    # The next step sees whether they have ended: a stopped execution ends at once, an invocation
    # under way does not.
    return Progress(stage="runs", remaining=len(stopped), stopped=stopped).answer


def _switch(rules: Iterable[str], events: Client, *, on: bool) -> None:
    switch = events.enable_rule if on else events.disable_rule
    for rule in rules:
        try:
            switch(Name=rule)
        except events.exceptions.ResourceNotFoundException:
            # Gone: an earlier deletion of the stack came that far. It starts nothing.
            continue


def _delete_schedules(schedules: Iterable[str]) -> None:
    """Delete schedules ahead of the stack: to disable one takes its whole definition."""
    scheduler: Client = boto3.client("scheduler") if schedules else None
    for schedule in schedules:
        group, name = schedule.split("/", 1)
        try:
            scheduler.delete_schedule(GroupName=group, Name=name)
        except scheduler.exceptions.ResourceNotFoundException:
            continue


def _stop_runs(request: StepRequest, machines: Client) -> Iterator[Entry]:
    for arn in request.scope.state_machines:
        for run in _running(arn, machines):
            if not request.dry_run and not _stop(run["executionArn"], machines):
                continue
            yield Entry(kind="run", name=run["name"], arn=run["executionArn"])


def _stop(arn: str, machines: Client) -> bool:
    """Stop a run; returns False if it ended by itself since it was listed."""
    try:
        machines.stop_execution(executionArn=arn, error=TORN_DOWN, cause=_CAUSE)
    except machines.exceptions.ExecutionDoesNotExist:
        return False
    return True


def _running(arn: str, machines: Client) -> list[dict[str, Any]]:
    pages = machines.get_paginator("list_executions").paginate(
        stateMachineArn=arn, statusFilter="RUNNING"
    )
    try:
        return [run for page in pages for run in page["executions"]]
    except machines.exceptions.StateMachineDoesNotExist:
        return []
