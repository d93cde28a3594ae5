"""Cost: an estimate and a budget before anything is billed, and what it came to afterwards."""

from typing import Any

from aws_cdk import Annotations
from aws_cdk import aws_iam as iam
from aws_cdk import aws_lambda as lambda_

from lambdas.shared.settings.recipes import RECIPES
from lambdas.shared.settings.solutions import Solution
from stacks.storage import DROPS, RUNS, STATE
from stacks.workflow.stage import Parts, Stage
from stacks.workflow.states import State, choice, expression, invoke
from stacks.workflow.telling import Telling

_ESTIMATE, _SAID, _COVERED = "Estimate the cost", "Tell what the budget says", "Is it covered?"
REFUSED = "The budget refuses"
_GRANT, _MAY, _TELL_REFUSAL = "Ask the budget", "May it be trained?", "Tell that it is refused"
_SETTLE = "Read what it cost"


def estimating(
    parts: Parts, *, function: lambda_.Function, telling: Telling, then: str, refused: str
) -> Stage:
    """Return the states before the first billed call of a run.

    Args:
        parts: The constructs to work with.
        function: The cost handler.
        telling: What tells decisions.
        then: Where a run leads that the budget covers.
        refused: Where one leads that it does not, and one whose cost is not known.
    """
    payload = {
        "step": "estimate",
        **_about(parts),
        "dropId": expression("$dropId"),
        "files": expression(
            "[$validation.objects.{'dataset': dataset, 'key': key, 'versionId': versionId, "
            "'rows': rows}]"
        ),
        "plans": [cost_plan(parts, solution) for solution in parts.pipeline.solutions],
        "notCovered": list(parts.pipeline.unpriced),
    }
    states: dict[str, State] = {
        _ESTIMATE: invoke(
            function.function_arn,
            payload,
            assign={"cost": expression("$states.result.Payload")},
            then=_SAID,
            failed=refused,
            step="the estimate",
        ),
        _SAID: telling.tell("$cost.decision", then=_COVERED),
        _COVERED: choice(("$cost.granted", then), otherwise=REFUSED),
        REFUSED: {
            "Type": "Pass",
            "Assign": {
                "failure": {
                    "step": "the budget",
                    "error": "BudgetExceeded",
                    "cause": expression("$cost.budget.reason"),
                }
            },
            "Next": refused,
        },
    }
    return Stage(entry=_ESTIMATE, states=states, functions=(function, telling.function))


def granting(
    parts: Parts,
    *,
    function: lambda_.Function,
    telling: Telling,
    then: str,
    refused: str,
    failed: str,
) -> Stage:
    """Return the states before one training: those before it may have cost more than estimated."""
    payload = {"step": "grant", **_about(parts), **_one_solution()}
    states: dict[str, State] = {
        _GRANT: invoke(
            function.function_arn,
            payload,
            assign={"grant": expression("$states.result.Payload")},
            then=_MAY,
            failed=failed,
            step="the budget",
        ),
        _MAY: choice(("$grant.granted", then), otherwise=_TELL_REFUSAL),
        _TELL_REFUSAL: telling.tell("$grant.decision", then=refused),
    }
    return Stage(entry=_GRANT, states=states, functions=(function, telling.function))


def settling(parts: Parts, *, function: lambda_.Function, then: str, failed: str) -> Stage:
    """Return the state that reads what a training took."""
    payload = {
        "step": "settle",
        **_about(parts),
        **_one_solution(),
        "versionArn": expression("$versionArn"),
        "adopted": expression("$adopted"),
    }
    state = invoke(
        function.function_arn,
        payload,
        assign={"paid": expression("$states.result.Payload")},
        then=then,
        failed=failed,
        step="the cost of the training",
    )
    return Stage(entry=_SETTLE, states={_SETTLE: state}, functions=(function,))


def one_after_another(parts: Parts) -> bool:
    """Return whether solutions train in turn.

    With a budget they do: what one really cost is known before the next one starts.
    """
    return parts.pipeline.cost.budget.is_set


def cost_plan(parts: Parts, solution: Solution) -> dict[str, Any]:
    """Return what the estimate has to know of a solution."""
    served = solution.campaign if parts.pipeline.serves(solution) else None
    return {
        "name": solution.name,
        "recipe": solution.recipe,
        "performHpo": solution.perform_hpo,
        "trainingMode": solution.training_mode,
        "minProvisionedTps": served.min_provisioned_tps if served else 0,
    }


def campaigns_of(parts: Parts) -> list[dict[str, Any]]:
    """Return the pipeline's campaigns as the cost handler knows them; not every recipe has one."""
    return [
        {
            "solution": solution.name,
            "arn": parts.names.campaign(solution),
            "minProvisionedTps": solution.campaign.min_provisioned_tps,
            "requestsCounted": RECIPES[solution.recipe].has_requests_counted,
        }
        for solution in parts.pipeline.solutions
        if solution.campaign and parts.pipeline.serves(solution)
    ]


def accountant(parts: Parts) -> lambda_.Function:
    """Return the handler that estimates, asks the budget and reads what was paid."""
    data, names = parts.data, parts.names
    _warn(parts)
    state = [data.under(f"{STATE}/costs"), data.under(f"{STATE}/trainings")]
    return parts.functions.make(
        "cost",
        description="Estimates a run, asks the budget, and keeps what was paid",
        grants=[
            iam.PolicyStatement(actions=["s3:GetObject", "s3:PutObject"], resources=state),
            iam.PolicyStatement(
                actions=["s3:GetObjectVersion"], resources=[data.under(DROPS), data.under(RUNS)]
            ),
            iam.PolicyStatement(actions=["s3:ListBucket"], resources=[data.bucket.bucket_arn]),
            iam.PolicyStatement(
                actions=[
                    f"personalize:{verb}Campaign" for verb in ("Describe", "Update", "Delete")
                ],
                resources=names.own("campaign"),
            ),
            # Neither knows resources (service authorization reference).
            iam.PolicyStatement(
                actions=["personalize:ListCampaigns", "cloudwatch:GetMetricData"], resources=["*"]
            ),
            iam.PolicyStatement(
                actions=["personalize:DescribeSolutionVersion"], resources=names.own("solution")
            ),
        ],
    )


def _warn(parts: Parts) -> None:
    """Say at synthesis that a budget does not hold what has no price."""
    unpriced = parts.pipeline.unpriced
    if unpriced and one_after_another(parts):
        words = f"cost.budget does not cover, for no price is known: {'; '.join(unpriced)}"
        Annotations.of(parts.names).add_warning_v2(f"{parts.pipeline.name}:budget", words)


def _about(parts: Parts) -> dict[str, Any]:
    return {
        "bucket": expression("$bucket"),
        "run": expression("$run"),
        "startedAt": expression("$startedAt"),
        "executionArn": expression("$execution"),
        "cost": parts.pipeline.cost.model_dump(mode="json", by_alias=True, exclude_none=True),
        "campaigns": campaigns_of(parts),
    }


def _one_solution() -> dict[str, Any]:
    return {"plan": expression("$plan.cost"), "interactions": expression("$cost.interactions")}
