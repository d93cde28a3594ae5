"""CloudFormation's side of a custom resource: who waits for an answer, and how it is given.

The protocol is the user guide's, "Custom resource response objects": one PUT of a JSON document of
at most 4,096 bytes to a presigned URL, without a content type.
"""

import json
from collections.abc import Mapping
from enum import StrEnum
from typing import Any
from urllib.error import HTTPError, URLError
from urllib.request import Request, urlopen

from lambdas.shared.errors import RequestRefusedError, TransientError
from lambdas.shared.strict import Strict

_TIMEOUT_SECONDS = 20
# What is left of the document's 4,096 bytes beside two ARNs and two identifiers.
REASON_BYTES = 3000
_SERVER_ERROR = 500


class Status(StrEnum):
    """The two answers that CloudFormation knows."""

    SUCCESS = "SUCCESS"
    FAILED = "FAILED"


class AnswerTo(Strict):
    """Who waits for an answer: what CloudFormation's request says of itself."""

    response_url: str
    """The presigned URL; it is worth nothing after the answer, or after two hours."""
    stack_id: str
    request_id: str
    logical_resource_id: str
    physical_resource_id: str

    @classmethod
    def of(cls, event: Mapping[str, Any], physical_resource_id: str) -> "AnswerTo":
        """Read a custom resource's event; the physical id never changes, so nothing is replaced."""
        return cls(
            response_url=event["ResponseURL"],
            stack_id=event["StackId"],
            request_id=event["RequestId"],
            logical_resource_id=event["LogicalResourceId"],
            physical_resource_id=physical_resource_id,
        )


def respond(to: AnswerTo, status: Status, reason: str) -> None:
    """Give the answer.

    Raises:
        TransientError: The address was not reached, or failed; another try may succeed.
        RequestRefusedError: It refuses the answer: it is too late for one.
    """
    body = {
        "Status": status,
        "Reason": shortened(reason),
        "PhysicalResourceId": to.physical_resource_id,
        "StackId": to.stack_id,
        "RequestId": to.request_id,
        "LogicalResourceId": to.logical_resource_id,
    }
    if not to.response_url.startswith(("https://", "http://")):
        raise RequestRefusedError(f"no address to answer to: {to.response_url!r}")
    request = Request(  # noqa: S310 - the scheme is checked above
        to.response_url,
        data=_written(body),
        method="PUT",
        headers={"Content-Type": ""},
    )
    try:
        with urlopen(request, timeout=_TIMEOUT_SECONDS):  # noqa: S310 - the scheme is checked above
            return
    except HTTPError as error:
        kind = TransientError if error.code >= _SERVER_ERROR else RequestRefusedError
        raise kind(f"CloudFormation's address answered {error.code} {error.reason}") from error
    except (URLError, TimeoutError, ConnectionError) as error:
        raise TransientError(f"CloudFormation's address was not reached: {error}") from error


def shortened(reason: str) -> str:
    """Return a reason that fits into the answer, whatever its characters take as JSON."""
    short = reason
    while len(_written(short)) > REASON_BYTES:
        short = short[: len(short) * 9 // 10 - 1].removesuffix("…") + "…"
    return short


def _written(value: object) -> bytes:
    return json.dumps(value, ensure_ascii=False).encode("utf-8", errors="replace")
