"""Ensure a resource: look it up, adopt what fits, create what is missing, refuse what conflicts.

What this pipeline made and the service failed to create is deleted first: most of it has no other
way out, and it holds nothing.

A repeated run, a retry after a time-out and a resumed run all come through here, so none of them
makes a second resource. The ARN follows from the name: one Describe tells whether it is there,
however many others there are.
"""

from collections.abc import Mapping
from typing import Any

import boto3
from botocore.exceptions import ClientError
from pydantic import BaseModel, ConfigDict

from lambdas.shared.clients import Client
from lambdas.shared.errors import ResourceBusyError, ResourceConflictError, named_errors
from lambdas.shared.ownership import OWNED, TAG, another_owner, carries_tag, refusal
from lambdas.shared.resources import KINDS, Description, Kind, failure

_GOING = ("DELETE PENDING", "DELETE IN_PROGRESS")
_UPDATE_ENDS = ("ACTIVE", "CREATE FAILED")


class Ensured(BaseModel):
    """A resource that is there now, ready or on its way."""

    model_config = ConfigDict(frozen=True)

    arn: str
    """Its ARN."""
    created: bool = False
    """Whether this call created it."""
    updated: bool = False
    """Whether this call changed it."""
    expected: int = 0
    """How many seconds it is likely to take, told by earlier ones; 0 where none tells."""


def ensure(
    word: str,
    arn: str,
    request: Mapping[str, Any],
    client: Client = None,
    *,
    shown: Mapping[str, Any] | None = None,
) -> Ensured:
    """Return the resource at ``arn``, made or changed so that it is what ``request`` asks for.

    Args:
        word: A key of ``KINDS``.
        arn: The ARN that the service gives a resource of that name.
        request: The create request, with the API's keys.
        client: A boto3 client of ``personalize``; a new one unless given.
        shown: Members that Describe shows otherwise than they are asked for, as they are to be.

    Raises:
        ResourceConflictError: One of that name exists and differs in what cannot change, or is
            another pipeline's.
        ResourceBusyError: One that failed before has to go first; a later try makes it anew.
        PipelineError: The service refused, by the names of ``lambdas.shared.errors``.
    """
    kind, service = KINDS[word], client or boto3.client("personalize")
    with named_errors():
        found = describe(service, kind, arn) or _created(service, kind, request)
        if found is None:  # created between our look and our call: look again
            found = kind.described(_call(service, "describe", kind, {kind.arn_member: arn}))
    if "created" in found:
        return Ensured(arn=found["created"], created=True)
    _refuse_what_is_others(service, kind, arn, request)
    make_way(service, kind, arn, request, found=found)
    wanted = {**request, **(shown or {})}
    return _adopted(service, kind, arn, request, wanted=wanted, found=found)


def describe(service: Client, kind: Kind, arn: str) -> Description | None:
    """Return the resource, or None where there is none."""
    try:
        return kind.described(_call(service, "describe", kind, {kind.arn_member: arn}))
    except ClientError as error:
        if error.response["Error"]["Code"] == "ResourceNotFoundException":
            return None
        raise


def _call(service: Client, verb: str, kind: Kind, request: Mapping[str, Any]) -> Mapping[str, Any]:
    answer: Mapping[str, Any] = getattr(service, f"{verb}_{kind.snake}")(**request)
    return answer


def _created(service: Client, kind: Kind, request: Mapping[str, Any]) -> Description | None:
    try:
        return {"created": _call(service, "create", kind, request)[kind.arn_member]}
    except ClientError as error:
        if error.response["Error"]["Code"] == "ResourceAlreadyExistsException":
            return None
        raise


def _refuse_what_is_others(
    service: Client, kind: Kind, arn: str, request: Mapping[str, Any]
) -> None:
    pipeline = _pipeline(request)
    if kind.word not in OWNED or not pipeline:
        return
    with named_errors():
        owner = another_owner(service, arn, pipeline)
    if owner:
        raise ResourceConflictError(f"{arn} exists, and {refusal(owner)}")


def make_way(
    service: Client, kind: Kind, arn: str, request: Mapping[str, Any], *, found: Description
) -> None:
    """Delete what this pipeline made in vain: it holds nothing, and would fail every later run.

    Args:
        service: A boto3 client of ``personalize``.
        kind: The kind of resource.
        arn: Its ARN.
        request: The create request; its tags tell the pipeline.
        found: What is there, as the service describes or lists it.

    Raises:
        ResourceBusyError: It is on its way out; a later try makes it anew.
        PipelineError: The service refused, by the names of ``lambdas.shared.errors``.
    """
    if found.get("status") in _GOING:
        raise ResourceBusyError(f"{arn} is being deleted")
    why, pipeline = failure(found), _pipeline(request)
    if kind.mended != "anew" or not why or not pipeline:
        return
    with named_errors():
        if not carries_tag(service, arn, pipeline):
            return
        _call(service, "delete", kind, {kind.arn_member: arn})
    raise ResourceBusyError(f"{arn} is being deleted, to be made anew: {why}")


def _pipeline(request: Mapping[str, Any]) -> str:
    """Return the pipeline that a request tags for; empty where it tags nothing."""
    tags = request.get("tags", ())
    return next((str(tag["tagValue"]) for tag in tags if tag["tagKey"] == TAG), "")


def _adopted(
    service: Client,
    kind: Kind,
    arn: str,
    request: Mapping[str, Any],
    *,
    wanted: Mapping[str, Any],
    found: Description,
) -> Ensured:
    conflicts = kind.conflicts(wanted, found)
    if conflicts:
        raise ResourceConflictError(
            f"{arn} exists and cannot be changed to what the pipeline wants: {'; '.join(conflicts)}"
        )
    latest = _latest(kind, found)
    lost = kind.mended == "update" and failure(found) and latest is found
    if not kind.changes(wanted, latest) and not lost:
        return Ensured(arn=arn)
    with named_errors():
        _call(service, "update", kind, {kind.arn_member: arn, **kind.update(request)})
    return Ensured(arn=arn, updated=True)


def _latest(kind: Kind, found: Description) -> Description:
    """Return the resource as it will be once an update that is under way has ended."""
    update = found.get(f"latest{kind.word[0].upper()}{kind.word[1:]}Update") or {}
    if not update or update.get("status") in _UPDATE_ENDS:
        return found
    return {**found, **update}
