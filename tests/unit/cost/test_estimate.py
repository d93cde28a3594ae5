"""Estimates: before a solution was ever trained, and after."""

import pytest

from lambdas.cost.estimate import DataFacts, PastTraining, SolutionPlan, estimate, training
from lambdas.cost.prices import load_prices

PRICES = load_prices()
FACTS = DataFacts(interactions=1_000_000, imported_bytes=2_000_000_000)
SIMS = SolutionPlan(name="movies-sims", recipe="aws-sims", min_provisioned_tps=1)


def test_an_estimate_adds_import_trainings_and_transitions() -> None:
    second = SolutionPlan(name="movies-count", recipe="aws-popularity-count")

    total = estimate([SIMS, second], FACTS, PRICES)

    parts = total.import_usd + total.orchestration_usd + sum(t.usd for t in total.trainings)
    assert total.run_usd == pytest.approx(parts)
    assert total.import_usd == pytest.approx(2 * PRICES.prices.ingestion_gb.usd)
    assert [t.solution for t in total.trainings] == ["movies-sims", "movies-count"]
    assert total.prices_checked == PRICES.checked.isoformat()


def test_an_idle_campaign_of_one_tps_costs_about_145_dollars_a_month() -> None:
    total = estimate([SIMS], FACTS, PRICES)

    assert total.serving_usd_per_month == pytest.approx(146, abs=2)


def test_a_solution_without_a_campaign_costs_nothing_to_serve() -> None:
    plan = SIMS.model_copy(update={"min_provisioned_tps": 0})

    assert estimate([plan], FACTS, PRICES).serving == ()


def test_a_first_training_rests_on_the_assumptions() -> None:
    first = training(SIMS, FACTS, PRICES, None)

    assert first.basis == "assumption"
    assert first.training_hours == pytest.approx(5.0)
    assert first.usd == pytest.approx(5.0 * 0.24)


def test_a_later_training_scales_the_solutions_own_hours() -> None:
    past = PastTraining(training_hours=2, interactions=500_000)

    later = training(SIMS, FACTS, PRICES, past)

    assert later.basis == "earlier training"
    assert later.training_hours == pytest.approx(4)


def test_an_update_after_a_full_training_costs_a_share_of_it() -> None:
    past = PastTraining(training_hours=10, interactions=1_000_000)
    update = SIMS.model_copy(update={"training_mode": "UPDATE"})

    assert training(update, FACTS, PRICES, past).training_hours == pytest.approx(3)


def test_a_search_for_hyperparameters_costs_several_trainings() -> None:
    search = SIMS.model_copy(update={"perform_hpo": True})

    assert training(search, FACTS, PRICES, None).usd == pytest.approx(8 * 5.0 * 0.24)


def test_v2_recipes_bill_by_interaction_whatever_they_took_before() -> None:
    plan = SolutionPlan(name="movies-you", recipe="aws-user-personalization-v2")

    billed = training(plan, FACTS, PRICES, PastTraining(training_hours=9, interactions=10))

    assert billed.basis == "price per interaction"
    assert billed.usd == pytest.approx(2.0)
    assert billed.training_hours == 0
