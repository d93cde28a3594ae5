"""Recommenders: each ensured and awaited; the service trains and retrains them by itself."""

from typing import Any

from aws_cdk import aws_iam as iam

from lambdas.shared.settings.recipes import RECIPES
from lambdas.shared.settings.recommenders import Recommender
from stacks.workflow.anew import making_anew
from stacks.workflow.others import Each
from stacks.workflow.polling import SINCE, Awaited, until_active
from stacks.workflow.stage import Parts, Stage
from stacks.workflow.states import States, expression, invoke

_EACH = Each(entry="For each recommender", scope="recommender", label="the recommender")
_RECOMMENDER = Awaited(label=_EACH.label, member="Recommender", arn="$plan.arn")


def recommenders(parts: Parts, *, then: str, failed: str) -> Stage:
    """Return the map over the pipeline's recommenders."""
    own, ensure = parts.names.own("recommender"), "Ensure the recommender"
    actions = ["CreateRecommender", "DescribeRecommender", "UpdateRecommender"]
    actions += ["TagResource", "ListTagsForResource"]
    function = parts.functions.make(
        "recommenders",
        description="Ensures recommenders",
        grants=[
            _allow(*actions, resources=[*own, parts.names.dataset_group]),
            making_anew(parts, "Recommender", resources=own),
        ],
    )
    payload = {
        "step": "ensure",
        "kind": "recommender",
        "arn": expression("$plan.arn"),
        "request": expression("$plan.request"),
    }
    patience = parts.pipeline.operation.polling
    states: States = {
        ensure: invoke(
            function.function_arn,
            payload,
            assign={"output": expression("$plan.arn"), **SINCE},
            then=_RECOMMENDER.entry,
            failed=_EACH.failed,
            step=_EACH.label,
        ),
        **until_active(_RECOMMENDER, polling=patience, then=_EACH.done, failed=_EACH.failed),
    }
    plans = [_plan(parts, one) for one in parts.pipeline.recommenders]
    each = _EACH.over(plans, first=ensure, states=states, then=then, failed=failed)
    return Stage(
        entry=_EACH.entry,
        states={_EACH.entry: each},
        functions=(function,),
        grants=(_allow("DescribeRecommender", resources=own),),
    )


def _plan(parts: Parts, recommender: Recommender) -> dict[str, Any]:
    name = parts.pipeline.own(recommender.name)
    return {
        "kind": "recommender",
        "name": recommender.name,
        "arn": parts.names.arn("recommender", name),
        "request": {
            "name": name,
            "datasetGroupArn": parts.names.dataset_group,
            "recipeArn": RECIPES[recommender.recipe].arn,
            "recommenderConfig": recommender.config,
            "tags": parts.names.tags,
        },
    }


def _allow(*actions: str, resources: list[str]) -> iam.PolicyStatement:
    return iam.PolicyStatement(
        actions=[f"personalize:{action}" for action in actions], resources=resources
    )
