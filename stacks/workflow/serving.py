"""Serve: the campaign moves to the new version, and answers one real question."""

from aws_cdk import aws_iam as iam
from aws_cdk import aws_lambda as lambda_

from stacks.storage import DROPS, RUNS
from stacks.workflow.polling import SINCE, Awaited, until_active
from stacks.workflow.stage import Parts, Stage
from stacks.workflow.states import choice, expression, invoke

_CAMPAIGN = Awaited(label="the campaign", member="Campaign", arn="$plan.campaignArn")
# The smoke test asks about somebody in the interactions of the drop.
_FILE = "$validation.objects[dataset = 'interactions'][0]"


def serving(parts: Parts, *, then: str, failed: str) -> Stage:
    """Return the states that put a version in front of users."""
    campaigns = parts.names.own("campaign")
    serve, smoke = _serve(parts, campaigns), _smoke(parts, campaigns)
    polling = parts.pipeline.operation.polling
    entry, ensure, ask = "Has it a campaign?", "Ensure the campaign", "Ask a real question"
    states = {
        entry: choice(("$plan.campaignArn != ''", ensure), otherwise=then),
        ensure: invoke(
            serve.function_arn,
            {
                "step": "ensure",
                "kind": "campaign",
                "arn": expression("$plan.campaignArn"),
                "request": expression(
                    "$merge([$plan.campaign, {'solutionVersionArn': $versionArn}])"
                ),
            },
            assign=SINCE,
            then=_CAMPAIGN.entry,
            failed=failed,
            step=_CAMPAIGN.label,
        ),
        **until_active(_CAMPAIGN, polling=polling, then=ask, failed=failed),
        ask: invoke(
            smoke.function_arn,
            {
                "campaignArn": expression("$plan.campaignArn"),
                "question": expression("$plan.question"),
                "bucket": expression("$bucket"),
                "key": expression(f"{_FILE}.key"),
                "versionId": expression(f"{_FILE}.versionId"),
            },
            assign={"recommended": expression("$states.result.Payload.items")},
            then=then,
            failed=failed,
            step="the smoke test",
        ),
    }
    looking = iam.PolicyStatement(actions=["personalize:DescribeCampaign"], resources=campaigns)
    return Stage(entry=entry, states=states, functions=(serve, smoke), grants=(looking,))


def _serve(parts: Parts, campaigns: list[str]) -> lambda_.Function:
    actions = ("CreateCampaign", "DescribeCampaign", "UpdateCampaign", "TagResource")
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
    asks = ("GetRecommendations", "GetPersonalizedRanking")
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
