"""What the cost handler is told of campaigns, and which alarms look at them, by recipe."""

import json
from pathlib import Path
from typing import Any

import pytest

from lambdas.shared.settings.loader import parse_pipeline
from lambdas.shared.settings.longest import longest_run_seconds
from tests.infrastructure.conftest import Synthesized, shipped, synthesize
from tests.infrastructure.test_observability import alarms

PIPELINE = """\
name: mixed
datasets:
  interactions:
    fields:
      - { name: USER_ID, type: string }
      - { name: ITEM_ID, type: string }
      - { name: TIMESTAMP, type: long }
  actions:
    fields: [{ name: ACTION_ID, type: string }, { name: VALUE, type: long }]
  actionInteractions:
    fields:
      - { name: USER_ID, type: string }
      - { name: ACTION_ID, type: string }
      - { name: EVENT_TYPE, type: string }
      - { name: TIMESTAMP, type: long }
solutions:
  - { name: alike, recipe: aws-sims }
  - { name: nudges, recipe: aws-next-best-action }
  - { name: lookalikes, recipe: aws-item-affinity }
batchInference: [{ name: everybody, solution: alike }]
batchSegments: [{ name: buyers, solution: lookalikes }]
cost: { budget: { perRun: 10 } }
eventTracker: null
notebook: null
"""


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("mixed")


@pytest.fixture(scope="module")
def mixed(folder: Path) -> Synthesized:
    file = folder / "mixed.yaml"
    file.write_text(PIPELINE)
    return synthesize(file, folder / "out")


@pytest.fixture
def shop(tmp_path_factory: pytest.TempPathFactory) -> Synthesized:
    return shipped("shop", tmp_path_factory.getbasetemp())


def estimated(stack: Synthesized, name: str) -> dict[str, Any]:
    """Return what the estimate of a pipeline is asked."""
    states = stack.definition(name)["States"]
    payload: dict[str, Any] = states["Estimate the cost"]["Arguments"]["Payload"]
    return payload


def swept(stack: Synthesized) -> dict[str, Any]:
    """Return the campaigns that the sweep looks at, by solution."""
    look = stack.definition("mixed-sweep")["States"]["Look at the campaigns"]
    campaigns = look["Arguments"]["Payload"]["campaigns"]
    return {campaign["solution"]: campaign for campaign in campaigns}


def test_the_sweep_knows_whose_requests_nobody_counts(mixed: Synthesized) -> None:
    counted = {name: campaign["requestsCounted"] for name, campaign in swept(mixed).items()}

    assert counted == {"alike": True, "nudges": False}


def test_no_alarm_waits_for_requests_that_nobody_counts(mixed: Synthesized) -> None:
    by_campaign = {name for name in alarms(mixed) if name.startswith(("mixed-idle", "mixed-busy"))}

    assert by_campaign == {"mixed-idle-alike", "mixed-busy-alike"}


def test_a_recipe_without_campaigns_bills_no_campaign(mixed: Synthesized) -> None:
    plans = {plan["name"]: plan for plan in estimated(mixed, "mixed")["plans"]}

    assert {name: plan["minProvisionedTps"] for name, plan in plans.items()} == {
        "alike": 1,
        "nudges": 1,
        "lookalikes": 0,
    }
    campaigns = estimated(mixed, "mixed")["campaigns"]
    assert [campaign["solution"] for campaign in campaigns] == ["alike", "nudges"]


def test_the_estimate_names_what_it_has_no_price_for(shop: Synthesized) -> None:
    assert estimated(shop, "shop")["notCovered"] == [
        "recommenders for-you, also-viewed, bestsellers",
        "batch inference similar-items",
        "batch segments buyers-of",
    ]


def test_a_budget_that_does_not_hold_everything_warns_at_synthesis(
    mixed: Synthesized, folder: Path
) -> None:
    assert mixed.template
    [metadata] = (folder / "out").glob("*.metadata.json")
    said = [entry for entries in json.loads(metadata.read_text()).values() for entry in entries]

    [warning] = [str(e["data"]) for e in said if e["type"] == "aws:cdk:warning"]
    words = "cost.budget does not cover, for no price is known: batch inference everybody"
    assert warning.startswith(words)


def test_a_run_may_take_as_long_as_its_settings_let_it_wait(mixed: Synthesized) -> None:
    longest = longest_run_seconds(parse_pipeline(PIPELINE, source="mixed.yaml"))

    assert mixed.definition("mixed")["TimeoutSeconds"] == longest
