"""Batch jobs and the versions they belong to: found without asking for each version."""

import pytest

from lambdas.teardown.personalize.account import PersonalizeAccount
from lambdas.teardown.personalize.look import look
from tests.unit.teardown.test_look import SHOP, looks, shop, teardown
from tests.unit.teardown.world import World


@pytest.mark.parametrize("kind", ["batchInferenceJob", "batchSegmentJob"])
def test_a_batch_job_in_flight_is_waited_for_and_named(kind: str) -> None:
    world = World()
    shop(world)
    [version] = [thing for thing in world.things if thing.kind == "solutionVersion"]
    busy = ["CREATE PENDING"] * 30
    world.add(kind, "slow", version, status="CREATE PENDING", becomes=[*busy, "ACTIVE"])

    reasons = {entry.reason for progress in looks(world) for entry in progress.pending}

    assert any(reason.endswith("job slow is CREATE PENDING") for reason in reasons)
    assert world.things == []
    assert world.refused == []


@pytest.mark.parametrize("kind", ["batchInferenceJob", "batchSegmentJob"])
def test_a_batch_job_on_somebody_elses_solution_is_not_waited_for(kind: str) -> None:
    world = World()
    shop(world)
    theirs = shop(world, "shop-eu")
    version = next(t for t in world.things if t.kind == "solutionVersion" and t.group is theirs)
    world.add(kind, "slow", version, status="CREATE PENDING", becomes=["CREATE PENDING"] * 1000)

    teardown(world)

    assert {thing.group for thing in world.things if thing.kind != "schema"} == {theirs}


def test_a_look_asks_no_more_often_for_every_version_that_was_ever_trained() -> None:
    def calls(versions: int) -> int:
        world = World(page=1000)
        shop(world)
        for solution in [thing for thing in world.things if thing.kind == "solution"]:
            for number in range(versions):
                version = world.add("solutionVersion", f"daily-{number}", solution)
                world.add("batchInferenceJob", f"daily-{number}", version)
        # Dry: it comes through every stage.
        look(PersonalizeAccount(world.client, SHOP), SHOP, dry_run=True)
        return len(world.calls)

    assert calls(365) == calls(1)
