"""Filters: brought step by step to what the pipeline file says; see lambdas/filters."""

from aws_cdk import aws_iam as iam

from stacks.workflow.stage import Parts, Stage
from stacks.workflow.states import State, choice, expression, invoke

# A filter takes a minute or two (inferred); a step looks, acts, and says if there is more.
_SECONDS, _STEPS = 20, 90


def filters(parts: Parts, *, then: str, failed: str) -> Stage:
    """Return the states that ensure the filters, renew those that are due, and drop the oldest."""
    entry, step, decide = "Begin with the filters", "Take a step with the filters", "Is it done?"
    wait, judge, broken = "Wait for the filters", "Did all filters come to be?", "A filter failed"
    function = parts.functions.make(
        "filters", description="Ensures and renews filters", grants=_grants(parts)
    )
    payload = {
        "own": parts.pipeline.own(""),
        "datasetGroupArn": parts.names.dataset_group,
        "arnPrefix": parts.names.prefix,
        "filters": [one.model_dump(by_alias=True) for one in parts.pipeline.filters],
        "startedAt": expression("$startedAt"),
        "first": expression("$filterSteps = 0"),
        "tags": parts.names.tags,
    }
    failure = {
        "step": "the filters",
        "error": "FilterFailed",
        "cause": expression(
            "$filters.done ? $join($filters.failures, '; ') : 'they are not ready after "
            f"{_STEPS * _SECONDS // 60} minutes'"
        ),
    }
    states: dict[str, State] = {
        entry: {"Type": "Pass", "Assign": {"filterSteps": 0}, "Next": step},
        step: invoke(
            function.function_arn,
            payload,
            assign={
                "filters": expression("$states.result.Payload"),
                "filterSteps": expression("$filterSteps + 1"),
            },
            then=decide,
            failed=failed,
            step="the filters",
        ),
        decide: choice(("$filters.done or $filterSteps >= " + str(_STEPS), judge), otherwise=wait),
        wait: {"Type": "Wait", "Seconds": _SECONDS, "Next": step},
        judge: choice(("$filters.done and $count($filters.failures) = 0", then), otherwise=broken),
        broken: {"Type": "Pass", "Assign": {"failure": failure}, "Next": failed},
    }
    return Stage(entry=entry, states=states, functions=(function,))


def _grants(parts: Parts) -> list[iam.PolicyStatement]:
    own, group = parts.names.own("filter"), parts.names.dataset_group
    actions = ["CreateFilter", "DescribeFilter", "DeleteFilter"]
    actions += ["TagResource", "ListTagsForResource"]
    return [
        iam.PolicyStatement(
            actions=[f"personalize:{action}" for action in actions], resources=[*own, group]
        ),
        iam.PolicyStatement(actions=["personalize:ListFilters"], resources=["*"]),
    ]
