"""Validate: the first thing a run does; nothing has been created yet, nothing billed."""

from aws_cdk import Duration, Size
from aws_cdk import aws_iam as iam

from stacks.storage import DROPS, RUNS
from stacks.workflow.stage import Parts, Stage
from stacks.workflow.states import choice, expression, invoke


def validation(parts: Parts, *, then: str, refused: str, failed: str) -> Stage:
    """Return the states that look at the drop.

    Args:
        parts: The constructs to work with.
        then: Where a sound drop leads.
        refused: Where an unsound one leads.
        failed: Where a failure of the validation itself leads.
    """
    data, entry, decide = parts.data, "Validate the drop", "Is the drop sound?"
    function = parts.functions.make(
        "validate",
        description="Looks at a drop before anything is created or billed",
        reads_data=True,
        memory_mib=2048,
        timeout=Duration.minutes(15),
        storage=Size.gibibytes(4),
        grants=[
            iam.PolicyStatement(
                actions=["s3:GetObject", "s3:GetObjectVersion"], resources=[data.under(DROPS)]
            ),
            iam.PolicyStatement(
                actions=["s3:ListBucket", "s3:ListBucketVersions"],
                resources=[data.bucket.bucket_arn],
            ),
            iam.PolicyStatement(actions=["s3:PutObject"], resources=[data.under(RUNS)]),
        ],
    )
    return Stage(
        entry=entry,
        functions=(function,),
        states={
            entry: invoke(
                function.function_arn,
                {
                    "bucket": expression("$bucket"),
                    "prefix": expression(f"'{DROPS}/' & $dropId & '/'"),
                    "dropId": expression("$dropId"),
                    **_wanted(parts),
                },
                assign={"validation": expression("$states.result.Payload")},
                then=decide,
                failed=failed,
                step="the validation",
                seconds=15 * 60,
            ),
            decide: choice(("$validation.ok", then), otherwise=refused),
        },
    )


def _wanted(parts: Parts) -> dict[str, object]:
    """Return what the drop has to fit: schemas, and what the solutions train on."""
    present = parts.pipeline.datasets.present
    return {
        "schemas": {kind: dataset.avro_schema(kind) for kind, dataset in present.items()},
        "solutions": [
            solution.model_dump(by_alias=True, include={"name", "recipe", "event_type"})
            for solution in parts.pipeline.solutions
        ],
        "importModes": {kind: dataset.import_mode for kind, dataset in present.items()},
    }
