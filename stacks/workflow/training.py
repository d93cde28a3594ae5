"""Train and evaluate: the solution, this run's version of it, and its offline metrics."""

from typing import Any

from aws_cdk import aws_iam as iam
from aws_cdk import aws_lambda as lambda_

from lambdas.shared.settings.recipes import RECIPES
from lambdas.shared.settings.solutions import Solution
from stacks.workflow.anew import making_anew
from stacks.workflow.cost import cost_plan
from stacks.workflow.polling import SINCE, SINCE_LIKE_BEFORE, Awaited, until_active
from stacks.workflow.stage import Parts, Stage
from stacks.workflow.states import awaiting_a_place, call, expression, invoke
from stacks.workflow.watcher import Watcher

# The service's own versions are adopted wherever it trains by itself, unless a mode is asked for.
_MODE = "($trainingMode = '' ? $plan.trainingMode : $trainingMode)"
_SOLUTION = Awaited(label="the solution", member="Solution", arn="$plan.solutionArn")


def training(parts: Parts, *, watcher: Watcher, then: str, failed: str) -> Stage:
    """Return the states that train one solution; ``plan`` says which (see ``plan_of``)."""
    function, polling = _function(parts), parts.pipeline.operation.polling
    entry, train, metrics = "Ensure the solution", "Start the training", "Read the metrics"
    unread = "The metrics were not read"
    ensured = {"solution": expression("$states.result.Payload"), **SINCE}
    version = {
        "versionArn": expression("$states.result.Payload.arn"),
        "adopted": expression(f"{_MODE} = 'ADOPT' and $not($states.result.Payload.created)"),
        **SINCE_LIKE_BEFORE,
    }
    trained = Awaited(
        label="the training",
        member="SolutionVersion",
        arn="$versionArn",
        watcher=watcher.state_machine.arn,
    )
    states = {
        entry: invoke(
            function.function_arn,
            {
                "step": "ensure",
                "kind": "solution",
                "arn": expression("$plan.solutionArn"),
                "request": expression("$plan.solution"),
            },
            assign=ensured,
            then=_SOLUTION.entry,
            failed=failed,
            step=_SOLUTION.label,
        ),
        **until_active(_SOLUTION, polling=polling, then=train, failed=failed),
        train: awaiting_a_place(
            invoke(
                function.function_arn,
                {
                    "step": "version",
                    "solutionArn": expression("$plan.solutionArn"),
                    "trainingMode": expression(_MODE),
                    "run": expression("$run"),
                    "tags": parts.names.tags,
                },
                assign=version,
                then=trained.entry,
                failed=failed,
                step=trained.label,
            )
        ),
        **until_active(trained, polling=polling, then=metrics, failed=failed),
        metrics: call(
            "personalize:getSolutionMetrics",
            {"SolutionVersionArn": expression("$versionArn")},
            assign={
                "metrics": expression("$states.result.Metrics"),
                "trainedIn": expression("($millis() - $since) / 1000"),
            },
            then=then,
            failed=unread,
            step="the metrics",
        ),
        # A version without metrics is trained; it is for the gate to say that it may not serve.
        unread: {"Type": "Pass", "Assign": {"unread": expression("$failure.cause")}, "Next": then},
    }
    return Stage(
        entry=entry, states=states, functions=(function,), grants=(_looking(parts), *watcher.grants)
    )


def plan_of(parts: Parts, solution: Solution) -> dict[str, Any]:
    """Return what a run does with one solution: requests and ARNs, known since synthesis."""
    names, recipe = parts.names, RECIPES[solution.recipe]
    campaign = names.campaign(solution) if recipe.has_campaigns else None
    return {
        "name": solution.name,
        "recipe": solution.recipe,
        "question": recipe.question,
        "trainingMode": "ADOPT" if solution.perform_auto_training else solution.training_mode,
        "automatic": solution.perform_auto_training,
        "updates": recipe.update_mode,
        "solutionArn": names.solution(solution),
        "solution": _request(parts, solution, recipe.arn),
        # Empty where there is none: a null is no value to JSONata.
        "campaignArn": campaign or "",
        "campaign": _campaign(parts, solution) if campaign else {},
        "kept": _kept(parts, solution) if campaign else {},
        "follows": bool(campaign) and solution.follows,
        "cost": cost_plan(parts, solution),
    }


def _request(parts: Parts, solution: Solution, recipe_arn: str) -> dict[str, Any]:
    optional = {"eventType": solution.event_type, "solutionConfig": solution.solution_config.api}
    return {
        "name": parts.pipeline.solution_name(solution),
        "datasetGroupArn": parts.names.dataset_group,
        "recipeArn": recipe_arn,
        "performHPO": solution.perform_hpo,
        **solution.switches,
        "tags": parts.names.tags,
        **{key: value for key, value in optional.items() if value},
    }


def _campaign(parts: Parts, solution: Solution) -> dict[str, Any]:
    campaign = solution.campaign
    if campaign is None:
        return {}
    config, latest = campaign.campaign_config.api, f"{parts.names.solution(solution)}/$LATEST"
    return {
        "name": parts.pipeline.campaign_name(solution),
        "minProvisionedTPS": campaign.min_provisioned_tps,
        "tags": parts.names.tags,
        "campaignConfig": config,
        **({"solutionVersionArn": latest} if solution.follows else {}),
    }


def _kept(parts: Parts, solution: Solution) -> dict[str, Any]:
    """Return the campaign's request where its version stays; what the sweep lowered stays low."""
    request, lowers = _campaign(parts, solution), parts.pipeline.cost.campaigns.lower_when_idle
    return {key: request[key] for key in request if not (lowers and key == "minProvisionedTPS")}


def _function(parts: Parts) -> lambda_.Function:
    solutions = parts.names.own("solution")
    actions = ["CreateSolution", "DescribeSolution", "UpdateSolution"]
    actions += ["CreateSolutionVersion", "DescribeSolutionVersion"]
    actions += ["TagResource", "ListTagsForResource"]
    return parts.functions.make(
        "train",
        description="Ensures solutions and starts one version of each a run",
        grants=[
            iam.PolicyStatement(
                actions=[f"personalize:{action}" for action in actions],
                resources=[*solutions, parts.names.dataset_group],
            ),
            iam.PolicyStatement(actions=["personalize:ListSolutionVersions"], resources=["*"]),
            making_anew(parts, "Solution", resources=solutions),
        ],
    )


def _looking(parts: Parts) -> iam.PolicyStatement:
    actions = ("DescribeSolution", "DescribeSolutionVersion", "GetSolutionMetrics")
    return iam.PolicyStatement(
        actions=[f"personalize:{action}" for action in actions],
        resources=parts.names.own("solution"),
    )
