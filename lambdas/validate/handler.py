"""The validation stage's handler."""

from typing import Any

from aws_lambda_powertools.utilities.typing import LambdaContext

from lambdas.shared.observability import observed
from lambdas.validate.steps import take


@observed
def handler(event: dict[str, Any], context: LambdaContext) -> dict[str, Any]:  # noqa: ARG001
    """Take one step of looking at a drop and saying everything that is wrong with it."""
    return take(event)
