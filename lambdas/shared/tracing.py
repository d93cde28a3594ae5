"""Traces by X-Ray, where there is one.

``POWERTOOLS_TRACE_DISABLED`` switches it off on a laptop. Powertools loads X-Ray's recorder in any
case, which makes itself a client of the service at once: a third of what importing a handler takes.
"""

import os
from collections.abc import Callable
from typing import Any

from aws_lambda_powertools.utilities.typing import LambdaContext

Handler = Callable[[dict[str, Any], LambdaContext], dict[str, Any]]

if os.environ.get("POWERTOOLS_TRACE_DISABLED", "").lower() in {"1", "true"}:

    def traced(handler: Handler) -> Handler:
        """Return the handler as it is."""
        return handler

    def annotate(key: str, value: str) -> None:
        """Do nothing: there is no trace."""

else:
    from aws_lambda_powertools import Tracer

    _tracer = Tracer()

    def traced(handler: Handler) -> Handler:
        """Have a handler traced, its answers and failures too."""
        return _tracer.capture_lambda_handler(handler)

    def annotate(key: str, value: str) -> None:
        """Put a value on this invocation's trace, under which it can be searched for."""
        _tracer.put_annotation(key, value)
