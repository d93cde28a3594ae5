"""Stop the notebook instance; CloudFormation deletes it with the stack."""

from collections.abc import Mapping
from typing import Any

import boto3
from botocore.exceptions import ClientError

from lambdas.shared.clients import Client
from lambdas.shared.errors import named_errors
from lambdas.teardown.notebook.rules import Move, move_for
from lambdas.teardown.progress import Entry, Progress, StepRequest


def take(event: Mapping[str, Any]) -> dict[str, Any]:
    """Look once; stop the instance if it is in service.

    Raises:
        PipelineError: The service refused, by the names of ``lambdas.shared.errors``.
    """
    request = StepRequest.model_validate(event)
    name = request.scope.notebook
    if name is None:
        return Progress(stage="no notebook").answer
    sagemaker = boto3.client("sagemaker")
    with named_errors():
        status = _status(name, sagemaker)
        move = move_for(status)
        if move == Move.STOP and not request.dry_run:
            sagemaker.stop_notebook_instance(NotebookInstanceName=name)
    entry = Entry(kind="notebook instance", name=name, reason=f"it is {status}")
    waits = move != Move.NOTHING
    return Progress(
        stage="the notebook instance",
        remaining=int(waits),
        stopped=(entry,) * (move == Move.STOP),
        pending=(entry,) * waits,
    ).answer


def _status(name: str, sagemaker: Client) -> str | None:
    try:
        described = sagemaker.describe_notebook_instance(NotebookInstanceName=name)
    except ClientError as error:
        # SageMaker has no error of its own for it: ValidationException, "RecordNotFound".
        if "RecordNotFound" in error.response["Error"].get("Message", ""):
            return None
        raise
    return str(described["NotebookInstanceStatus"])
