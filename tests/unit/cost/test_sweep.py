"""The hourly sweep: acts on what has outlived its time, and touches nothing else."""

from datetime import UTC, datetime, timedelta
from typing import Any

import boto3
import pytest

from lambdas.cost.steps import take
from tests.unit.fakes import FakePersonalize, refused

ACCOUNT = "arn:aws:personalize:us-east-1:123456789012"
NAME = "movies-sims"
ARN = f"{ACCOUNT}:campaign/{NAME}"
TRIAL = f"{ACCOUNT}:campaign/movies-trial-1a2b3c4d"


class FakeCloudWatch:
    """Requests a campaign had, whatever the window."""

    def __init__(self) -> None:
        self.requests: list[float] = []
        self.windows: list[timedelta] = []

    def get_metric_data(self, **asked: Any) -> dict[str, Any]:
        self.windows.append(asked["EndTime"] - asked["StartTime"])
        assert {q["MetricStat"]["Stat"] for q in asked["MetricDataQueries"]} == {"Sum"}
        return {"MetricDataResults": [{"Values": self.requests}, {"Values": []}]}


class World:
    def __init__(self) -> None:
        self.personalize, self.cloudwatch = FakePersonalize(), FakeCloudWatch()

    def client(self, service: str) -> Any:
        return {"personalize": self.personalize, "cloudwatch": self.cloudwatch}[service]

    def campaign(
        self, arn: str = ARN, *, hours: float, tps: int = 4, status: str = "ACTIVE"
    ) -> None:
        at = datetime.now(UTC) - timedelta(hours=hours)
        self.personalize.campaigns[arn] = {
            "name": arn.rsplit("/", 1)[-1],
            "status": status,
            "minProvisionedTPS": tps,
            "creationDateTime": at,
            "lastUpdatedDateTime": at,
        }

    def sweep(self, *, counted: bool = True, **lifetime: Any) -> list[dict[str, Any]]:
        plan = {"solution": "sims", "arn": ARN, "minProvisionedTps": 4, "requestsCounted": counted}
        answer = take(
            {
                "step": "sweep",
                "executionArn": "arn",
                "cost": {"campaigns": lifetime},
                "campaigns": [plan],
                "solutions": [f"{ACCOUNT}:solution/{NAME}"],
                "trialPrefix": "movies-trial-",
            }
        )
        decisions: list[dict[str, Any]] = answer["decisions"]
        return decisions


@pytest.fixture
def world(monkeypatch: pytest.MonkeyPatch) -> World:
    world = World()
    monkeypatch.setattr(boto3, "client", world.client)
    return world


def test_a_campaign_that_is_not_there_yet_is_nothing_to_look_at(world: World) -> None:
    assert world.sweep(deleteWhenIdle=True) == []


def test_an_idle_campaign_raises_its_metric_and_nothing_else_unless_asked_for(
    world: World, capsys: pytest.CaptureFixture[str]
) -> None:
    world.campaign(hours=100)

    assert world.sweep() == []
    assert world.personalize.calls == []
    assert '"CampaignIdle":[1.0]' in capsys.readouterr().out


def test_an_idle_campaign_is_made_smaller_if_asked_for(world: World) -> None:
    world.campaign(hours=100)

    [decision] = world.sweep(lowerWhenIdle=True)

    assert decision["kind"] == "CampaignLowered"
    assert world.personalize.calls == [("update", {"campaignArn": ARN, "minProvisionedTPS": 1})]


def test_an_idle_campaign_is_deleted_if_asked_for(world: World) -> None:
    world.campaign(hours=100)

    [decision] = world.sweep(deleteWhenIdle=True, idleAfterHours=48)

    assert decision["kind"] == "CampaignDeleted"
    assert world.personalize.calls == [("delete", {"campaignArn": ARN})]
    assert world.cloudwatch.windows == [timedelta(hours=48)]


def test_a_campaign_in_use_is_left_alone(world: World, capsys: pytest.CaptureFixture[str]) -> None:
    world.campaign(hours=100)
    world.cloudwatch.requests = [3.0]

    assert world.sweep(deleteWhenIdle=True) == []
    assert world.personalize.calls == []
    assert '"CampaignIdle":[0.0]' in capsys.readouterr().out


@pytest.mark.parametrize("lifetime", [{"deleteWhenIdle": True}, {"lowerWhenIdle": True}])
def test_a_campaign_whose_requests_nobody_counts_is_never_idle(
    world: World, capsys: pytest.CaptureFixture[str], lifetime: dict[str, bool]
) -> None:
    world.campaign(hours=100)

    assert world.sweep(counted=False, **lifetime) == []
    assert world.personalize.calls == []
    assert "CampaignIdle" not in capsys.readouterr().out


def test_a_campaign_whose_requests_nobody_counts_has_a_time_to_live_all_the_same(
    world: World,
) -> None:
    world.campaign(hours=100)

    [decision] = world.sweep(counted=False, timeToLiveHours=48)

    assert decision["kind"] == "CampaignDeleted"


def test_a_campaign_that_is_being_changed_is_left_to_the_next_sweep(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    world.campaign(hours=100)

    def busy(**_: Any) -> None:
        raise refused("ResourceInUseException", "DeleteCampaign")

    monkeypatch.setattr(world.personalize, "delete_campaign", busy)

    assert world.sweep(deleteWhenIdle=True) == []


@pytest.mark.parametrize(("hours", "gone"), [(7, True), (1, False)])
def test_a_trial_campaign_that_a_run_left_over_is_deleted(
    world: World, hours: float, *, gone: bool
) -> None:
    world.campaign(TRIAL, hours=hours)
    world.campaign(hours=1)

    decisions = world.sweep()

    assert [d["subject"] for d in decisions] == ["movies-trial-1a2b3c4d"] * gone
    assert world.personalize.calls == [("delete", {"campaignArn": TRIAL})] * gone
