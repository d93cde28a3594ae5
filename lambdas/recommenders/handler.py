"""The recommenders stage's handler."""

from typing import Any

import boto3
from aws_lambda_powertools.utilities.typing import LambdaContext

from lambdas.shared.observability import observed
from lambdas.shared.steps import ResourceStep


@observed
def handler(event: dict[str, Any], context: LambdaContext) -> dict[str, Any]:  # noqa: ARG001
    """Ensure the recommender that ``event`` describes."""
    step = ResourceStep.model_validate(event)
    return step.take(boto3.client("personalize")).model_dump()
