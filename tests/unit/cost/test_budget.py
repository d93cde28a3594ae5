"""The budget: what it refuses, and by how much."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lambdas.cost.budget import BudgetDecision, Claim, decide
from lambdas.shared.cost_settings import BudgetSettings

DOLLARS = st.floats(min_value=0, max_value=10_000)


def asked(
    budget: BudgetSettings, wanted: float, run: float = 0, month: float = 0
) -> BudgetDecision:
    return decide(
        budget,
        run=Claim(wanted_usd=wanted, wanted_for="this run", spent_usd=run),
        month=Claim(wanted_usd=wanted, wanted_for="this run", spent_usd=month),
    )


def test_a_budget_below_the_estimate_refuses_and_says_by_how_much() -> None:
    decision = asked(BudgetSettings(per_run=5), 7.5)

    assert not decision.granted
    assert decision.over_usd == pytest.approx(2.5)
    assert decision.reason == (
        "7.50 USD estimated for this run exceeds the budget of 5.00 USD a run by 2.50 USD."
    )


def test_a_budget_above_the_estimate_grants() -> None:
    decision = asked(BudgetSettings(per_run=10), 7.5)

    assert decision.granted
    assert decision.over_usd == 0
    assert decision.used_percent == pytest.approx(75)


def test_without_a_budget_nothing_is_refused() -> None:
    decision = asked(BudgetSettings(), 1e6)

    assert decision.granted
    assert "no budget is set" in decision.reason


def test_the_month_counts_what_was_spent_before() -> None:
    decision = asked(BudgetSettings(per_month=100), 20, month=90)

    assert not decision.granted
    assert "on top of 90.00 USD already spent" in decision.reason
    assert decision.reason.endswith("exceeds the budget of 100.00 USD a month by 10.00 USD.")


def test_the_tightest_budget_decides() -> None:
    decision = asked(BudgetSettings(per_run=100, per_month=50), 20, run=0, month=45)

    assert not decision.granted
    assert "50.00 USD a month" in decision.reason


def test_a_budget_of_nothing_refuses_whatever_costs() -> None:
    decision = asked(BudgetSettings(per_run=0), 0.004)

    assert not decision.granted
    assert "by 0.0040 USD" in decision.reason


@given(wanted=DOLLARS, spent=DOLLARS, limit=DOLLARS)
def test_what_is_granted_never_exceeds_the_budget(
    wanted: float, spent: float, limit: float
) -> None:
    decision = asked(BudgetSettings(per_run=limit), wanted, run=spent)

    assert decision.granted == (spent + wanted - limit <= 0)
    assert decision.over_usd >= 0


@pytest.mark.parametrize("budget", [BudgetSettings(), BudgetSettings(per_run=5)])
def test_what_no_price_is_known_of_is_named_whatever_is_decided(budget: BudgetSettings) -> None:
    claim = Claim(wanted_usd=3, wanted_for="this run")

    decision = decide(budget, run=claim, month=claim, not_covered=["recommenders for-you, b"])

    assert decision.granted
    assert decision.reason.endswith(
        ". Not in these figures, for no price is known: recommenders for-you, b."
    )
