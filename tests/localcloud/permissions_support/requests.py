"""Requests exactly as boto3 sends them, caught before they leave."""

from contextlib import suppress
from typing import Any
from urllib.parse import urlsplit

import boto3

from localcloud.permissions.requests import ApiRequest, WireRequest
from localcloud.permissions.wire import read, scope_of


class _CaughtError(Exception):
    pass


def as_sent(service: str, method: str, **params: Any) -> WireRequest:
    """What a boto3 client of `service` would send for `method(**params)`."""
    caught: list[Any] = []

    def catch(request: Any, **_: Any) -> None:
        caught.append(request)
        raise _CaughtError

    any_service: Any = boto3
    client = any_service.client(
        service,
        region_name="eu-west-1",
        aws_access_key_id="ASIA0123456789",
        aws_secret_access_key="secret",
        aws_session_token="token",
        endpoint_url="http://127.0.0.1:9",
    )
    client.meta.events.register("before-send", catch)
    with suppress(_CaughtError):
        getattr(client, method)(**params)
    return _wire(caught[0])


def _wire(request: Any) -> WireRequest:
    url = urlsplit(request.url)
    body = request.body.read() if hasattr(request.body, "read") else request.body
    headers = {name.lower(): _text(value) for name, value in request.headers.items()}
    return WireRequest(
        method=request.method,
        path=url.path,
        query=url.query,
        headers=headers,
        body=body.encode() if isinstance(body, str) else body or b"",
    )


def _text(value: Any) -> str:
    return value.decode() if isinstance(value, bytes) else str(value)


def understood(service: str, method: str, **params: Any) -> ApiRequest:
    """The request as this project reads it back."""
    wire = as_sent(service, method, **params)
    scope = scope_of(wire)
    assert scope is not None
    return read(wire, scope)
