"""Roll back: a state machine of its own, because it must not wait for a training that takes days.

Started with ``{"solution": "<name>", "to": "previous", "reason": "<why>"}``; ``to`` may also be the
ARN of a version that the campaign served before.
"""

from typing import Any

from aws_cdk import aws_lambda as lambda_
from constructs import Construct

from lambdas.shared.metric_names import MetricName
from lambdas.shared.settings.recipes import RECIPES
from stacks.state_machine import StateMachine
from stacks.workflow.promotion import about
from stacks.workflow.serving import Serving, moving
from stacks.workflow.stage import Parts
from stacks.workflow.states import State, States, choice, expression, invoke
from stacks.workflow.telling import Telling, failure_in_words
from stacks.workflow.training import plan_of

_READ, _KNOWN, _UNKNOWN = "Read the request", "Is the solution known?", "It is not known"
_FOLLOWS = "It follows the service"
_FIND, _FOUND = "Find the way back", "Is there a way back?"
_REMEMBER, _TOLD, _DONE = "Remember the rollback", "Tell that it is rolled back", "Rolled back"
_BROKEN, _REFUSED, _NOT_DONE = "It failed", "Tell that it is refused", "Not rolled back"
DAY = 24 * 3600


class Rollback(Construct):
    """The state machine ``<pipeline>-rollback``."""

    def __init__(
        self,
        scope: Construct,
        construct_id: str,
        *,
        parts: Parts,
        promote: lambda_.Function,
        serve: Serving,
        telling: Telling,
    ) -> None:
        super().__init__(scope, construct_id)
        move = moving(parts, serve=serve, then=_REMEMBER, failed=_BROKEN)
        states: States = {
            **_finding(parts, promote, telling, then=move.entry),
            **move.states,
            **_remembering(promote, telling),
        }
        self.state_machine = StateMachine(
            self,
            "Machine",
            pipeline=parts.pipeline,
            name=parts.pipeline.own("rollback"),
            comment=f"Takes a campaign of the pipeline {parts.pipeline.name} back to a version",
            entry=_READ,
            states=states,
            functions=[promote, serve.serve, telling.function],
            grants=[*move.grants],
            timeout_seconds=DAY,
        )


def _finding(parts: Parts, promote: lambda_.Function, telling: Telling, *, then: str) -> States:
    given = {
        "to": "$exists($states.input.to) ? $states.input.to : 'previous'",
        "why": "$exists($states.input.reason) ? $states.input.reason : 'no reason was given'",
    }
    plans = {plan["name"]: plan for plan in _plans(parts)}
    payload = {"step": "findTheWayBack", **about("$plan"), "to": expression("$to")}
    return {
        _READ: {
            "Type": "Pass",
            "Assign": {
                **{name: expression(value) for name, value in given.items()},
                "solution": expression("$states.input.solution"),
                "plans": plans,
                "bucket": parts.data.bucket.bucket_name,
                "execution": expression("$states.context.Execution.Id"),
                "dropId": "",
                "failure": {},
            },
            "Next": _KNOWN,
        },
        **_known(follow=any(plan["follows"] for plan in plans.values())),
        _FIND: invoke(
            promote.function_arn,
            payload,
            assign={
                "versionArn": expression("$states.result.Payload.versionArn"),
                "withdrawnArn": expression("$states.result.Payload.withdrawnArn"),
                "decision": expression("$states.result.Payload.decision"),
            },
            then=_FOUND,
            failed=_BROKEN,
            step="the search for the way back",
        ),
        _FOUND: choice(("$versionArn != ''", then), otherwise=_REFUSED),
        _BROKEN: _refusal(failure_in_words()),
        _REFUSED: telling.tell("$decision", then=_NOT_DONE),
        _NOT_DONE: {
            "Type": "Fail",
            "Error": "RollbackRefused",
            "Cause": expression("$decision.reason"),
        },
    }


def _known(*, follow: bool) -> States:
    """Return the states that find the solution's plan; ``follow`` where the service moves one."""
    known = "$exists($lookup($plans, $solution))"
    follows = expression(f"{known} and $lookup($plans, $solution).follows")
    refused = {"Condition": follows, "Next": _FOLLOWS}
    taken = {
        "Condition": expression(known),
        "Assign": {"plan": expression("$lookup($plans, $solution)")},
        "Next": _FIND,
    }
    states: States = {
        _KNOWN: {
            "Type": "Choice",
            "Choices": [*([refused] if follow else []), taken],
            "Default": _UNKNOWN,
        },
        _UNKNOWN: _refusal(
            "'No campaign of this pipeline belongs to a solution of that name; known: ' "
            "& $join($keys($plans), ', ') & '.'"
        ),
    }
    if follow:
        states[_FOLLOWS] = _refusal(
            "'The service moves this campaign to the newest version (syncWithLatestSolutionVersion)"
            ": no other would stay. Leave the key out of the pipeline file, deploy, then roll "
            "back.'"
        )
    return states


def _remembering(promote: lambda_.Function, telling: Telling) -> States:
    payload = {
        "step": "rememberTheRollback",
        **about("$plan"),
        "versionArn": expression("$versionArn"),
        "withdrawnArn": expression("$withdrawnArn"),
        "reason": expression("$why"),
    }
    done = {name: expression(f"${name}") for name in ("solution", "versionArn", "withdrawnArn")}
    return {
        _REMEMBER: invoke(
            promote.function_arn,
            payload,
            assign={"decision": expression("$states.result.Payload.decision")},
            then=_TOLD,
            failed=_BROKEN,
            step="the memory of the rollback",
        ),
        _TOLD: telling.tell("$decision", then=_DONE),
        _DONE: {
            "Type": "Pass",
            "Output": {**done, "campaignArn": expression("$plan.campaignArn")},
            "End": True,
        },
    }


def _refusal(reason: str) -> State:
    decision = {
        "kind": MetricName.ROLLBACK_REFUSED.value,
        "subject": expression("$string($solution)"),
        "reason": expression(reason),
    }
    return {"Type": "Pass", "Assign": {"decision": decision}, "Next": _REFUSED}


def _plans(parts: Parts) -> list[dict[str, Any]]:
    """Return name, campaign and its request of each solution that is served."""
    return [
        {key: plan[key] for key in ("name", "campaignArn", "campaign", "follows")}
        for plan in (plan_of(parts, solution) for solution in parts.pipeline.solutions)
        if plan["campaignArn"] and RECIPES[plan["recipe"]].has_campaigns
    ]
