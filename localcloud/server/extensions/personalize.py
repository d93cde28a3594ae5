"""Amazon Personalize on MiniStack's port: all three of its models, and Step Functions' SDK calls.

The three models (control plane, runtime, events) sign as `personalize`; the service tells them
apart by path. Routing needs the target prefix of the control plane and the name of the signature's
scope; the state machine's `aws-sdk:personalize:*` tasks need an entry in MiniStack's map, and the
prefix of their errors.
"""

import asyncio
from collections.abc import Callable
from typing import Any, Protocol

from ministack import app
from ministack.core import router
from ministack.services import stepfunctions

from localcloud.server.extensions.patching import private

Headers = dict[str, str]
Query = dict[str, list[str]]
Answer = tuple[int, Headers, bytes]


class Call(Protocol):
    """One request to Personalize, answered on the calling thread."""

    def __call__(
        self, *, method: str, path: str, query: Query, headers: Headers, body: bytes
    ) -> Answer:
        """Answer with status, headers and body."""
        ...


def install(call: Call) -> None:
    """Register `call` as the handler of every Personalize request.

    Adds to `SERVICE_PATTERNS`, `SERVICE_HANDLERS`, `_AWS_SDK_SERVICE_MAP` and
    `_AWS_SDK_ERROR_PREFIX`.
    """
    private(router, "SERVICE_PATTERNS")["personalize"] = {
        "target_prefixes": ["AmazonPersonalize"],
        "host_patterns": [r"personalize[.\-]"],
    }
    private(app, "SERVICE_HANDLERS")["personalize"] = _asynchronous(call)
    private(stepfunctions, "_AWS_SDK_SERVICE_MAP")["personalize"] = {
        "target_prefix": "AmazonPersonalize",
        "protocol": "json",
        "param_case": "lower-camel",
    }
    private(stepfunctions, "_AWS_SDK_ERROR_PREFIX")["personalize"] = "Personalize"


def _asynchronous(call: Call) -> Callable[..., Any]:
    async def handle(
        method: str, path: str, headers: Headers, body: bytes | str, query: Query
    ) -> Answer:
        # Off the event loop: a recommendation computes, and the emulator reads objects from the
        # very server this loop serves.
        payload = body.encode() if isinstance(body, str) else body
        return await asyncio.to_thread(
            call, method=method, path=path, query=query, headers=headers, body=payload
        )

    return handle
