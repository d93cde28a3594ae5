"""The trial: a campaign of its own while a new version answers its smoke test."""

from typing import Any

from aws_cdk import aws_iam as iam

from stacks.workflow.polling import SINCE, Awaited, until_active
from stacks.workflow.serving import Serving, interactions
from stacks.workflow.stage import Parts, Stage
from stacks.workflow.states import State, choice, expression, invoke, service_retries
from stacks.workflow.telling import failure_in_words, hold

_TRIAL = Awaited(label="the trial campaign", member="Campaign", arn="$trialArn")
_MAKE, _ASK, _DELETE = "Make a trial campaign", "Ask the trial", "Delete the trial campaign"
_PASSED, _FAILED = "Did the trial answer?", "It failed its trial"
_REASON = f"($exists($trial.reason) ? $trial.reason : {failure_in_words()})"


def trial(parts: Parts, *, serve: Serving, then: str, held: str) -> Stage:
    """Return the states of the trial.

    Args:
        parts: The constructs to work with.
        serve: What makes a campaign and asks it.
        then: Where a version leads that answered.
        held: Where one leads that did not; ``decision`` then says why.
    """
    # The version's own identifier makes the name unique: two runs never share a trial.
    version = "$substring($split($versionArn, '/')[-1], 0, 20)"
    name = f"'{parts.pipeline.own('trial-')}' & {version}"
    polling = parts.pipeline.operation.polling
    states = {
        _MAKE: invoke(
            serve.serve.function_arn,
            {
                "step": "ensure",
                "kind": "campaign",
                "arn": expression(f"'{parts.names.arn('campaign', '')}' & {name}"),
                "request": {
                    "name": expression(name),
                    "solutionVersionArn": expression("$versionArn"),
                    "minProvisionedTPS": 1,
                    "tags": parts.names.tags,
                },
            },
            assign={"trialArn": expression("$states.result.Payload.arn"), **SINCE},
            then=_TRIAL.entry,
            failed=_FAILED,
            step=_TRIAL.label,
        ),
        **until_active(_TRIAL, polling=polling, then=_ASK, failed=_DELETE),
        _ASK: invoke(
            serve.smoke.function_arn,
            {
                "campaignArn": expression("$trialArn"),
                "question": expression("$plan.question"),
                "questions": parts.pipeline.promotion.smoke_test.questions,
                **interactions(),
            },
            assign={"trial": expression("$states.result.Payload")},
            then=_DELETE,
            failed=_DELETE,
            step="the smoke test",
        ),
        _DELETE: _deletion(),
        _PASSED: choice(("$trial.passed", then), otherwise=_FAILED),
        _FAILED: hold(_REASON, then=held),
    }
    deleting = iam.PolicyStatement(
        actions=["personalize:DeleteCampaign"],
        resources=[parts.names.arn("campaign", f"{parts.pipeline.own('trial-')}*")],
    )
    states[_MAKE] = _patient(states[_MAKE])
    return Stage(entry=_MAKE, states=states, grants=(deleting,))


def _patient(state: State) -> State:
    """Return a task that waits for a free place: a dataset group has five campaigns by default.

    Trials side by side take turns on it; half an hour later there is none to be had.
    """
    turn = {
        "ErrorEquals": ["QuotaExceededError"],
        "IntervalSeconds": 60,
        "MaxAttempts": 30,
        "BackoffRate": 1,
    }
    return {**state, "Retry": [turn, *state["Retry"]]}


def _deletion() -> dict[str, Any]:
    """Return the state that deletes the trial campaign, whatever became of the trial.

    One that cannot be deleted does not stop the run: the hourly sweep takes what is left over.
    """
    busy = {
        "ErrorEquals": ["Personalize.ResourceInUseException"],
        "IntervalSeconds": 60,
        "MaxAttempts": 30,
        "BackoffRate": 1,
    }
    return {
        "Type": "Task",
        "Resource": "arn:aws:states:::aws-sdk:personalize:deleteCampaign",
        "Arguments": {"CampaignArn": expression("$trialArn")},
        "TimeoutSeconds": 60,
        "Retry": [*service_retries("Personalize"), busy],
        "Catch": [{"ErrorEquals": ["States.ALL"], "Next": _PASSED}],
        "Output": expression("$states.input"),
        "Next": _PASSED,
    }
