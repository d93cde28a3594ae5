"""For each solution, side by side: train, evaluate, serve; one that fails does not stop another."""

from typing import Any

from aws_cdk import aws_lambda as lambda_

from stacks.workflow.serving import serving
from stacks.workflow.stage import Parts, Stage
from stacks.workflow.states import State, catch, expression
from stacks.workflow.training import plan_of, training

_SERVED, _FAILED = "It serves", "It does not serve"


def solutions(parts: Parts, *, then: str, failed: str) -> Stage:
    """Return the map over the pipeline's solutions."""
    entry = "For each solution"
    serve = serving(parts, then=_SERVED, failed=_FAILED)
    train = training(parts, then=serve.entry, failed=_FAILED)
    plans = [plan_of(parts, solution) for solution in parts.pipeline.solutions]
    functions: tuple[lambda_.Function, ...] = (*train.functions, *serve.functions)
    state: dict[str, Any] = {
        "Type": "Map",
        "Items": plans,
        "MaxConcurrency": 10,
        "ItemProcessor": {
            "ProcessorConfig": {"Mode": "INLINE"},
            "StartAt": train.entry,
            "States": {**train.states, **serve.states, **_outcomes()},
        },
        "Catch": catch(failed, step="the solutions"),
        "Assign": {"solutions": expression("$states.result")},
        "Output": expression("$states.input"),
        "Next": then,
    }
    return Stage(
        entry=entry,
        states={entry: state},
        functions=functions,
        grants=(*train.grants, *serve.grants),
    )


def _outcomes() -> dict[str, State]:
    said = {
        "name": expression("$plan.name"),
        "recipe": expression("$plan.recipe"),
        "solutionVersionArn": expression("$versionArn"),
        "campaignArn": expression("$plan.campaignArn"),
        "metrics": expression("$metrics"),
        "trainingSeconds": expression("$trainedIn"),
        "recommended": expression("$recommended"),
    }
    served = {**said, "status": "ACTIVE", "failure": {}}
    not_served = {**said, "status": "FAILED", "failure": expression("$failure")}
    return {
        _SERVED: {"Type": "Pass", "Output": served, "End": True},
        _FAILED: {"Type": "Pass", "Output": not_served, "End": True},
    }
