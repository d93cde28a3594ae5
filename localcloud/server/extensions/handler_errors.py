"""A failed handler reports its exception's own type, so that Retry and Catch on it match.

MiniStack's worker sends only the message, and every failure becomes `Runtime.HandlerError`. On AWS
the error of a Lambda task is the exception's class name
(https://docs.aws.amazon.com/step-functions/latest/dg/concepts-error-handling.html). The worker is a
script that MiniStack writes out; it is made to send the class name, and the executor to use it.
"""

from contextvars import ContextVar
from typing import Any

from ministack.core import lambda_runtime
from ministack.services import lambda_svc

from localcloud.server.extensions.patching import Untyped, moved, private, replace

_SENT = '{"status": "error", "error": str(e), "trace": traceback.format_exc()}'
_SENT_WITH_TYPE = (
    '{"status": "error", "error": str(e), "error_type": type(e).__name__,'
    ' "trace": traceback.format_exc()}'
)
_UNTYPED = "Runtime.HandlerError"

# The executor calls the worker on its own thread and keeps only the message; the type waits here.
_last_failure: ContextVar[tuple[str, list[str]] | None] = ContextVar("last_failure", default=None)


def install() -> None:
    """Replace the worker script, `Worker.invoke` and `_execute_function_warm`."""
    _send_the_type()
    _remember_the_type()
    _report_the_type()


def _send_the_type() -> None:
    script = private(lambda_runtime, "_PYTHON_WORKER_SCRIPT")
    if script.count(_SENT) != 1:
        raise moved("error line in core.lambda_runtime._PYTHON_WORKER_SCRIPT")
    replace(lambda_runtime, "_PYTHON_WORKER_SCRIPT", script.replace(_SENT, _SENT_WITH_TYPE))


def _remember_the_type() -> None:
    worker = private(lambda_runtime, "Worker")
    invoke = worker.invoke

    def remembering(self: Untyped, *args: Untyped, **kwargs: Untyped) -> dict[str, Any]:
        result: dict[str, Any] = invoke(self, *args, **kwargs)
        error_type = result.get("error_type")
        trace = str(result.get("trace", "")).splitlines()
        _last_failure.set((error_type, trace) if error_type else None)
        return result

    worker.invoke = remembering


def _report_the_type() -> None:
    execute = private(lambda_svc, "_execute_function_warm")

    def typed(func: dict[str, Any], event: Untyped, request_id: str) -> dict[str, Any]:
        _last_failure.set(None)
        result: dict[str, Any] = execute(func, event, request_id)
        failure = _last_failure.get()
        body = result.get("body")
        if failure and result.get("error") and body and body.get("errorType") == _UNTYPED:
            body.update(errorType=failure[0], stackTrace=failure[1], requestId=request_id)
        return result

    replace(lambda_svc, "_execute_function_warm", typed)
