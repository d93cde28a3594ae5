"""Promote: the gate, the smoke test on a trial campaign, a person's approval, and the memory of it.

Until the last of them has passed, the campaign is not touched: the old version serves on.
"""

from typing import Any

from aws_cdk import aws_iam as iam
from aws_cdk import aws_lambda as lambda_

from lambdas.shared.metric_names import MetricName
from stacks.storage import STATE
from stacks.workflow.serving import Serving
from stacks.workflow.stage import Parts, Stage
from stacks.workflow.states import State, States, choice, expression, invoke
from stacks.workflow.telling import Telling, failure_in_words, hold
from stacks.workflow.trial import trial

ENTRY, REMEMBER = "Is there a campaign to promote to?", "Remember the promotion"
_JUDGE, _DECIDE = "Judge the version", "What does the gate say?"
_APPROVE, _ANSWERED = "Ask for approval", "Was it approved?"
_HELD, _SILENT, _DECLINED = "Tell that it is held", "Nobody approved", "It was declined"
_UNHEARD = "Nobody could be asked"


def promotion(
    parts: Parts,
    *,
    function: lambda_.Function,
    serve: Serving,
    telling: Telling,
    then: str,
    held: str,
    unserved: str,
    failed: str,
) -> Stage:
    """Return the states between a trained version and the campaign that may serve it.

    Args:
        parts: The constructs to work with.
        function: The promote handler.
        serve: What makes a campaign and asks it.
        telling: What tells decisions.
        then: Where a version leads that may serve.
        held: Where one leads that may not.
        unserved: Where one leads whose solution has no campaign.
        failed: Where a failure leads.
    """
    settings = parts.pipeline.promotion
    admitted = _APPROVE if settings.approval.required else then
    tried = trial(parts, serve=serve, then=admitted, held=_HELD)
    replaced = tried.entry if settings.smoke_test.enabled else admitted
    states: States = {
        ENTRY: choice(("$plan.campaignArn != ''", _JUDGE), otherwise=unserved),
        _JUDGE: _judge(parts, function, failed=failed),
        _DECIDE: choice(
            ("$verdict.known", held),
            ("$not($verdict.promote)", _HELD),
            ("$verdict.serves", then),
            ("$verdict.servingVersionArn = ''", admitted),
            otherwise=replaced,
        ),
        _HELD: telling.tell("$decision", then=held),
    }
    if settings.smoke_test.enabled:
        states |= tried.states
    if settings.approval.required:
        states |= _approval(parts, telling, then=then)
    grants = tried.grants if settings.smoke_test.enabled else ()
    return Stage(entry=ENTRY, states=states, functions=(function, telling.function), grants=grants)


def remembering(*, function: lambda_.Function, telling: Telling, then: str, failed: str) -> States:
    """Return the states after the campaign serves: remember it, tell it."""
    told = "Tell that it serves"
    payload = {
        "step": "remember",
        **about("$plan"),
        "versionArn": expression("$versionArn"),
        "replacedArn": expression("$verdict.servingVersionArn"),
        "dropId": expression("$dropId"),
        "reason": expression("$verdict.reason"),
    }
    return {
        REMEMBER: invoke(
            function.function_arn,
            payload,
            assign={"decision": expression("$states.result.Payload.decision")},
            then=told,
            failed=failed,
            step="the memory of the promotion",
        ),
        told: telling.tell("$decision", then=then),
    }


def about(plan: str) -> dict[str, Any]:
    """Return what every step of the promote handler is told; ``plan`` is JSONata."""
    return {
        "solution": expression(f"{plan}.name"),
        "campaignArn": expression(f"{plan}.campaignArn"),
        "bucket": expression("$bucket"),
        "executionArn": expression("$execution"),
    }


def promoter(parts: Parts) -> lambda_.Function:
    """Return the handler that judges versions and remembers what served."""
    names, memory = parts.names, parts.data.under(f"{STATE}/promotions")
    return parts.functions.make(
        "promote",
        description="Judges new versions against those that serve, and remembers what served",
        grants=[
            iam.PolicyStatement(
                actions=["personalize:DescribeCampaign"], resources=names.own("campaign")
            ),
            iam.PolicyStatement(
                actions=["personalize:GetSolutionMetrics"], resources=names.own("solution")
            ),
            iam.PolicyStatement(actions=["s3:GetObject", "s3:PutObject"], resources=[memory]),
            # Without it a memory that is not there yet looks like one that may not be read.
            iam.PolicyStatement(
                actions=["s3:ListBucket"], resources=[parts.data.bucket.bucket_arn]
            ),
        ],
    )


def _judge(parts: Parts, function: lambda_.Function, *, failed: str) -> State:
    gate = parts.pipeline.promotion.model_dump(mode="json", by_alias=True)["gate"]
    payload = {
        "step": "judge",
        **about("$plan"),
        "versionArn": expression("$versionArn"),
        "metrics": expression("$metrics"),
        "unread": expression("$unread"),
        "adopted": expression("$adopted"),
        "follows": expression("$plan.follows"),
        "gate": gate,
    }
    return invoke(
        function.function_arn,
        payload,
        assign={
            "verdict": expression("$states.result.Payload"),
            "decision": expression("$states.result.Payload.decision"),
        },
        then=_DECIDE,
        failed=failed,
        step="the gate",
    )


def _approval(parts: Parts, telling: Telling, *, then: str) -> States:
    hours = parts.pipeline.promotion.approval.timeout_hours
    decision = {
        "kind": MetricName.APPROVAL_REQUESTED.value,
        "subject": expression("$plan.name"),
        "reason": expression("$verdict.reason"),
        "detail": {
            "taskToken": expression("$states.context.Task.Token"),
            "versionArn": expression("$versionArn"),
        },
    }
    said = "($exists($approval.reason) ? $approval.reason : 'no reason was given')"
    return {
        _APPROVE: telling.ask(
            decision,
            hours=hours,
            answer="approval",
            then=_ANSWERED,
            silent=_SILENT,
            unheard=_UNHEARD,
        ),
        _ANSWERED: choice(("$approval.approved = true", then), otherwise=_DECLINED),
        _SILENT: hold(f"'nobody approved it within {hours} hours'", then=_HELD),
        _UNHEARD: hold(failure_in_words(), then=_HELD),
        _DECLINED: hold(f"'it was declined: ' & {said}", then=_HELD),
    }
