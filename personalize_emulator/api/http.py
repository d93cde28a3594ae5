"""Requests and responses, as any server can hand them over."""

import json
from collections.abc import Mapping
from dataclasses import dataclass, field

from personalize_emulator.api.jsontext import read_json
from personalize_emulator.errors import InvalidInputException, ServiceError
from personalize_emulator.values import Json, Payload, new_id

JSON_1_1 = "application/x-amz-json-1.1"
REST_JSON = "application/json"


@dataclass(frozen=True, slots=True)
class HttpRequest:
    """A request: header names in lower case, the body undecoded."""

    method: str
    path: str
    query: str = ""
    headers: Mapping[str, str] = field(default_factory=dict)
    body: bytes = b""


@dataclass(frozen=True, slots=True)
class HttpResponse:
    """A response; ``drop`` asks the server to close the connection without answering."""

    status: int
    headers: Mapping[str, str]
    body: bytes
    drop: bool = False


def parse_body(body: bytes) -> Json:
    """Decode a JSON body; an empty one counts as ``{}``."""
    if not body:
        return {}
    try:
        return read_json(body)
    except ValueError as error:
        msg = f"The request body is not valid JSON: {error}"
        raise InvalidInputException(msg) from error


def success(
    content_type: str,
    output: Payload | bytes | None,
    *,
    drop: bool = False,
    headers: Mapping[str, str] | None = None,
) -> HttpResponse:
    """Answer with an operation's output, JSON already or not; None is an empty body."""
    body = output if isinstance(output, bytes) else _encode(output)
    told = _headers(content_type, body)
    return HttpResponse(200, {**told, **headers} if headers else told, body, drop=drop)


def _encode(output: Payload | None) -> bytes:
    return b"" if output is None else json.dumps(output, separators=(",", ":")).encode()


def failure(content_type: str, error: ServiceError, status: int) -> HttpResponse:
    """Answer with an error, so that botocore's parsers of both protocols find code and message."""
    return refusal(content_type, error.code, str(error), status)


def refusal(content_type: str, code: str, message: str, status: int) -> HttpResponse:
    """Answer with any error code."""
    body = json.dumps({"__type": code, "message": message}).encode()
    headers = _headers(content_type, body) | {"x-amzn-errortype": code}
    return HttpResponse(status, headers, body)


def _headers(content_type: str, body: bytes) -> dict[str, str]:
    return {
        "content-type": content_type,
        "content-length": str(len(body)),
        "x-amzn-requestid": new_id(),
    }
