"""Campaigns: solution versions in service.

The minProvisionedTPS is kept and shown, and neither reserved nor enforced (not emulated).
"""

from typing import Final

from personalize_emulator.catalogue import SEGMENT
from personalize_emulator.errors import InvalidInputException
from personalize_emulator.resources.backend import UPDATE, Backend, when_ended
from personalize_emulator.resources.call import Call
from personalize_emulator.resources.checks import check_quota, check_settled, check_tags
from personalize_emulator.resources.deploying import (
    check_exploration,
    check_influence,
    deploy,
    load_work,
    recipe_of_version,
)
from personalize_emulator.resources.kinds import CAMPAIGN, SOLUTION, VERSION
from personalize_emulator.resources.lifecycle import CREATE, DELETE, Progress
from personalize_emulator.resources.operations import operation
from personalize_emulator.resources.resource import Resource
from personalize_emulator.resources.solutions import usable_version, versions_of
from personalize_emulator.values import Payload

LATEST: Final = "/$LATEST"


@operation("CreateCampaign")
def create_campaign(call: Call, request: Payload) -> Payload:
    """Put an ACTIVE solution version into service."""
    check_tags(call, request)
    config = dict(request.get("campaignConfig") or {})
    version = _version(call, request["solutionVersionArn"], config)
    group = version.fields["datasetGroupArn"]
    arn = call.arn(CAMPAIGN, request["name"])
    if call.backend.store.find(arn) is None:
        present = [c for c in call.backend.store.all(CAMPAIGN) if c.private["group"] == group]
        quota = call.backend.settings.quotas.campaigns_per_group
        check_quota(len(present), quota, "resources in ACTIVE state")
    fields = {
        "name": request["name"],
        "solutionVersionArn": version.arn,
        "minProvisionedTPS": request.get("minProvisionedTPS") or 1,
        "campaignConfig": config,
    }
    campaign = call.backend.create(
        CAMPAIGN,
        arn,
        fields,
        private={"solutionArn": version.fields["solutionArn"], "group": group},
        tags=request.get("tags"),
        works=True,
    )
    call.backend.start(campaign, load_work(call.backend, campaign, version, config))
    return {"campaignArn": campaign.arn}


def _version(call: Call, arn: str, config: Payload) -> Resource:
    """Return the version that an ARN or ``SOLUTION/$LATEST`` names; it must be ACTIVE."""
    latest = arn.endswith(LATEST)
    if config.get("syncWithLatestSolutionVersion") and not latest:
        msg = "With syncWithLatestSolutionVersion the solutionVersionArn must end with /$LATEST."
        raise InvalidInputException(msg)
    if not latest:
        version = usable_version(call, arn)
    else:
        solution = call.active(arn.removesuffix(LATEST), SOLUTION)
        version = _latest(call.backend, solution)
    _check_config(call.backend, version, config)
    return version


def _latest(backend: Backend, solution: Resource) -> Resource:
    active = [v for v in versions_of(backend, solution.arn) if v.status == "ACTIVE"]
    if not active:
        msg = f"The solution has no ACTIVE solution version: {solution.arn}."
        raise InvalidInputException(msg)
    return active[-1]


def _check_config(backend: Backend, version: Resource, config: Payload) -> None:
    recipe = recipe_of_version(backend, version)
    if recipe.type == SEGMENT:
        msg = f"The recipe {recipe.arn} has no campaigns: its versions serve batch segment jobs."
        raise InvalidInputException(msg)
    check_influence(recipe, config)
    check_exploration(recipe, config)


@when_ended(CAMPAIGN, CREATE)
def _created(backend: Backend, campaign: Resource, progress: Progress) -> None:
    if progress.failure is None:
        deploy(backend, campaign)


@operation("UpdateCampaign")
def update_campaign(call: Call, request: Payload) -> Payload:
    """Change a campaign's version, capacity or configuration while the old one goes on serving."""
    campaign = _updatable(call, request["campaignArn"])
    config = request.get("campaignConfig")
    config = campaign.fields["campaignConfig"] if config is None else dict(config)
    version = _version(
        call, request.get("solutionVersionArn") or _current(campaign, config), config
    )
    if version.fields["solutionArn"] != campaign.private["solutionArn"]:
        msg = f"The solution version belongs to another solution: {version.arn}."
        raise InvalidInputException(msg)
    tps = request.get("minProvisionedTPS") or campaign.fields["minProvisionedTPS"]
    fields = {
        "solutionVersionArn": version.arn,
        "minProvisionedTPS": tps,
        "campaignConfig": config,
    }
    call.backend.enter_update(campaign, fields, works=True)
    call.backend.start(campaign, load_work(call.backend, campaign, version, config))
    return {"campaignArn": campaign.arn}


def _updatable(call: Call, arn: str) -> Resource:
    """Return a campaign that is ACTIVE, or whose creation has failed, and that nothing changes."""
    campaign = call.get(arn, CAMPAIGN)
    if campaign.status != "CREATE FAILED":
        campaign = call.active(arn, CAMPAIGN)
    check_settled(campaign)
    return campaign


def _current(campaign: Resource, config: Payload) -> str:
    if config.get("syncWithLatestSolutionVersion"):
        return str(campaign.private["solutionArn"]) + LATEST
    return str(campaign.fields["solutionVersionArn"])


@when_ended(CAMPAIGN, UPDATE)
def _updated(backend: Backend, campaign: Resource, progress: Progress) -> None:
    if progress.failure is None and campaign.update:
        campaign.fields |= campaign.update.fields
        campaign.updated = campaign.update.updated
        # One whose creation had failed has by now what it lacked.
        campaign.status, campaign.failure_reason = "ACTIVE", None
        deploy(backend, campaign)


@when_ended(VERSION, CREATE)
def _follow(backend: Backend, version: Resource, progress: Progress) -> None:
    """Bring a new version into service where a campaign is in step with its solution."""
    if progress.failure is not None:
        return
    for campaign in backend.store.all(CAMPAIGN):
        config = campaign.fields["campaignConfig"]
        follows = config.get("syncWithLatestSolutionVersion")
        same = campaign.private["solutionArn"] == version.fields["solutionArn"]
        if follows and same and campaign.status == "ACTIVE":
            fields = {
                "solutionVersionArn": version.arn,
                "minProvisionedTPS": campaign.fields["minProvisionedTPS"],
                "campaignConfig": config,
            }
            # A newer version overtakes an update that is still under way.
            backend.enter_update(campaign, fields, works=True)
            backend.start(campaign, load_work(backend, campaign, version, config))


@operation("DeleteCampaign")
def delete_campaign(call: Call, request: Payload) -> None:
    """Take a campaign out of service; its solution stays."""
    campaign = call.get(request["campaignArn"], CAMPAIGN)
    check_settled(campaign)
    call.backend.deployments.withdraw(campaign.arn)
    call.backend.enter(campaign, DELETE)
