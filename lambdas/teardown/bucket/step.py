"""Empty the buckets, a bounded number of pages at a time, and forget what was in them."""

from collections.abc import Mapping
from typing import Any

import boto3

from lambdas.shared.errors import named_errors
from lambdas.teardown.bucket.empty import Bucket
from lambdas.teardown.bucket.memory import forget
from lambdas.teardown.progress import Entry, Progress, StepRequest, merged


def take(event: Mapping[str, Any]) -> dict[str, Any]:
    """Take one step in each bucket that is not retained.

    Raises:
        PipelineError: The service refused, by the names of ``lambdas.shared.errors``.
    """
    request = StepRequest.model_validate(event)
    scope = request.scope
    if scope.retain.data_bucket:
        why = "retained: the pipeline file says retain.dataBucket"
        kept = tuple(Entry(kind="bucket", name=name, reason=why) for name in scope.buckets)
        return Progress(stage="the buckets", kept=kept).answer
    s3 = boto3.client("s3")
    with named_errors():
        steps = [Bucket(s3, name).empty(dry_run=request.dry_run) for name in scope.buckets]
        done = merged("the buckets", steps)
        if scope.memory and not request.dry_run and done.remaining == 0:
            forget(scope.memory, boto3.client("dynamodb"))
    return done.answer
