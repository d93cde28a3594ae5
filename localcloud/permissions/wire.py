"""Requests read by botocore's own models: which operation of which service, with which parameters.

The inverse of what a client does, as far as authorization needs it: top-level parameters, the
labels of a path, query and header members, and the keys of a batch deletion (`rest`). Signatures
are not verified: whoever reaches the loopback port is believed about who he is.
"""

import json
import re
from collections.abc import Mapping
from typing import Any
from urllib.parse import parse_qs

from localcloud.permissions import rest
from localcloud.permissions.errors import RequestError
from localcloud.permissions.models import service_model
from localcloud.permissions.requests import ApiRequest, Scope, WireRequest

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
    names = _SIGNED_AS.get(scope.signing_name, (scope.signing_name,))
    if service_model(names[0]).protocol == "query":
        return _read_query(prefix, request, scope.region)
    operation, params = rest.read(names, request)
    return ApiRequest(prefix, operation, scope.region, params)


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
