"""The validation stage's handler."""

from typing import Any

from aws_lambda_powertools.utilities.typing import LambdaContext

from lambdas.shared.observability import logger, tracer
from lambdas.validate.drop import validate


@logger.inject_lambda_context
@tracer.capture_lambda_handler
def handler(event: dict[str, Any], context: LambdaContext) -> dict[str, Any]:  # noqa: ARG001
    """Look at one drop and say everything that is wrong with it."""
    return validate(event)
