"""A budget refuses before the first billed call; between two trainings, it spares the rest."""

from typing import Any

import pytest
from botocore.exceptions import ClientError

from tests.e2e.promotion.conftest import Opening
from tests.e2e.promotion.world import Shop, walks


@pytest.fixture(scope="module")
def poor(opened: Opening) -> Shop:
    return opened("poor", "cost: { budget: { perRun: 0.1 } }")


@pytest.fixture(scope="module")
def refused(poor: Shop) -> Any:
    return poor.run("too-dear", walks(1))


def test_the_run_ends_with_the_dollars_that_are_missing(poor: Shop, refused: Any) -> None:
    assert refused.status == "FAILED"
    assert refused.error == "BudgetExceeded"
    report = poor.report("too-dear")
    assert report["outcome"] == "refused"
    wanted, over = report["cost"]["estimatedUsd"], report["cost"]["estimatedUsd"] - 0.1
    assert report["reason"].startswith(
        f"{wanted:.2f} USD estimated for this run exceeds the budget of 0.10 USD a run "
        f"by {over:.2f} USD."
    )
    assert report["cost"]["actualUsd"] == 0


def test_nothing_was_created_in_personalize(poor: Shop, refused: Any) -> None:
    assert "Ensure the dataset group" not in refused.states
    groups = poor.deployed.clients.personalize.list_dataset_groups()["datasetGroups"]
    assert "poor" not in [group["name"] for group in groups]
    with pytest.raises(ClientError, match="does not exist"):
        poor.serving()


@pytest.mark.usefixtures("refused")
def test_the_refusal_is_told_once(poor: Shop) -> None:
    kinds = [message["kind"] for message in poor.ears.listen()]

    assert kinds == ["DropAccepted", "BudgetRefused"]
    assert poor.ears.counted() == {"DropAccepted": 1, "BudgetRefused": 1}


def test_a_budget_that_runs_out_between_two_trainings_spares_the_second(opened: Opening) -> None:
    shop = opened("dear", "cost: { budget: { perMonth: 500 } }", second="popular")
    shop.deployed.drop("long", interactions=walks(1))
    run = shop.deployed.has_run()
    shop.deployed.await_state(run, "Start the training")

    shop.charge(1000.0)  # something else of this month is written up while the first one trains
    ended = shop.deployed.end_of(run)

    first, second = shop.report("long")["solutions"]
    assert ended.error == "SolutionFailed"
    assert (first["status"], second["status"]) == ("ACTIVE", "REFUSED")
    assert "exceeds the budget of 500.00 USD a month by" in second["reason"]
    assert shop.serving()["status"] == "ACTIVE"
    assert shop.answers()[0]
    kinds = [message["kind"] for message in shop.ears.listen()]
    assert kinds.count("BudgetRefused") == 1
