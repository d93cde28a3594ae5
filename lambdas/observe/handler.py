"""The observe stage's handler."""

from typing import Any

from aws_lambda_powertools.utilities.typing import LambdaContext

from lambdas.observe.announce import announce
from lambdas.shared.observability import observed


@observed
def handler(event: dict[str, Any], context: LambdaContext) -> dict[str, Any]:  # noqa: ARG001
    """Tell one decision; see ``announce``."""
    return announce(event)
