"""AWS's AccessDenied in the protocol of each service."""

import json
from dataclasses import dataclass
from xml.sax.saxutils import escape

from localcloud.permissions.requests import Scope, WireRequest


@dataclass(frozen=True)
class Answer:
    """An HTTP response."""

    status: int
    headers: dict[str, str]
    body: bytes


def denied(request: WireRequest, scope: Scope, message: str) -> Answer:
    """The refusal as a client of the service reads it."""
    if scope.signing_name == "s3":
        return _xml(f"<Error><Code>AccessDenied</Code><Message>{escape(message)}</Message></Error>")
    if "x-amz-target" in request.headers:
        body = {"__type": "AccessDeniedException", "message": message}
        return Answer(400, {"content-type": "application/x-amz-json-1.1"}, _json(body))
    if "x-www-form-urlencoded" in request.headers.get("content-type", ""):
        error = f"<Type>Sender</Type><Code>AccessDenied</Code><Message>{escape(message)}</Message>"
        return _xml(f"<ErrorResponse><Error>{error}</Error></ErrorResponse>")
    headers = {
        "content-type": "application/json",
        "x-amzn-errortype": "AccessDeniedException",
    }
    return Answer(403, headers, _json({"message": message}))


def _xml(body: str) -> Answer:
    return Answer(403, {"content-type": "application/xml"}, body.encode())


def _json(body: dict[str, str]) -> bytes:
    return json.dumps(body).encode()
