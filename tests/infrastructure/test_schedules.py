"""Runs by the clock: each schedule of the pipeline file asks for its part of a run."""

import json
from typing import Any

import pytest

from lambdas.shared.settings.schedules import PARTS
from tests.infrastructure.conftest import ROOT, Synthesized, flat, synthesize


@pytest.fixture(scope="module")
def shop(tmp_path_factory: pytest.TempPathFactory) -> Synthesized:
    return synthesize(ROOT / "pipelines" / "shop.yaml", tmp_path_factory.mktemp("shop"))


def schedules(stack: Synthesized) -> dict[str, dict[str, Any]]:
    found = stack.of_type("AWS::Scheduler::Schedule").values()
    return {one["Properties"]["Name"]: one["Properties"] for one in found}


def test_a_schedule_is_made_for_each_that_is_given_and_no_other(shop: Synthesized) -> None:
    given = schedules(shop)

    assert set(given) == {"shop-retrain", "shop-batch", "shop-filters", "shop-export"}
    assert {one["ScheduleExpressionTimezone"] for one in given.values()} == {"Europe/Zurich"}
    assert given["shop-batch"]["ScheduleExpression"] == "rate(1 day)"


def test_a_schedule_starts_the_state_machine_with_parts_that_it_knows(shop: Synthesized) -> None:
    for one in schedules(shop).values():
        asked = json.loads(one["Target"]["Input"])
        assert asked["by"] == "schedule"
        assert set(asked["parts"]) <= set(PARTS)
        assert flat(one["Target"]["Arn"]).startswith("<WorkflowMachine")


def test_a_drop_leaves_what_has_a_schedule_to_the_clock(
    shop: Synthesized, movielens: Synthesized
) -> None:
    def parts_of(stack: Synthesized, name: str) -> str:
        states = stack.definition(name)["States"]
        return str(states["Read the event"]["Assign"]["parts"]).rsplit(":", 1)[-1]

    assert "'batch'" not in parts_of(shop, "shop")
    assert "'batch'" in parts_of(movielens, "movielens")
    assert schedules(movielens) == {}
