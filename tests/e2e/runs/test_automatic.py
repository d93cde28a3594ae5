"""Where the service trains by itself, its versions are adopted and pass the same promotion."""

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from urllib.request import Request, urlopen

import pytest

from localcloud.clients import Clients
from localcloud.server.process import running_cloud
from localcloud.settings import CloudSettings
from tests.e2e.runs.pipelines import Deployed, await_that, deploy, interactions

AUTOMATIC = """\
name: automatic
solutions: [{name: popular, recipe: aws-popularity-count, performAutoTraining: true}]
eventTracker: null
notebook: null
"""
ARN = "arn:aws:personalize:us-east-1:000000000000:"
HOUR, WEEK = 3_600, 7 * 86_400


@pytest.fixture(scope="module")
def automatic(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Deployed]:
    """A pipeline after its first drop, on a cloud of its own: its clock is set forward."""
    state = tmp_path_factory.mktemp("automatic")
    settings = CloudSettings(port=0, state_dir=state, permissions="enforce")
    folder: Path = tmp_path_factory.mktemp("automatic-pipeline")
    with running_cloud(settings) as cloud:
        deployed = deploy(AUTOMATIC, folder, Clients(endpoint=cloud.endpoint))
        deployed.drop("first")
        [ended] = deployed.all_ended(1)
        assert ended.outcome == "succeeded", ended.output
        yield deployed


def advance(deployed: Deployed, seconds: float) -> None:
    """Let time pass for the emulated service."""
    body = json.dumps({"advance": seconds}).encode()
    with urlopen(Request(f"{deployed.clients.endpoint}/_emulator/clock", body)) as answer:
        assert answer.status == 200


def versions(deployed: Deployed) -> list[dict[str, str]]:
    """The solution's versions, the oldest first."""
    listed = deployed.clients.personalize.list_solution_versions(
        solutionArn=f"{ARN}solution/automatic-popular"
    )["solutionVersions"]
    ordered = sorted(listed, key=lambda one: one["creationDateTime"])
    return [{"arn": one["solutionVersionArn"], "type": one["trainingType"]} for one in ordered]


def serving(deployed: Deployed) -> str:
    campaign = deployed.clients.personalize.describe_campaign(
        campaignArn=f"{ARN}campaign/automatic-popular"
    )
    return campaign["campaign"]["solutionVersionArn"]


def adopt(deployed: Deployed) -> list[str]:
    """Do what the schedule does; return the states of the run."""
    schedule = deployed.clients.client("scheduler").get_schedule(Name="automatic-adopt")
    assert schedule["ScheduleExpression"] == "rate(1 day)"
    ended = deployed.end_of(deployed.start(**json.loads(schedule["Target"]["Input"])))
    assert ended.outcome == "succeeded", ended.output
    return ended.states


def test_a_version_that_the_service_trained_is_judged_and_serves(automatic: Deployed) -> None:
    [first] = versions(automatic)
    assert (serving(automatic), first["type"]) == (first["arn"], "MANUAL")

    # The first training of its own, due in an hour, falls out: somebody has trained by hand.
    advance(automatic, HOUR)
    assert len(versions(automatic)) == 1
    advance(automatic, WEEK)
    await_that(lambda: len(versions(automatic)) == 2, 60)
    states = adopt(automatic)

    newest = versions(automatic)[-1]
    assert newest["type"] == "AUTOMATIC"
    assert {"Judge the version", "Tell that it serves"} <= set(states)
    assert serving(automatic) == newest["arn"]


def test_what_serves_already_is_left_alone_and_nobody_is_told(automatic: Deployed) -> None:
    states = adopt(automatic)

    assert "Judge the version" in states
    assert {"Ensure the campaign", "Tell that it serves", "Tell that it is held"}.isdisjoint(states)


def test_a_drop_is_imported_and_left_to_the_service_to_be_trained_on(automatic: Deployed) -> None:
    before = versions(automatic)

    automatic.drop("second", interactions=interactions(seed=2))
    [ended] = automatic.all_ended(1)

    assert ended.outcome == "succeeded"
    assert "Start the import" in ended.states
    assert versions(automatic) == before


def test_its_schedule_is_changed_in_place(automatic: Deployed, tmp_path: Path) -> None:
    config = "solutionConfig: {autoTrainingConfig: {schedulingExpression: rate(2 days)}}"
    changed = AUTOMATIC.replace("performAutoTraining: true", f"performAutoTraining: true, {config}")
    again = deploy(changed, tmp_path, automatic.clients)

    planned = again.end_of(again.start(plan=True)).output["plan"]["planned"]
    adopt(again)

    [fate] = [one["fate"] for one in planned if one["name"] == "solution/automatic-popular"]
    described = again.clients.personalize.describe_solution(
        solutionArn=f"{ARN}solution/automatic-popular"
    )["solution"]
    schedule = described["solutionConfig"]["autoTrainingConfig"]
    assert (fate, schedule) == ("update", {"schedulingExpression": "rate(2 days)"})


CAPACITY = AUTOMATIC.replace("true}", "true, campaign: {minProvisionedTPS: 2}}")
CAMPAIGN = f"{ARN}campaign/automatic-popular"


def capacity(deployed: Deployed) -> int:
    """The campaign's capacity once every change of it has ended."""
    service = deployed.clients.personalize

    def campaign() -> dict[str, Any]:
        return dict(service.describe_campaign(campaignArn=CAMPAIGN)["campaign"])

    await_that(
        lambda: campaign().get("latestCampaignUpdate", {"status": "ACTIVE"})["status"] == "ACTIVE",
        60,
    )
    return int(campaign()["minProvisionedTPS"])


def test_its_campaign_is_changed_in_place_without_waiting_for_a_version(
    automatic: Deployed, tmp_path: Path
) -> None:
    again = deploy(CAPACITY, tmp_path, automatic.clients)
    before = serving(again)

    states = adopt(again)

    assert capacity(again) == 2
    assert (serving(again), "Tell that it serves" in states) == (before, False)


def test_a_capacity_that_idleness_lowered_stays_low(automatic: Deployed, tmp_path: Path) -> None:
    lowers = f"{CAPACITY}cost: {{campaigns: {{lowerWhenIdle: true}}}}\n"
    again = deploy(lowers, tmp_path, automatic.clients)
    again.clients.personalize.update_campaign(campaignArn=CAMPAIGN, minProvisionedTPS=1)
    assert capacity(again) == 1

    states = adopt(again)

    assert "Keep the campaign as it is asked for" in states
    assert capacity(again) == 1


def test_by_hand_it_can_be_trained_in_between(automatic: Deployed) -> None:
    before = versions(automatic)

    ended = automatic.end_of(automatic.start(parts=["train"], trainingMode="FULL"))

    assert ended.outcome == "succeeded"
    assert len(versions(automatic)) == len(before) + 1
