"""One step of the deletion from Personalize, as the state machine asks for it."""

from collections.abc import Mapping
from typing import Any

import boto3

from lambdas.shared.errors import named_errors
from lambdas.teardown.personalize.account import PersonalizeAccount
from lambdas.teardown.personalize.look import look
from lambdas.teardown.progress import StepRequest


def take(event: Mapping[str, Any]) -> dict[str, Any]:
    """Look once, and do what may be done now.

    Raises:
        PipelineError: The service refused, by the names of ``lambdas.shared.errors``.
    """
    request = StepRequest.model_validate(event)
    account = PersonalizeAccount(boto3.client("personalize"), request.scope)
    with named_errors():
        progress = look(account, request.scope, dry_run=request.dry_run, going=request.going)
    return progress.answer
