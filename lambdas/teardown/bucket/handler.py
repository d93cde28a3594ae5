"""The handler that empties the buckets."""

from typing import Any

from aws_lambda_powertools.utilities.typing import LambdaContext

from lambdas.shared.observability import observed
from lambdas.teardown.bucket.step import take


@observed
def handler(event: dict[str, Any], context: LambdaContext) -> dict[str, Any]:  # noqa: ARG001
    """Take one bounded step; see ``step``."""
    return take(event)
