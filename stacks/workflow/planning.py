"""The plan: a run that only says what it would do; and what a run does only when it is confirmed.

``{"plan": true}`` ends with the plan. What the plan marks as ``replace`` or ``delete`` a run leaves
alone, or refuses, unless it is started with ``{"confirm": ["solution/shop-likes"]}``.
"""

from typing import Any

from aws_cdk import aws_iam as iam
from aws_cdk import aws_lambda as lambda_

from lambdas.shared.wanted import wanted_by
from stacks.workflow.stage import Parts, Stage
from stacks.workflow.states import State, States, choice, expression, invoke

_STEP = "the plan"
# A deletion takes minutes; a solution's begins with its campaign's.
_SECONDS, _STEPS, _PATIENCE = 20, 180, 60
_LISTS = ("Solutions", "Campaigns", "Recommenders", "Filters")
_REMOVED = ("campaign", "filter", "recommender", "solution")


def planner(parts: Parts) -> lambda_.Function:
    """Return the handler that plans, and that removes what was confirmed."""
    return parts.functions.make(
        "plan",
        description="Says what a run would do, and removes what was confirmed",
        grants=_grants(parts),
    )


def planning(parts: Parts, *, function: lambda_.Function, failed: str) -> Stage:
    """Return the states of a run that only says what it would do; it needs no turn."""
    entry, end = "Plan the run", "It is planned"
    states: dict[str, State] = {
        entry: invoke(
            function.function_arn,
            {"step": "plan", **_about(parts)},
            assign={"plan": expression("$states.result.Payload")},
            then=end,
            failed=failed,
            step=_STEP,
            seconds=_PATIENCE,
        ),
        end: {
            "Type": "Pass",
            "Output": {
                "outcome": "planned",
                "message": expression("$join($plan.lines, '\\n')"),
                "plan": expression("$plan"),
            },
            "End": True,
        },
    }
    return Stage(entry=entry, states=states, functions=(function,))


def confirming(parts: Parts, *, function: lambda_.Function, then: str, failed: str) -> Stage:
    """Return the states that remove what was confirmed, before the run makes it anew."""
    entry, step, decide = "Is anything confirmed?", "Remove what was confirmed", "Is it gone?"
    wait, late = "Wait until it is gone", "It does not go"
    payload = {
        "step": "confirm",
        **_about(parts),
        "confirmed": expression("$confirmed"),
        "begun": expression("$removal.begun"),
    }
    states: States = {
        entry: choice(("$count($confirmed) > 0", step), otherwise=then),
        step: invoke(
            function.function_arn,
            payload,
            assign={
                "removal": expression(
                    "$merge([$states.result.Payload, {'steps': $removal.steps + 1}])"
                )
            },
            then=decide,
            failed=failed,
            step=_STEP,
            seconds=_PATIENCE,
        ),
        decide: choice(
            ("$removal.done", then), (f"$removal.steps >= {_STEPS}", late), otherwise=wait
        ),
        wait: {"Type": "Wait", "Seconds": _SECONDS, "Next": step},
        late: {"Type": "Pass", "Assign": {"failure": _late()}, "Next": failed},
    }
    return Stage(entry=entry, states=states, functions=(function,))


def _late() -> dict[str, Any]:
    minutes = _SECONDS * _STEPS // 60
    cause = f"'not gone after {minutes} minutes: ' & $join($confirmed, ', ')"
    return {"step": _STEP, "error": "RemovalFailed", "cause": expression(cause)}


def _about(parts: Parts) -> dict[str, Any]:
    return {
        "own": parts.pipeline.own(""),
        "datasetGroupArn": parts.names.dataset_group,
        "arnPrefix": parts.names.prefix,
        "wanted": [
            one.model_dump(mode="json", by_alias=True)
            for one in wanted_by(parts.pipeline, parts.names.prefix)
        ],
        "filters": [one.model_dump(mode="json", by_alias=True) for one in parts.pipeline.filters],
        "startedAt": expression("$startedAt"),
    }


def _grants(parts: Parts) -> list[iam.PolicyStatement]:
    names, pipeline = parts.names, parts.pipeline
    group = [names.dataset_group, names.datasets]
    own = names.own(*_REMOVED)
    trackers = [names.arn("event-tracker", "*")] if pipeline.event_tracker else []
    looks = ("DatasetGroup", "Dataset", "Schema", "Campaign", "Filter", "Recommender", "Solution")
    lists = [
        *_LISTS,
        *(["EventTrackers"] if pipeline.event_tracker else []),
        *(["MetricAttributions"] if pipeline.metric_attribution else []),
    ]
    return [
        _allow([f"Describe{one}" for one in looks], [*group, *names.schemas, *own]),
        _allow([f"List{one}" for one in lists], ["*"]),
        _allow(["ListTagsForResource"], [*group, *own, *trackers]),
        _allow([f"Delete{one.capitalize()}" for one in _REMOVED], own),
    ]


def _allow(actions: list[str], resources: list[str]) -> iam.PolicyStatement:
    return iam.PolicyStatement(
        actions=[f"personalize:{action}" for action in actions], resources=resources
    )
