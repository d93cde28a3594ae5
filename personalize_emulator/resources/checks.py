"""Preconditions that several operations share, in the service's words where they are known."""

import math
from collections.abc import Iterable

from personalize_emulator.errors import (
    InvalidInputException,
    LimitExceededException,
    ResourceInUseException,
    TooManyTagsException,
)
from personalize_emulator.resources.call import Call
from personalize_emulator.resources.resource import Resource
from personalize_emulator.values import Payload


def check_tags(call: Call, request: Payload) -> None:
    """Refuse more tags than a resource can have, keys given twice, and what is AWS's own.

    Neither keys nor values begin with ``aws:`` (developer guide, "Guidelines and requirements").
    """
    tags = request.get("tags") or []
    if len(tags) > call.backend.settings.quotas.tags:
        msg = f"More than {call.backend.settings.quotas.tags} tags on one resource."
        raise TooManyTagsException(msg)
    if len({tag["tagKey"] for tag in tags}) < len(tags):
        raise InvalidInputException("Tag keys must be unique.")
    if any(text.startswith("aws:") for tag in tags for text in tag.values()):
        raise InvalidInputException("Tag keys and values can not begin with aws:, which is AWS's.")


def check_quota(count: int, limit: int, what: str) -> None:
    """Refuse one more of what is already there as often as allowed."""
    if count >= limit:
        msg = f"More than {limit} {what}. Please delete some and try again."
        raise LimitExceededException(msg)


def check_pending(resources: Iterable[Resource], limit: int) -> None:
    """Refuse one more while as many are pending as allowed."""
    pending = sum(not resource.settled for resource in resources)
    if pending >= limit:
        msg = f"More than {limit} resources with PENDING or IN_PROGRESS status."
        raise LimitExceededException(msg)


def check_settled(resource: Resource) -> None:
    """Refuse to change or delete what is changing already."""
    changing = resource if not resource.settled else resource.update
    if changing and not changing.settled:
        msg = (
            f"Resource Arn {resource.arn} can not be changed: its status is {changing.status}. "
            "Please wait until it is ACTIVE or has failed."
        )
        raise ResourceInUseException(msg)


def check_unused(resource: Resource, users: Iterable[Resource]) -> None:
    """Refuse to delete what others still need."""
    if arns := sorted(user.arn for user in users):
        msg = f"Resource Arn {resource.arn} is in use by {', '.join(arns)}."
        raise ResourceInUseException(msg)


def is_number(text: str) -> bool:
    """Tell whether a text of the request, such as a threshold, is a finite number."""
    try:
        return math.isfinite(float(text))
    except ValueError:
        return False
