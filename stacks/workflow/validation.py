"""Validate: the first thing a run does; nothing has been created yet, nothing billed.

One function looks at all of a drop, if it is not too large. For a larger one it makes a plan, and
a Distributed Map counts the parts side by side; a second one adds up shares of what the parts found
(whatever has to be compared meets in one share), and the function judges the whole.
"""

from typing import Any

from aws_cdk import Duration, Size
from aws_cdk import aws_iam as iam

from stacks.storage import DROPS, RUNS, DataBucket
from stacks.workflow.scopes import scoped
from stacks.workflow.stage import Parts, Stage
from stacks.workflow.states import State, States, catch, choice, expression, invoke

_ENTRY, _SIZE, _DECIDE = "Validate the drop", "Was the drop too large?", "Is the drop sound?"
_PARTS, _SHARES, _JUDGE = "Count the parts", "Add up the shares", "Judge the large drop"
_STEP = "the validation"
_SECONDS = 15 * 60
_RESULT = {"validation": expression("$states.result.Payload")}
# Each reads some 50 MB a second; more of them side by side would compete for the bucket.
_AT_A_TIME = 40
_CAUSE = 1_000


def validation(parts: Parts, *, then: str, refused: str, failed: str) -> Stage:
    """Return the states that look at the drop.

    Args:
        parts: The constructs to work with.
        then: Where a sound drop leads.
        refused: Where an unsound one leads.
        failed: Where a failure of the validation itself leads.
    """
    function = parts.functions.make(
        "validate",
        description="Looks at a drop before anything is created or billed",
        reads_data=True,
        # Two processors, which a pass over a file keeps busy.
        memory_mib=3538,
        timeout=Duration.seconds(_SECONDS),
        storage=Size.gibibytes(10),
        grants=[*_grants(parts.data), *_looking(parts)],
    )
    arn = function.function_arn
    about = {"bucket": expression("$bucket"), "dropId": expression("$dropId")}
    drop = {
        "step": "drop",
        **about,
        "prefix": expression(f"'{DROPS}/' & $dropId & '/'"),
        "wanted": _wanted(parts),
    }
    states = {
        _ENTRY: _invoke(arn, drop, assign=_RESULT, then=_SIZE, failed=failed),
        _SIZE: choice(("$validation.large", _PARTS), otherwise=_DECIDE),
        **_each(arn, "part", _PARTS, about, then=_SHARES, failed=failed),
        **_each(arn, "share", _SHARES, about, then=_JUDGE, failed=failed),
        _JUDGE: _invoke(
            arn, {"step": "judge", **about}, assign=_RESULT, then=_DECIDE, failed=failed
        ),
        _DECIDE: choice(("$validation.ok", then), otherwise=refused),
    }
    return Stage(entry=_ENTRY, states=states, functions=(function,), grants=_running(parts))


def _invoke(
    arn: str, payload: dict[str, Any], *, assign: dict[str, Any], then: str, failed: str
) -> State:
    return invoke(
        arn, payload, assign=assign, then=then, failed=failed, step=_STEP, seconds=_SECONDS
    )


def _each(
    arn: str, one: str, name: str, about: dict[str, str], *, then: str, failed: str
) -> States:
    """Return the map over parts or shares, and what follows if one of them was lost.

    The function leaves its results in the bucket. One that fails says so in its output: a failed
    child would fail the map with nothing but that a threshold was exceeded.
    """
    all_there, told = f"Is every {one} there?", f"A {one} is lost"
    return {
        name: {
            "Type": "Map",
            "Label": f"{one.capitalize()}s",
            "Items": expression(f"[0..$validation.{one}s - 1]"),
            "ItemSelector": {**about, one: expression("$states.context.Map.Item.Value")},
            "MaxConcurrency": _AT_A_TIME,
            "ItemProcessor": _child(arn, one, tuple(about)),
            "Catch": catch(failed, step=_STEP),
            "Assign": {"lost": expression("[$states.result.failure]")},
            "Output": expression("$states.input"),
            "Next": all_there,
        },
        all_there: choice(("$count($lost) = 0", then), otherwise=told),
        told: {"Type": "Pass", "Assign": {"failure": expression("$lost[0]")}, "Next": failed},
    }


def _child(arn: str, one: str, about: tuple[str, ...]) -> State:
    task, done, lost = f"Take the {one}", f"The {one} is done", f"The {one} failed"
    payload = {"step": one, **{key: expression(f"$states.input.{key}") for key in (*about, one)}}
    failure = {
        "step": expression("$failure.step"),
        "error": expression("$failure.error"),
        # Hundreds of them have to fit into what a state may hand on.
        "cause": expression(f"$substring($failure.cause, 0, {_CAUSE})"),
    }
    states: States = {
        task: _invoke(arn, payload, assign={}, then=done, failed=lost),
        done: {"Type": "Pass", "Output": {}, "End": True},
        lost: {"Type": "Pass", "Output": {"failure": failure}, "End": True},
    }
    return {
        "ProcessorConfig": {"Mode": "DISTRIBUTED", "ExecutionType": "STANDARD"},
        "StartAt": task,
        "States": scoped(one, states),
    }


def _grants(data: DataBucket) -> list[iam.PolicyStatement]:
    reads = ["s3:GetObject", "s3:GetObjectVersion"]
    return [
        iam.PolicyStatement(actions=reads, resources=[data.under(DROPS), data.under(RUNS)]),
        iam.PolicyStatement(actions=["s3:ListBucket"], resources=[data.bucket.bucket_arn]),
        iam.PolicyStatement(actions=["s3:PutObject"], resources=[data.under(RUNS)]),
    ]


def _looking(parts: Parts) -> list[iam.PolicyStatement]:
    """Return what tells whether an incremental import would be the first one."""
    actions = ["personalize:ListDatasetImportJobs"]
    return [iam.PolicyStatement(actions=actions, resources=["*"])] if _incremental(parts) else []


def _incremental(parts: Parts) -> dict[str, str]:
    """Return the ARNs of datasets that are imported incrementally."""
    return {
        kind: parts.names.dataset(kind)
        for kind, dataset in parts.pipeline.datasets.present.items()
        if dataset.import_mode == "INCREMENTAL"
    }


def _running(parts: Parts) -> tuple[iam.PolicyStatement, ...]:
    """Return what a Distributed Map asks of the role: its items are executions of the machine."""
    names = parts.names
    return (
        iam.PolicyStatement(actions=["states:StartExecution"], resources=[names.state_machine]),
        iam.PolicyStatement(
            actions=["states:DescribeExecution", "states:StopExecution"],
            resources=[f"{names.executions}:*"],
        ),
    )


def _wanted(parts: Parts) -> dict[str, object]:
    """Return what the drop has to fit, as lambdas.validate.wanted reads it."""
    pipeline = parts.pipeline
    present = pipeline.datasets.present
    given = pipeline.model_dump(by_alias=True, mode="json", include={"map", "repair", "validation"})
    keys = {"name", "recipe", "event_type", "solution_config"}
    return {
        "schemas": {kind: dataset.avro_schema(kind) for kind, dataset in present.items()},
        "solutions": [
            solution.model_dump(by_alias=True, mode="json", include=keys)
            for solution in pipeline.solutions
        ],
        "importModes": {kind: dataset.import_mode for kind, dataset in present.items()},
        "incremental": _incremental(parts),
        **given,
    }
