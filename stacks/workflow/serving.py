"""Serve: the campaign moves to the new version, and answers one real question."""

from dataclasses import dataclass

from aws_cdk import aws_iam as iam
from aws_cdk import aws_lambda as lambda_

from lambdas.shared.settings.recipes import RECIPES
from stacks.storage import DROPS, RUNS
from stacks.workflow.polling import SINCE, Awaited, until_active
from stacks.workflow.stage import Parts, Stage
from stacks.workflow.states import choice, expression, invoke

_CAMPAIGN = Awaited(label="the campaign", member="Campaign", arn="$plan.campaignArn")


@dataclass(frozen=True, kw_only=True)
class Serving:
    """The handlers that make campaigns and ask them."""

    serve: lambda_.Function
    smoke: lambda_.Function


def servers(parts: Parts) -> Serving:
    """Return the pipeline's handlers for campaigns."""
    campaigns = parts.names.own("campaign")
    return Serving(serve=_serve(parts, campaigns), smoke=_smoke(parts, campaigns))


def serving(parts: Parts, *, serve: Serving, then: str, failed: str) -> Stage:
    """Return the states that put a version in front of users and ask it one real question."""
    ask, decide = "Ask a real question", "Did it answer?"
    moved = moving(parts, serve=serve, then=ask, failed=failed)
    states = {
        **moved.states,
        ask: invoke(
            serve.smoke.function_arn,
            {
                "campaignArn": expression("$plan.campaignArn"),
                "question": expression("$plan.question"),
                **interactions(),
            },
            assign={"answer": expression("$states.result.Payload")},
            then=decide,
            failed=failed,
            step="the smoke test",
        ),
        decide: choice(("$answer.passed", then), otherwise="It gave no answer"),
        "It gave no answer": {
            "Type": "Pass",
            "Assign": {
                "failure": {
                    "step": "the smoke test",
                    "error": "SmokeTestFailed",
                    "cause": expression("$answer.reason"),
                }
            },
            "Next": failed,
        },
    }
    functions = (serve.serve, serve.smoke)
    return Stage(entry=moved.entry, states=states, functions=functions, grants=moved.grants)


def moving(parts: Parts, *, serve: Serving, then: str, failed: str) -> Stage:
    """Return the states that make ``$plan``'s campaign serve ``$versionArn``."""
    entry, polling = "Ensure the campaign", parts.pipeline.operation.polling
    # A campaign that follows its solution names no version, and has its own word for it.
    wanted = "$merge([{'solutionVersionArn': $versionArn}, $plan.campaign])"
    payload = {
        "step": "ensure",
        "kind": "campaign",
        "arn": expression("$plan.campaignArn"),
        "request": expression(wanted),
        "versionArn": expression("$versionArn"),
    }
    states = {
        entry: invoke(
            serve.serve.function_arn,
            payload,
            assign=SINCE,
            then=_CAMPAIGN.entry,
            failed=failed,
            step=_CAMPAIGN.label,
        ),
        **until_active(_CAMPAIGN, polling=polling, then=then, failed=failed),
    }
    campaigns = parts.names.own("campaign")
    looking = iam.PolicyStatement(actions=["personalize:DescribeCampaign"], resources=campaigns)
    return Stage(entry=entry, states=states, functions=(serve.serve,), grants=(looking,))


def keeping(serve: Serving, *, then: str, failed: str) -> Stage:
    """Return the states that give ``$plan``'s campaign its options and leave its version alone.

    What the pipeline file says of capacity does not wait for a version that may serve.
    """
    entry, keep = "Is there a campaign to keep?", "Keep the campaign as it is asked for"
    payload = {
        "step": "ensure",
        "kind": "campaign",
        "arn": expression("$plan.campaignArn"),
        "request": expression("$plan.kept"),
        # Only a campaign that follows its solution is asked for by a version's word.
        "versionArn": expression("$plan.follows ? $versionArn : ''"),
    }
    states = {
        entry: choice(("$verdict.servingVersionArn != ''", keep), otherwise=then),
        keep: invoke(
            serve.serve.function_arn,
            payload,
            assign={},
            then=then,
            failed=failed,
            step=_CAMPAIGN.label,
        ),
    }
    return Stage(entry=entry, states=states, functions=(serve.serve,))


def interactions() -> dict[str, str]:
    """Return where the smoke test finds somebody to ask about: the drop's interactions, pinned."""
    file = "$validation.objects[dataset = 'interactions'][0]"
    return {
        "bucket": expression("$bucket"),
        "key": expression(f"{file}.key"),
        "versionId": expression(f"{file}.versionId"),
    }


def _serve(parts: Parts, campaigns: list[str]) -> lambda_.Function:
    actions = ["CreateCampaign", "DescribeCampaign", "UpdateCampaign"]
    actions += ["TagResource", "ListTagsForResource"]
    return parts.functions.make(
        "serve",
        description="Ensures that a campaign serves the version that it should",
        grants=[
            iam.PolicyStatement(
                actions=[f"personalize:{action}" for action in actions],
                resources=[*campaigns, *parts.names.own("solution")],
            )
        ],
    )


def _smoke(parts: Parts, campaigns: list[str]) -> lambda_.Function:
    data = parts.data
    acts = any(RECIPES[one.recipe].question == "action" for one in parts.pipeline.solutions)
    asks = ["GetRecommendations", "GetPersonalizedRanking"]
    asks += ["GetActionRecommendations"] if acts else []
    return parts.functions.make(
        "smoke",
        description="Asks a campaign one real question",
        grants=[
            iam.PolicyStatement(
                actions=[f"personalize:{action}" for action in asks], resources=campaigns
            ),
            iam.PolicyStatement(
                actions=["s3:GetObjectVersion"], resources=[data.under(DROPS), data.under(RUNS)]
            ),
        ],
    )
