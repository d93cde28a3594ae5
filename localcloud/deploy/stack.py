"""Creates, updates and deletes the stack through CloudFormation."""

import time
from collections.abc import Callable
from typing import TYPE_CHECKING

from botocore.exceptions import ClientError

from localcloud.clients import Clients
from localcloud.deploy.assembly import Assembly
from localcloud.deploy.assets import template_url
from localcloud.errors import DeploymentError

if TYPE_CHECKING:
    from types_boto3_cloudformation.type_defs import StackTypeDef

_POLL_SECONDS = 0.1
_DEPLOY_SECONDS = 120.0
_DELETE_SECONDS = 3600.0  # what CloudFormation allows a custom resource
# A stack whose creation failed can only be deleted.
_NEVER_WAS = ("ROLLBACK_COMPLETE", "ROLLBACK_FAILED", "CREATE_FAILED")
_NOTHING_TO_UPDATE = "No updates are to be performed"


def deploy(assembly: Assembly, clients: Clients) -> dict[str, str]:
    """Create the stack, or update it, and wait.

    Returns:
        The stack's outputs.

    Raises:
        DeploymentError: CloudFormation refused it or rolled it back; says which resource and why.
    """
    if status(assembly.stack_name, clients) in _NEVER_WAS:
        delete(assembly.stack_name, clients)
    exists = status(assembly.stack_name, clients) is not None
    operation = (
        clients.cloudformation.update_stack if exists else clients.cloudformation.create_stack
    )
    try:
        operation(
            StackName=assembly.stack_name,
            TemplateURL=template_url(assembly, clients),
            Capabilities=["CAPABILITY_IAM", "CAPABILITY_NAMED_IAM"],
            Tags=[{"Key": key, "Value": value} for key, value in assembly.tags.items()],
        )
    except ClientError as error:
        if _NOTHING_TO_UPDATE not in str(error):
            raise DeploymentError(
                f"CloudFormation refused {assembly.stack_name}: {error}"
            ) from None
    reached = _await(assembly.stack_name, clients, _DEPLOY_SECONDS)
    if reached not in ("CREATE_COMPLETE", "UPDATE_COMPLETE"):
        raise _failed(assembly.stack_name, reached, clients)
    return outputs(assembly.stack_name, clients)


def delete(
    stack_name: str, clients: Clients, *, meanwhile: Callable[[], None] = lambda: None
) -> None:
    """Delete the stack and wait; a stack that is not there is already deleted.

    Args:
        stack_name: The stack.
        clients: The cloud.
        meanwhile: Called again and again while CloudFormation is at work; may raise to give up.

    Raises:
        DeploymentError: Something could not be deleted; says which resource and why.
    """
    if status(stack_name, clients) is None:
        return
    clients.cloudformation.delete_stack(StackName=stack_name)
    reached = _await(stack_name, clients, _DELETE_SECONDS, meanwhile)
    if reached not in (None, "DELETE_COMPLETE"):
        raise _failed(stack_name, reached, clients)


def status(stack_name: str, clients: Clients) -> str | None:
    """The stack's status, None if there is no such stack."""
    stack = _describe(stack_name, clients)
    return str(stack["StackStatus"]) if stack else None


def outputs(stack_name: str, clients: Clients) -> dict[str, str]:
    """The stack's outputs by their keys; empty if there is no such stack."""
    stack = _describe(stack_name, clients)
    listed = stack.get("Outputs", []) if stack else []
    return {output["OutputKey"]: output["OutputValue"] for output in listed}


def _describe(stack_name: str, clients: Clients) -> "StackTypeDef | None":
    try:
        [stack] = clients.cloudformation.describe_stacks(StackName=stack_name)["Stacks"]
    except ClientError as error:
        if "does not exist" in str(error):
            return None
        raise
    return None if stack["StackStatus"] == "DELETE_COMPLETE" else stack


def _await(
    stack_name: str,
    clients: Clients,
    seconds: float,
    meanwhile: Callable[[], None] = lambda: None,
) -> str | None:
    deadline = time.monotonic() + seconds
    while True:
        current = status(stack_name, clients)
        if current is None or not current.endswith("_IN_PROGRESS"):
            return current
        if time.monotonic() > deadline:
            raise DeploymentError(f"{stack_name} is still {current} after {seconds:.0f} s")
        meanwhile()
        time.sleep(_POLL_SECONDS)


def _failed(stack_name: str, reached: str | None, clients: Clients) -> DeploymentError:
    pages = clients.cloudformation.get_paginator("describe_stack_events").paginate(
        StackName=stack_name
    )
    events = [event for page in pages for event in page["StackEvents"]]
    reasons = [
        f"  {event['LogicalResourceId']} ({event['ResourceType']}): {event['ResourceStatusReason']}"
        for event in reversed(events)
        if event["ResourceStatus"].endswith("_FAILED") and event.get("ResourceStatusReason")
    ]
    return DeploymentError("\n".join([f"{stack_name} ended in {reached}:", *reasons]))
