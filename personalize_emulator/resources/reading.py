"""Describe and List of every kind, and their pagination.

Lists come in order of creation (inferred; only ListDataDeletionJobs documents an order, newest
first). A token is opaque, belongs to one operation and one filter, and survives changes between
pages.
"""

import base64
import json
from collections.abc import Callable
from typing import Final

from botocore.model import ListShape, StructureShape

from personalize_emulator.api.model import Operation, load_api
from personalize_emulator.errors import InvalidNextTokenException
from personalize_emulator.resources.backend import Backend
from personalize_emulator.resources.call import Call
from personalize_emulator.resources.kinds import DELETION_JOB, KINDS, VERSION, Kind
from personalize_emulator.resources.operations import HANDLERS
from personalize_emulator.resources.resource import Resource
from personalize_emulator.values import Payload

PAGE: Final = 100


EXTRA: Final[dict[Kind, Callable[[Backend, Resource], Payload]]] = {}
"""What the views of some kinds show beyond their own fields."""


def view_of(backend: Backend, resource: Resource) -> Payload:
    """Return all that the API can show of a resource."""
    extra = EXTRA.get(resource.kind)
    return resource.view() | (extra(backend, resource) if extra else {})


def pick(shape: StructureShape, view: Payload) -> Payload:
    """Return the members of a view that the shape has."""
    return {name: view[name] for name in shape.members if view.get(name) is not None}


def member_shape(operation: Operation, member: str) -> StructureShape:
    """Return the shape of an answer's member, or of its entries if it is a list."""
    shape = operation.output.members[member] if operation.output else None
    if isinstance(shape, ListShape):
        shape = shape.member
    if not isinstance(shape, StructureShape):
        msg = f"{operation.name}.{member} is no structure"
        raise TypeError(msg)
    return shape


def paginate(
    entries: list[tuple[int, Payload]], request: Payload, operation: str
) -> tuple[list[Payload], Payload]:
    """Return one page of entries, numbered in rising order, and the token of the next one."""
    narrowed = {k: v for k, v in request.items() if k not in {"nextToken", "maxResults"}}
    after = _position(request.get("nextToken"), operation, narrowed)
    rest = entries if after is None else [entry for entry in entries if entry[0] > after]
    size = request.get("maxResults") or PAGE
    page = [entry for _, entry in rest[:size]]
    if size >= len(rest):
        return page, {}
    token = json.dumps([operation, narrowed, rest[size - 1][0]], sort_keys=True)
    return page, {"nextToken": base64.urlsafe_b64encode(token.encode()).decode()}


def _position(token: str | None, operation: str, narrowed: Payload) -> int | None:
    # Loops that know no paginator begin with an empty one, which the model allows.
    if not token:
        return None
    try:
        made_by, made_for, after = json.loads(base64.urlsafe_b64decode(token.encode()))
    except ValueError:
        made_by = made_for = after = None
    if made_by != operation or made_for != narrowed or not isinstance(after, int):
        raise InvalidNextTokenException("The nextToken is not valid.")
    return after


def _register(kind: Kind) -> None:
    describe = load_api().by_target[f"AmazonPersonalize.Describe{kind.name}"]
    listing = load_api().by_target[f"AmazonPersonalize.List{kind.name}s"]
    shown, listed = member_shape(describe, kind.shown), member_shape(listing, kind.listed)

    def describe_one(call: Call, request: Payload) -> Payload:
        resource = call.get(request[kind.arn_field], kind)
        return {kind.shown: pick(shown, view_of(call.backend, resource))}

    def list_all(call: Call, request: Payload) -> Payload:
        parent = request.get(kind.list_by) if kind.list_by else None
        if parent is not None and kind is VERSION:
            call.get(parent)
        newest_first = -1 if kind is DELETION_JOB else 1
        entries = [
            (newest_first * resource.sequence, pick(listed, view_of(call.backend, resource)))
            for resource in call.backend.store.owned(kind, call.owner)[::newest_first]
            if parent is None or resource.get(str(kind.list_by)) == parent
        ]
        page, more = paginate(entries, request, listing.name)
        return {kind.listed: page} | more

    HANDLERS[describe.name], HANDLERS[listing.name] = describe_one, list_all


for _kind in KINDS.values():
    _register(_kind)
