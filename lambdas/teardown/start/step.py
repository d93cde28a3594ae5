"""Serve the custom resource: start the teardown, which answers CloudFormation when it ends."""

import json
from collections.abc import Mapping
from time import sleep
from typing import Any

import boto3
from pydantic import BaseModel, Field

from lambdas.shared.clients import Client
from lambdas.shared.errors import TransientError, named_errors
from lambdas.shared.observability import logger
from lambdas.teardown.cloudformation import AnswerTo, Status, respond
from lambdas.teardown.start.rules import means_teardown

# Between one try and the next, beside boto3's own. The one function that waits: no state machine
# stands between CloudFormation and it, and a retry by Lambda could not know that it is the last one
# and has to answer. Together they leave most of the function's five minutes.
PAUSES_SECONDS = (2, 4, 8, 16, 32)
_REPLACED = "A later deletion of the stack took over."


class Properties(BaseModel):
    """What the template says of the custom resource."""

    pipeline: str = Field(alias="Pipeline")
    """The pipeline's name."""
    state_machine: str = Field(alias="StateMachineArn")
    """The teardown's state machine."""


def take(event: Mapping[str, Any]) -> dict[str, Any]:
    """Start a teardown if the stack is being deleted; answer at once if there is nothing to do.

    What may pass is tried again for a minute. Whatever else goes wrong is CloudFormation's to know,
    at once: without an answer it waits an hour.
    """
    properties = Properties.model_validate(event["ResourceProperties"])
    to = AnswerTo.of(event, physical_resource_id=f"{properties.pipeline}-teardown")
    try:
        started = _begin_patiently(event["RequestType"], properties, to)
    except Exception as error:
        logger.exception("the teardown could not be started")
        respond(to, Status.FAILED, f"The teardown could not be started: {error}")
        return {"started": None}
    if started is None:
        respond(to, Status.SUCCESS, "nothing to tear down")
    return {"started": started}


def _begin_patiently(request_type: str, properties: Properties, to: AnswerTo) -> str | None:
    """Begin; a try that a busy service has refused halfway is continued by the next."""
    for pause in PAUSES_SECONDS:
        try:
            return _begin(request_type, properties, to)
        except TransientError:
            logger.warning("the teardown is not started yet", exc_info=True)
            sleep(pause)
    return _begin(request_type, properties, to)


def _begin(request_type: str, properties: Properties, to: AnswerTo) -> str | None:
    """Start the teardown and return its execution's ARN; None if nothing is to be torn down."""
    if request_type != "Delete":
        return None
    with named_errors():
        if not means_teardown(request_type, _stack_status(to.stack_id)):
            return None
        machines = boto3.client("stepfunctions")
        name = f"stack-{to.request_id}"
        _take_over(properties.state_machine, name, machines)
        return _start(properties.state_machine, name, to, machines)


def _stack_status(stack_id: str) -> str:
    [stack] = boto3.client("cloudformation").describe_stacks(StackName=stack_id)["Stacks"]
    return str(stack["StackStatus"])


def _take_over(machine: str, name: str, machines: Client) -> None:
    """Stop the teardown of an earlier deletion that went on after the hour; this one continues."""
    pages = machines.get_paginator("list_executions").paginate(
        stateMachineArn=machine, statusFilter="RUNNING"
    )
    for execution in [execution for page in pages for execution in page["executions"]]:
        if execution["name"] != name:
            machines.stop_execution(executionArn=execution["executionArn"], cause=_REPLACED)


def _start(machine: str, name: str, to: AnswerTo, machines: Client) -> str:
    """Start the execution; an event that is delivered twice starts one."""
    given = json.dumps({"answerTo": to.model_dump(by_alias=True)})
    try:
        started = machines.start_execution(stateMachineArn=machine, name=name, input=given)
    except machines.exceptions.ExecutionAlreadyExists:
        return name
    return str(started["executionArn"])
