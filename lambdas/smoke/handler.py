"""The smoke test's handler."""

from typing import Any

from aws_lambda_powertools.utilities.typing import LambdaContext

from lambdas.shared.observability import observed
from lambdas.smoke.question import ask


@observed
def handler(event: dict[str, Any], context: LambdaContext) -> dict[str, Any]:  # noqa: ARG001
    """Ask one campaign one real question."""
    return ask(event)
