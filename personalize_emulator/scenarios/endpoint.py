"""The emulator's own endpoint, beside the service's: ``/_emulator/...``.

The local cloud has it on its port too; there a dropped answer is a 500, which clients retry alike.

===========  ========  ====================================================================
path         method    what
===========  ========  ====================================================================
scenarios    POST      add scripts: ``{"calls": [CallFault], "jobs": [JobScript]}``
scenarios    GET       the scripts that wait
scenarios    DELETE    forget them
clock        GET       the emulator's time: ``{"now": seconds}``
clock        POST      set it forward: ``{"advance": seconds}``, where the clock allows it
counts       GET       what metric attributions have counted, by ARN
===========  ========  ====================================================================
"""

from collections.abc import Callable
from typing import Final, Protocol, runtime_checkable

from pydantic import BaseModel, ConfigDict, ValidationError

from personalize_emulator.api.http import (
    REST_JSON,
    HttpRequest,
    HttpResponse,
    refusal,
    success,
)
from personalize_emulator.api.jsontext import read_json
from personalize_emulator.resources.backend import Backend
from personalize_emulator.resources.kinds import ATTRIBUTION
from personalize_emulator.scenarios.scripts import CallFault, JobScript
from personalize_emulator.values import Payload

PREFIX: Final = "/_emulator/"


class _Scripts(BaseModel):
    model_config = ConfigDict(extra="forbid")

    calls: list[CallFault] = []
    jobs: list[JobScript] = []


@runtime_checkable
class _Adjustable(Protocol):
    def advance(self, seconds: float) -> None: ...


def answer_emulator(backend: Backend, request: HttpRequest) -> HttpResponse:
    """Answer a request to the emulator itself; what is wrong with it comes back as a 400."""
    act = _ACTS.get((request.method, request.path.removeprefix(PREFIX)))
    if act is None:
        message = f"There is no {request.method} {request.path}."
        return refusal(REST_JSON, "UnknownOperationException", message, 404)
    try:
        return success(REST_JSON, act(backend, request.body))
    except (ValidationError, ValueError, KeyError, TypeError) as error:
        return refusal(REST_JSON, "InvalidInputException", str(error), 400)


def _add(backend: Backend, body: bytes) -> Payload:
    scripts = _Scripts.model_validate_json(body)
    for fault in scripts.calls:
        backend.scenarios.add(fault)
    for script in scripts.jobs:
        backend.scenarios.add(script)
    return backend.scenarios.to_document()


def _show(backend: Backend, body: bytes) -> Payload:
    del body
    return backend.scenarios.to_document()


def _clear(backend: Backend, body: bytes) -> Payload:
    del body
    backend.scenarios.clear()
    return backend.scenarios.to_document()


def _now(backend: Backend, body: bytes) -> Payload:
    del body
    return {"now": backend.clock.now()}


def _advance(backend: Backend, body: bytes) -> Payload:
    if not isinstance(backend.clock, _Adjustable):
        raise TypeError("This emulator's clock can not be set.")
    backend.clock.advance(float(read_json(body)["advance"]))
    with backend.change():
        return {"now": backend.clock.now()}


def _counts(backend: Backend, body: bytes) -> Payload:
    del body
    with backend.lock:
        return {a.arn: a.private.get("counts", {}) for a in backend.store.all(ATTRIBUTION)}


_ACTS: Final[dict[tuple[str, str], Callable[[Backend, bytes], Payload]]] = {
    ("POST", "scenarios"): _add,
    ("GET", "scenarios"): _show,
    ("DELETE", "scenarios"): _clear,
    ("GET", "clock"): _now,
    ("POST", "clock"): _advance,
    ("GET", "counts"): _counts,
}
