"""Requests read by botocore's own models: which operation of which service, with which parameters.

The inverse of what a client does, as far as authorization needs it: top-level parameters, the
labels of a path, query and header members, and the keys of a batch deletion. Signatures are not
verified: whoever reaches the loopback port is believed about who he is.
"""

import json
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from functools import lru_cache
from typing import Any
from urllib.parse import parse_qs, unquote
from xml.etree import ElementTree

import botocore.session
from botocore.model import OperationModel, ServiceModel

from localcloud.permissions.errors import RequestError

# IAM's prefix, as the credential scope names it → botocore's services that sign with it.
_SIGNED_AS = {
    "monitoring": ("cloudwatch",),
    "personalize": ("personalize", "personalize-runtime", "personalize-events"),
    "states": ("stepfunctions",),
    "tagging": ("resourcegroupstaggingapi",),
}
# Where IAM's prefix is not the name requests are signed with.
PREFIXES = {"monitoring": "cloudwatch", "tagging": "tag"}
_SCOPE = re.compile(r"Credential=([^/,\s]+)/\d{8}/([^/,\s]+)/([^/,\s]+)/aws4_request")
_LABEL = re.compile(r"\{(\w+)(\+?)\}")


@dataclass(frozen=True)
class WireRequest:
    """An HTTP request.

    Attributes:
        path: Still percent-encoded, without the query.
        query: The raw query string.
        headers: Names in lower case.
    """

    method: str
    path: str
    query: str
    headers: Mapping[str, str]
    body: bytes


@dataclass(frozen=True)
class Scope:
    """The credential scope of a signed request."""

    access_key_id: str
    region: str
    signing_name: str


@dataclass(frozen=True)
class ApiRequest:
    """An operation of a service, with its parameters.

    Attributes:
        service: IAM's prefix: `states`, not `stepfunctions`.
    """

    service: str
    operation: str
    region: str
    params: Mapping[str, Any] = field(default_factory=dict)


def scope_of(request: WireRequest) -> Scope | None:
    """Who signed the request for what; None for an unsigned one."""
    signature = request.headers.get("authorization", "") or _presigned(request.query)
    match = _SCOPE.search(signature)
    return Scope(*match.groups()) if match else None


def _presigned(query: str) -> str:
    values = parse_qs(query).get("X-Amz-Credential")
    return f"Credential={values[0]}" if values else ""


def read(request: WireRequest, scope: Scope) -> ApiRequest:
    """The operation and parameters of a signed request.

    Raises:
        RequestError: No operation of the service looks like this.
    """
    prefix = PREFIXES.get(scope.signing_name, scope.signing_name)
    target = request.headers.get("x-amz-target")
    if target:
        params = json.loads(request.body or b"{}")
        return ApiRequest(prefix, target.rpartition(".")[2], scope.region, params)
    models = [_model(name) for name in _SIGNED_AS.get(scope.signing_name, (scope.signing_name,))]
    if models[0].protocol == "query":
        return _read_query(prefix, request, scope.region)
    operation, params = _match(models, request)
    return ApiRequest(prefix, operation, scope.region, params)


@lru_cache
def _model(name: str) -> ServiceModel:
    try:
        return botocore.session.get_session().get_service_model(name)
    except botocore.exceptions.UnknownServiceError:
        raise RequestError(f"botocore has no service {name}.") from None


def _read_query(prefix: str, request: WireRequest, region: str) -> ApiRequest:
    form = parse_qs(f"{request.query}&{request.body.decode()}", keep_blank_values=True)
    params: dict[str, Any] = {name: values[0] for name, values in form.items() if "." not in name}
    if "Action" not in params:
        raise RequestError(f"A {prefix} request names no Action.")
    tags = _members(form, "Tags")
    if tags:
        params["Tags"] = tags
    return ApiRequest(prefix, params.pop("Action"), region, params)


def _members(form: Mapping[str, list[str]], name: str) -> list[dict[str, str]]:
    """`Tags.member.1.Key=…` as a list of maps."""
    found: dict[str, dict[str, str]] = {}
    for key, values in form.items():
        match = re.fullmatch(rf"{name}\.member\.(\d+)\.(\w+)", key)
        if match:
            found.setdefault(match.group(1), {})[match.group(2)] = values[0]
    return list(found.values())


@dataclass(frozen=True)
class _Route:
    """An operation of a REST service and what a request of it must look like."""

    operation: OperationModel
    pattern: re.Pattern[str]
    fixed: frozenset[tuple[str, str]]
    query: Mapping[str, str]
    headers: Mapping[str, str]
    required: frozenset[str]

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
    model = _model(name)
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


def _match(models: Iterable[ServiceModel], request: WireRequest) -> tuple[str, dict[str, Any]]:
    query = parse_qs(request.query, keep_blank_values=True)
    found: list[tuple[int, _Route, re.Match[str]]] = []
    for model in models:
        for route in _routes(model.service_name, request.method):
            match = route.pattern.fullmatch(request.path)
            weight = route.weight(query, request.headers) if match else None
            if match and weight is not None:
                found.append((weight, route, match))
    if not found:
        raise RequestError(f"No operation looks like {request.method} {request.path}.")
    _, route, match = max(found, key=lambda each: each[0])
    return route.operation.name, _params(route, match, query, request)


def _params(
    route: _Route, match: re.Match[str], query: Mapping[str, list[str]], request: WireRequest
) -> dict[str, Any]:
    params: dict[str, Any] = {name: unquote(text) for name, text in match.groupdict().items()}
    params |= {member: query[name][0] for name, member in route.query.items() if name in query}
    for name, member in route.headers.items():
        if name in request.headers:
            params[member] = request.headers[name]
    protocol = route.operation.service_model.protocol
    if route.operation.name == "DeleteObjects":
        params["Objects"] = list(_deleted(request.body))
    elif protocol == "rest-json" and request.body and not route.operation.has_streaming_input:
        params |= _json_object(request.body)
    return params


def _json_object(body: bytes) -> dict[str, Any]:
    value = json.loads(body)
    return value if isinstance(value, dict) else {}


def _deleted(body: bytes) -> Iterable[dict[str, str]]:
    """The keys, with their versions, of a DeleteObjects request."""
    for element in ElementTree.fromstring(body).iter():  # noqa: S314 - from our own client
        if element.tag.rpartition("}")[2] == "Object":
            yield {child.tag.rpartition("}")[2]: child.text or "" for child in element}
