"""The filters stage's handler."""

from typing import Any

from aws_lambda_powertools.utilities.typing import LambdaContext

from lambdas.filters.reconcile import reconcile
from lambdas.shared.observability import observed


@observed
def handler(event: dict[str, Any], context: LambdaContext) -> dict[str, Any]:  # noqa: ARG001
    """Bring the filters one step nearer to what the pipeline file says."""
    return reconcile(event)
