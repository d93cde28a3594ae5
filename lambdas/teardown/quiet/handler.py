"""The handler that keeps new runs from starting and stops those under way."""

from typing import Any

from aws_lambda_powertools.utilities.typing import LambdaContext

from lambdas.shared.observability import observed
from lambdas.teardown.quiet.step import take


@observed
def handler(event: dict[str, Any], context: LambdaContext) -> dict[str, Any]:  # noqa: ARG001
    """Take one bounded step; see ``step``."""
    return take(event)
