"""The cost handler's steps: estimated, granted, settled, each once."""

from datetime import UTC, datetime, timedelta
from typing import Any

import boto3
import pytest

from lambdas.cost.ledger import Month
from lambdas.cost.steps import take
from tests.unit.fakes import FakePersonalize, FakeS3

NOW = datetime.now(UTC)
ACCOUNT = "arn:aws:personalize:us-east-1:123456789012"
CAMPAIGN = f"{ACCOUNT}:campaign/movies-sims"
PLAN = {"name": "sims", "recipe": "aws-sims", "minProvisionedTps": 1}
FILE = {"dataset": "interactions", "key": "drops/1/interactions.csv", "versionId": "v"}


class World:
    """A bucket, a Personalize, and the cost handler between them."""

    def __init__(self) -> None:
        self.personalize, self.s3 = FakePersonalize(), FakeS3()
        self.s3.objects[FILE["key"]] = b"x" * 1000

    def client(self, service: str) -> Any:
        return {"personalize": self.personalize, "s3": self.s3}[service]

    def take(self, step: str, *, run: str = "run-1", budget: Any = None, **more: Any) -> Any:
        about = {
            "bucket": "data",
            "run": run,
            "startedAt": int(NOW.timestamp() * 1000),
            "executionArn": "arn:aws:states:us-east-1:123456789012:execution:movies:run-1",
            "cost": {"budget": budget or {}, "prices": {"trainingHour": 10}},
            "campaigns": [{"solution": "sims", "arn": CAMPAIGN, "minProvisionedTps": 1}],
        }
        return take({"step": step, **about, **more})

    def estimate(self, rows: int = 500_000, **more: Any) -> Any:
        files = [{**FILE, "rows": rows}]
        return self.take("estimate", dropId="1", files=files, plans=[PLAN], **more)

    def settle(self, hours: float | None, **more: Any) -> Any:
        self.personalize.versions["v1"] = {"trainingHours": hours} if hours else {}
        asked: dict[str, Any] = {"plan": PLAN, "interactions": 500_000, "versionArn": "v1"}
        return self.take("settle", **asked, **more)

    def grant(self, **more: Any) -> Any:
        return self.take("grant", plan=PLAN, interactions=500_000, **more)


@pytest.fixture
def world(monkeypatch: pytest.MonkeyPatch) -> World:
    world = World()
    monkeypatch.setattr(boto3, "client", world.client)
    return world


def test_an_estimate_below_the_budget_is_granted_and_its_import_charged_once(world: World) -> None:
    first = world.estimate(budget={"perRun": 100})
    world.estimate(budget={"perRun": 100})

    charges = [key for key in world.s3.objects if key.startswith("state/costs/")]
    assert first["granted"]
    assert first["interactions"] == 500_000
    assert first["decision"]["kind"] == "BudgetGranted"
    assert charges == [f"{Month.of(NOW).prefix}run-1-import.json"]


def test_an_estimate_above_the_budget_charges_nothing(world: World) -> None:
    refused = world.estimate(budget={"perRun": 1})

    assert not refused["granted"]
    assert refused["decision"]["kind"] == "BudgetRefused"
    assert refused["decision"]["detail"]["overUsd"] == pytest.approx(29.01, abs=0.01)
    assert not any(key.startswith("state/costs/") for key in world.s3.objects)


def test_a_monthly_budget_counts_what_campaigns_bill_until_the_month_ends(world: World) -> None:
    hours_left = (Month.of(NOW).end - NOW).total_seconds() / 3600
    serving = hours_left * 0.20

    short = world.estimate(budget={"perMonth": 30 + serving - 1})
    enough = world.estimate(budget={"perMonth": 32 + serving})

    assert not short["granted"]
    assert "serving until the end of the month" in short["budget"]["reason"]
    assert enough["granted"]


def test_what_has_no_price_is_named_beside_the_estimate_and_in_the_decision(world: World) -> None:
    said = world.estimate(budget={"perRun": 100}, notCovered=["batch segments buyers-of"])

    assert said["estimate"]["notCovered"] == ("batch segments buyers-of",)
    assert "no price is known: batch segments buyers-of." in said["decision"]["reason"]


def test_a_training_is_charged_once_by_its_own_hours(world: World) -> None:
    paid = world.settle(2.0)
    world.settle(2.0)

    charges = [key for key in world.s3.objects if key.startswith("state/costs/")]
    assert paid == {"trainingHours": 2.0, "usd": 20.0, "estimatedUsd": pytest.approx(30.0)}
    assert len(charges) == 1


def test_the_next_estimate_rests_on_what_the_last_training_took(world: World) -> None:
    world.settle(2.0)

    [training] = world.estimate(rows=1_000_000)["estimate"]["trainings"]

    assert training["basis"] == "earlier training"
    assert training["trainingHours"] == pytest.approx(4.0)


def test_a_training_without_hours_is_charged_nothing(world: World) -> None:
    assert world.settle(None)["usd"] == 0


def test_a_training_is_refused_once_the_ones_before_have_used_the_budget_up(world: World) -> None:
    world.settle(9.0)

    other_run = world.grant(run="run-2", budget={"perRun": 100})
    same_run = world.grant(budget={"perRun": 100})

    assert other_run == {"granted": True, "reason": other_run["reason"], "decision": {}}
    assert not same_run["granted"]
    assert "on top of 90.00 USD already spent" in same_run["reason"]
    assert same_run["decision"]["subject"] == "sims"


def test_charges_of_last_month_do_not_burden_this_one(world: World) -> None:
    old = Month.of(Month.of(NOW).start - timedelta(days=1))
    entry = '{"what":"training","about":"x","usd":1000,"run":"old","at":"%s"}'
    world.s3.objects[f"{old.prefix}x.json"] = (entry % old.start.isoformat()).encode()

    assert world.grant(budget={"perMonth": 500})["granted"]


@pytest.mark.parametrize("month", range(1, 13))
def test_a_month_ends_where_the_next_begins(month: int) -> None:
    this = Month.of(datetime(2026, month, 17, 5, tzinfo=UTC))

    assert this.start.day == this.end.day == 1
    assert Month.of(this.end - timedelta(seconds=1)) == this
    assert Month.of(this.end) != this


def test_what_the_service_trained_is_charged_once_and_when_it_was_trained(world: World) -> None:
    trained = NOW - timedelta(days=70)
    made = {"trainingHours": 2.0, "creationDateTime": trained}
    for run in ("run-1", "run-2"):
        world.personalize.versions["v1"] = made
        asked: dict[str, Any] = {"plan": PLAN, "interactions": 500_000, "versionArn": "v1"}
        world.take("settle", run=run, adopted=True, **asked)

    charges = [key for key in world.s3.objects if key.startswith("state/costs/")]
    assert charges == [f"{Month.of(trained).prefix}v1-sims.json"]
