"""A handler that is observed: named after the execution that calls it, in its failures too."""

import io
import json
import logging
import os
import subprocess
import sys
from collections.abc import Iterator
from typing import Any

import pytest
from aws_lambda_powertools.logging.formatter import LambdaPowertoolsFormatter
from aws_lambda_powertools.utilities.typing import LambdaContext

from lambdas.shared.observability import logger, observed

EXECUTION = "arn:aws:states:us-east-1:123456789012:execution:movies:run-1"


class Context(LambdaContext):
    def __init__(self) -> None:
        self._function_name = "movies-train"
        self._memory_limit_in_mb = 128
        self._invoked_function_arn = "arn:aws:lambda:us-east-1:123456789012:function:movies-train"
        self._aws_request_id = "1"


@observed
def handler(event: dict[str, Any], context: LambdaContext) -> dict[str, Any]:
    logger.info("working for %s", context.function_name)
    if event.get("fails"):
        raise RuntimeError("it broke")
    return event


@pytest.fixture
def lines() -> Iterator[io.StringIO]:
    stream = io.StringIO()
    [sink] = [h for h in logger.handlers if isinstance(h, logging.StreamHandler)]
    assert isinstance(sink.formatter, LambdaPowertoolsFormatter)
    before = sink.setStream(stream)
    yield stream
    if before is not None:
        sink.setStream(before)


def said(lines: io.StringIO) -> list[dict[str, Any]]:
    return [json.loads(line) for line in lines.getvalue().splitlines()]


def test_every_line_has_the_execution_and_the_handler_sees_its_own_event(
    lines: io.StringIO,
) -> None:
    assert handler({"step": "look", "calledBy": EXECUTION}, Context()) == {"step": "look"}

    assert [line["execution_id"] for line in said(lines)] == [EXECUTION]


def test_a_failure_is_logged_under_the_execution_and_goes_on(lines: io.StringIO) -> None:
    with pytest.raises(RuntimeError, match="it broke"):
        handler({"fails": True, "calledBy": EXECUTION}, Context())

    [_, failure] = said(lines)
    assert (failure["level"], failure["execution_id"]) == ("ERROR", EXECUTION)
    assert "it broke" in failure["exception"]


def test_an_execution_is_not_carried_over_to_who_calls_next(lines: io.StringIO) -> None:
    handler({"calledBy": EXECUTION}, Context())
    handler({}, Context())

    assert "execution_id" not in said(lines)[-1]


@pytest.mark.parametrize(("disabled", "loaded"), [("true", False), ("false", True)])
def test_the_recorder_of_traces_is_loaded_only_where_there_are_traces(
    disabled: str, loaded: bool
) -> None:
    code = (
        "import sys; from lambdas.shared.observability import observed; "
        "print('aws_xray_sdk.core' in sys.modules, observed(lambda event, _: event).__name__)"
    )
    environment = {**os.environ, "POWERTOOLS_TRACE_DISABLED": disabled}

    said = subprocess.run(
        [sys.executable, "-c", code], env=environment, check=True, capture_output=True, text=True
    )

    assert said.stdout.split() == [str(loaded), "<lambda>"]
