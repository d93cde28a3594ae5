"""REST requests: the operation whose path, query and headers a request fits best."""

import json
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import lru_cache
from typing import Any
from urllib.parse import parse_qs, unquote
from xml.etree import ElementTree as ET

from botocore.model import OperationModel

from localcloud.permissions.errors import RequestError
from localcloud.permissions.models import service_model
from localcloud.permissions.requests import WireRequest

_LABEL = re.compile(r"\{(\w+)(\+?)\}")
Params = dict[str, Any]


def read(services: Iterable[str], request: WireRequest) -> tuple[str, Params]:
    """The operation's name and its parameters.

    Args:
        services: botocore's names of the services that it may belong to.
        request: As it came.

    Raises:
        RequestError: No operation looks like this.
    """
    given = parse_qs(request.query, keep_blank_values=True)
    found: list[tuple[int, _Route, re.Match[str]]] = []
    for route in (route for name in services for route in _routes(name, request.method)):
        match = route.pattern.fullmatch(request.path)
        weight = route.weight(given, request.headers) if match else None
        if match and weight is not None:
            found.append((weight, route, match))
    if not found:
        raise RequestError(f"No operation looks like {request.method} {request.path}.")
    _, route, match = max(found, key=lambda each: each[0])
    labels = {name: unquote(text) for name, text in match.groupdict().items()}
    placed = route.placed(given, request.headers)
    return route.operation.name, {**labels, **placed, **_body(route.operation, request.body)}


def _body(operation: OperationModel, body: bytes) -> Params:
    if operation.name == "DeleteObjects":
        return {"Objects": list(_deleted(body))}
    if operation.service_model.protocol != "rest-json" or operation.has_streaming_input:
        return {}
    value = json.loads(body or b"{}")
    return value if isinstance(value, dict) else {}


def _deleted(body: bytes) -> Iterable[dict[str, str]]:
    """The keys, with their versions, of a DeleteObjects request."""
    for element in ET.fromstring(body).iter():  # noqa: S314 - from a client of ours
        if element.tag.rpartition("}")[2] == "Object":
            yield {child.tag.rpartition("}")[2]: child.text or "" for child in element}


@dataclass(frozen=True)
class _Route:
    """An operation of a REST service and what a request of it must look like."""

    operation: OperationModel
    pattern: re.Pattern[str]
    fixed: frozenset[tuple[str, str]]
    query: Mapping[str, str]
    headers: Mapping[str, str]
    required: frozenset[str]

    def placed(self, query: Mapping[str, list[str]], headers: Mapping[str, str]) -> Params:
        """The parameters that travel in the query and in headers."""
        found: Params = {m: query[name][0] for name, m in self.query.items() if name in query}
        return found | {m: headers[name] for name, m in self.headers.items() if name in headers}

    def weight(self, query: Mapping[str, list[str]], headers: Mapping[str, str]) -> int | None:
        """How much of the request it explains; None where the request lacks what it needs."""
        for name, value in self.fixed:
            if name not in query or (value and value not in query[name]):
                return None
        needed = [(self.query, query), (self.headers, headers)]
        for members, given in needed:
            if any(m in self.required and name not in given for name, m in members.items()):
                return None
        return len(self.fixed) * 10 + len(self.query.keys() & query.keys()) + len(self.required)


@lru_cache
def _routes(name: str, method: str) -> list[_Route]:
    model = service_model(name)
    operations = (model.operation_model(each) for each in model.operation_names)
    wanted = (each for each in operations if each.http["method"] == method)
    return sorted(map(_route, wanted), key=lambda route: route.operation.deprecated)


def _route(operation: OperationModel) -> _Route:
    path, _, query = operation.http["requestUri"].partition("?")
    shape = operation.input_shape
    members = shape.members if shape else {}
    required = set(shape.required_members) if shape else set()

    def at(location: str) -> dict[str, str]:
        found = {m: s.serialization for m, s in members.items()}
        placed = {m: s for m, s in found.items() if s.get("location") == location}
        return {s.get("name", m): m for m, s in placed.items()}

    headers = {name.lower(): member for name, member in at("header").items()}
    fixed = parse_qs(query, keep_blank_values=True)
    return _Route(
        operation=operation,
        pattern=_path_pattern(path),
        fixed=frozenset((name, values[0]) for name, values in fixed.items()),
        query=at("querystring"),
        headers=headers,
        required=frozenset(required),
    )


def _path_pattern(path: str) -> re.Pattern[str]:
    pieces, end = [], 0
    for match in _LABEL.finditer(path):
        pieces.append(re.escape(path[end : match.start()]))
        pieces.append(f"(?P<{match.group(1)}>{'.+' if match.group(2) else '[^/]+'})")
        end = match.end()
    pieces.append(re.escape(path[end:]))
    return re.compile("".join(pieces) + "/?", re.DOTALL)
