"""A campaign does not bill on unasked: idleness shrinks or ends it, its time to live ends it."""

import json
import sqlite3
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from localcloud.clients import Clients
from localcloud.server.process import running_cloud
from localcloud.settings import CloudSettings
from tests.e2e.promotion.conftest import PIPELINE
from tests.e2e.promotion.world import Shop, walks
from tests.e2e.runs.pipelines import Deployed, await_that, deploy

SOLUTIONS = (
    "{name: alike, recipe: aws-sims, campaign: {minProvisionedTPS: 2}}, "
    "{name: popular, recipe: aws-popularity-count}"
)
HOURS = 30


class Idle:
    """A pipeline whose campaigns nobody has asked for a day, swept under one rule after another."""

    def __init__(self, shop: Shop) -> None:
        self.shop = shop
        self.before = shop.answers()
        self.lowered = self.sweep(lowerWhenIdle=True)
        self.after_lowering, self.answers = shop.serving(), shop.answers()
        _ask("popular", shop.deployed, hours_ago=20)
        self.in_use = self.sweep(deleteWhenIdle=True, idleAfterHours=24)
        self.deleted = self.sweep(deleteWhenIdle=True, idleAfterHours=2)
        self.left = self.campaigns()
        self.expired = self.sweep(timeToLiveHours=0.0001)

    def sweep(self, **asked: Any) -> list[dict[str, str]]:
        """Sweep as if the pipeline file asked for this; return what was told."""
        machines, arn = self.shop.deployed.clients.stepfunctions, self.machine
        definition = json.loads(machines.describe_state_machine(stateMachineArn=arn)["definition"])
        look = definition["States"]["Look at the campaigns"]["Arguments"]["Payload"]
        look["cost"]["campaigns"] = asked
        machines.update_state_machine(stateMachineArn=arn, definition=json.dumps(definition))
        assert self.shop.start("sweep")["status"] == "SUCCEEDED"
        return self.shop.ears.listen()

    @property
    def machine(self) -> str:
        return f"{self.shop.deployed.machine}-sweep"

    def campaigns(self) -> list[str]:
        """Return the names of the campaigns that are not being deleted."""
        listed = self.shop.deployed.clients.personalize.list_campaigns()["campaigns"]
        return [one["name"] for one in listed if not one["status"].startswith("DELETE")]


def _ask(solution: str, deployed: Deployed, *, hours_ago: float) -> None:
    """Count a request to a campaign, as the service does."""
    campaign = f"arn:aws:personalize:us-east-1:000000000000:campaign/{deployed.name}-{solution}"
    counted = {
        "MetricName": "GetRecommendations",
        "Dimensions": [{"Name": "CampaignArn", "Value": campaign}],
        "Timestamp": datetime.now(UTC) - timedelta(hours=hours_ago),
        "Value": 1.0,
    }
    deployed.clients.client("cloudwatch").put_metric_data(
        Namespace="AWS/Personalize", MetricData=[counted]
    )


def age(state_dir: Path, hours: float) -> None:
    """Make everything that a cloud keeps of Personalize older than it is; the cloud is stopped."""
    with sqlite3.connect(state_dir / "personalize" / "state.sqlite") as database:
        rows = database.execute("SELECT sequence, document FROM resources").fetchall()
        for sequence, text in rows:
            document = json.loads(text)
            document["state"]["created"] -= hours * 3600
            document["state"]["updated"] -= hours * 3600
            change = "UPDATE resources SET document = ? WHERE sequence = ?"
            database.execute(change, (json.dumps(document), sequence))
    database.close()


@pytest.fixture(scope="module")
def idle(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Idle]:
    folder = tmp_path_factory.mktemp("lifetimes")
    settings = CloudSettings(port=0, state_dir=folder / "cloud", permissions="enforce")
    with running_cloud(settings) as cloud:
        text = PIPELINE.format(name="idle", solutions=SOLUTIONS)
        yesterday = deploy(text, folder, Clients(endpoint=cloud.endpoint))
        yesterday.drop("one", interactions=walks(1))
        [run] = yesterday.all_ended(1)
        assert run.outcome == "succeeded", run.cause
    age(settings.state_dir, HOURS)
    with running_cloud(settings) as cloud:
        clients = Clients(endpoint=cloud.endpoint)
        today = Deployed(
            name="idle", clients=clients, outputs=yesterday.outputs, known=yesterday.known
        )
        yield Idle(Shop(today))


def test_an_idle_campaign_is_lowered_to_one_tps_and_answers_as_before(idle: Idle) -> None:
    [told] = idle.lowered

    assert told["kind"] == "CampaignLowered"
    assert told["subject"] == "idle: campaign idle-alike was made smaller"
    assert "had no request for 24 hours and bills 292.00 USD a month" in told["text"]
    assert "its minProvisionedTPS goes from 2 to 1" in told["text"]
    assert idle.after_lowering["minProvisionedTPS"] == 1
    assert idle.answers == idle.before


def test_a_campaign_that_somebody_asks_is_left_alone(idle: Idle) -> None:
    assert idle.in_use == []


def test_an_idle_campaign_is_deleted_where_that_is_asked_for(idle: Idle) -> None:
    [told] = idle.deleted

    assert told["subject"] == "idle: campaign idle-popular was deleted"
    assert "had no request for 2 hours and bills 146.00 USD a month" in told["text"]
    # The other one was made smaller a moment ago: it has not had the time to be called idle.
    assert idle.left == ["idle-alike"]


def test_a_campaign_past_its_time_to_live_is_deleted_and_told_and_made_anew(idle: Idle) -> None:
    [told] = idle.expired

    assert told["subject"] == "idle: campaign idle-alike was deleted"
    assert "reached its time to live of 0.0001 hours" in told["text"]
    await_that(lambda: idle.campaigns() == [], 60)
    assert idle.shop.versions()

    idle.shop.run("two", walks(1))
    assert idle.shop.answers() == idle.before
