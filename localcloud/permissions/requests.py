"""A request on its way from HTTP to an operation with parameters."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any


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
