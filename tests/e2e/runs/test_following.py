"""Campaigns that the service moves by itself: the pipeline tells of it, and does not fight it."""

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from urllib.request import Request, urlopen

import pytest

from localcloud.clients import Clients
from localcloud.permissions.recording import Recording
from localcloud.server.process import running_cloud
from localcloud.settings import CloudSettings
from tests.e2e.promotion.world import walks
from tests.e2e.runs.pipelines import Deployed, Execution, await_that, deploy

CAMPAIGN = "campaign: {campaignConfig: {syncWithLatestSolutionVersion: true}}"
# One is trained by the pipeline, on each drop; the other by the service, by the clock.
FOLLOWING = f"""\
name: following
solutions:
  - {{name: drops, recipe: aws-sims, {CAMPAIGN}}}
  - {{name: clock, recipe: aws-popularity-count, performAutoTraining: true, {CAMPAIGN}}}
eventTracker: null
notebook: null
"""
ARN = "arn:aws:personalize:us-east-1:000000000000:"
HOUR, WEEK = 3_600, 7 * 86_400


@pytest.fixture(scope="module")
def following(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Deployed]:
    """The pipeline after its first drop, on a cloud of its own: its clock is set forward."""
    folder: Path = tmp_path_factory.mktemp("following")
    settings = CloudSettings(port=0, state_dir=folder / "cloud", permissions="enforce")
    with running_cloud(settings) as cloud:
        deployed = deploy(FOLLOWING, folder, Clients(endpoint=cloud.endpoint))
        assert run(deployed, "first", walks(1)).outcome == "succeeded"
        yield deployed


def run(deployed: Deployed, drop_id: str, body: bytes) -> Execution:
    deployed.drop(drop_id, interactions=body)
    [ended] = deployed.all_ended(1)
    return ended


def campaign(deployed: Deployed, name: str) -> dict[str, Any]:
    described = deployed.clients.personalize.describe_campaign(
        campaignArn=f"{ARN}campaign/following-{name}"
    )
    return dict(described["campaign"])


def versions(deployed: Deployed, name: str) -> list[str]:
    """The solution's versions, the oldest first."""
    listed = deployed.clients.personalize.list_solution_versions(
        solutionArn=f"{ARN}solution/following-{name}"
    )["solutionVersions"]
    ordered = sorted(listed, key=lambda one: one["creationDateTime"])
    return [one["solutionVersionArn"] for one in ordered]


def told(deployed: Deployed, ended: Execution) -> dict[str, str]:
    """What was told of each solution in a run, by its name: the reasons of its promotions."""
    decisions = {
        state: result["Payload"]
        for state, resource, result in deployed.results_of(ended.arn)
        if state == "Remember the promotion" and "lambda" in resource
    }
    return {one["decision"]["subject"]: one["decision"]["reason"] for one in decisions.values()}


def changes(deployed: Deployed) -> int:
    """How often the pipeline's roles have changed a campaign."""
    with urlopen(f"{deployed.clients.endpoint}/_localcloud/recording") as answer:
        recorded = Recording.read(json.load(answer)).replay().recorded()
    return sum(each.call.action == "personalize:UpdateCampaign" for each in recorded)


def adopt(deployed: Deployed) -> Execution:
    """Do what the schedule does."""
    schedule = deployed.clients.client("scheduler").get_schedule(Name="following-adopt")
    ended = deployed.end_of(deployed.start(**json.loads(schedule["Target"]["Input"])))
    assert ended.outcome == "succeeded", ended.output
    return ended


def test_the_first_run_makes_campaigns_that_follow(following: Deployed) -> None:
    runtime = following.clients.personalize_runtime
    for name in ("drops", "clock"):
        made, [version] = campaign(following, name), versions(following, name)
        answer = runtime.get_recommendations(
            campaignArn=made["campaignArn"], userId="u1", itemId="i1"
        )

        assert made["campaignConfig"]["syncWithLatestSolutionVersion"]
        assert (made["solutionVersionArn"], made["status"]) == (version, "ACTIVE")
        assert answer["itemList"]


def test_a_second_drops_version_serves_by_the_service_alone_and_the_gates_word_is_told(
    following: Deployed,
) -> None:
    before = versions(following, "clock")

    ended = run(following, "second", walks(1, shuffled=True))

    assert ended.outcome == "succeeded", ended.output
    first, second = versions(following, "drops")
    assert campaign(following, "drops")["solutionVersionArn"] == second != first
    assert campaign(following, "drops")["status"] == "ACTIVE"
    assert changes(following) == 0
    assert {"Make a trial campaign", "Tell that it is held"}.isdisjoint(ended.states)
    reason = told(following, ended)["drops"]
    assert reason.startswith("Served past the gate (syncWithLatestSolutionVersion): Held because")
    # What the service trains by its clock is not trained by a drop.
    assert versions(following, "clock") == before


def test_what_the_service_trained_and_moved_is_judged_and_told_once(following: Deployed) -> None:
    # The first training of its own, due in an hour, falls out: a run has trained.
    for seconds in (HOUR, WEEK):
        body = json.dumps({"advance": seconds}).encode()
        with urlopen(Request(f"{following.clients.endpoint}/_emulator/clock", body)) as answer:
            assert answer.status == 200
    await_that(lambda: len(versions(following, "clock")) == 2, 60)
    newest = versions(following, "clock")[-1]
    await_that(lambda: campaign(following, "clock")["solutionVersionArn"] == newest, 60)

    once, again = adopt(following), adopt(following)

    assert "clock" in told(following, once)
    assert told(following, again) == {}
    assert campaign(following, "clock")["solutionVersionArn"] == newest
    assert changes(following) == 0


def test_a_rollback_that_would_not_stay_is_refused_in_words(following: Deployed) -> None:
    serving = campaign(following, "drops")["solutionVersionArn"]

    cause = roll_back(following)["cause"]

    assert "Leave the key out of the pipeline file" in cause
    assert campaign(following, "drops")["solutionVersionArn"] == serving


def roll_back(deployed: Deployed) -> dict[str, Any]:
    states = deployed.clients.stepfunctions
    arn = states.start_execution(
        stateMachineArn=deployed.outputs["RollbackStateMachineArn"],
        input=json.dumps({"solution": "drops", "reason": "odd answers"}),
    )["executionArn"]
    await_that(lambda: states.describe_execution(executionArn=arn)["status"] != "RUNNING", 60)
    return dict(states.describe_execution(executionArn=arn))


def test_without_the_key_the_next_run_ends_it_and_the_gate_holds_again(
    following: Deployed, tmp_path: Path
) -> None:
    followed = campaign(following, "drops")["solutionVersionArn"]
    again = deploy(FOLLOWING.replace(f", {CAMPAIGN}", "", 1), tmp_path, following.clients)
    again.known.update(following.known)

    planned = again.end_of(again.start(plan=True)).output["plan"]["planned"]
    # Until it is told otherwise the service moves the campaign: to this run's version, too.
    last = run(again, "third", walks(1))
    worse = run(again, "fourth", walks(1, shuffled=True, seed=2))

    fates = {one["name"]: one["fate"] for one in planned}
    assert fates["campaign/following-drops"] == "update"
    assert last.outcome == "succeeded", last.output
    assert not campaign(again, "drops")["campaignConfig"]["syncWithLatestSolutionVersion"]
    assert "Tell that it is held" in worse.states
    assert campaign(again, "drops")["solutionVersionArn"] == versions(again, "drops")[-2]
    assert roll_back(again)["status"] == "SUCCEEDED"
    assert campaign(again, "drops")["solutionVersionArn"] == followed
