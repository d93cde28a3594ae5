"""The report stage's handler."""

from typing import Any

from aws_lambda_powertools.utilities.typing import LambdaContext

from lambdas.report.run import report
from lambdas.shared.observability import observed


@observed
def handler(event: dict[str, Any], context: LambdaContext) -> dict[str, Any]:  # noqa: ARG001
    """Write the run's report and word its notification."""
    return report(event)
