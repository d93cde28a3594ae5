"""The steps of the serving stage, as the state machine asks for them."""

from collections.abc import Mapping
from typing import Any

import boto3

from lambdas.shared.steps import ResourceStep


def take(event: Mapping[str, Any]) -> dict[str, Any]:
    """Ensure the campaign that ``event`` describes: created, or moved to another version."""
    step = ResourceStep.model_validate(dict(event))
    return step.take(boto3.client("personalize")).model_dump()
