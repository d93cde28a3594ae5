"""The gate on offline metrics: what it lets pass, what it holds, and how it says so."""

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lambdas.promote.gate import finite, judge
from lambdas.shared.promotion_settings import DEFAULT_METRIC, PromotionSettings, Tolerance

NDCG = DEFAULT_METRIC
GATE = PromotionSettings().gate
NUMBERS = st.floats(min_value=0, max_value=1)


def test_a_better_version_is_promoted_and_says_by_how_much() -> None:
    verdict = judge({NDCG: 0.22}, {NDCG: 0.20}, GATE)

    assert verdict.promote
    assert verdict.reason == f"Promoted because {NDCG} is 0.2200 after 0.2000 (+10.0 %)."


def test_a_worse_version_is_held_with_the_reason_in_one_sentence() -> None:
    verdict = judge({NDCG: 0.05}, {NDCG: 0.20}, GATE)

    assert not verdict.promote
    assert verdict.reason == (
        f"Held because {NDCG} fell from 0.2000 to 0.0500 (-75.0 %), "
        "more than the 5 % that may be lost."
    )


def test_a_loss_within_the_tolerance_is_promoted() -> None:
    assert judge({NDCG: 0.19}, {NDCG: 0.20}, GATE).promote
    assert not judge({NDCG: 0.1899}, {NDCG: 0.20}, GATE).promote


def test_a_first_version_needs_no_predecessor() -> None:
    verdict = judge({NDCG: 0.01}, None, GATE)

    assert verdict.promote
    assert "first version" in verdict.reason


def test_a_first_version_below_the_minimum_is_held() -> None:
    verdict = judge({NDCG: 0.01}, None, [Tolerance(metric=NDCG, minimum=0.05)])

    assert not verdict.promote
    assert verdict.reason == (
        f"Held because {NDCG} is 0.0100, below the least that may serve, 0.05."
    )


@pytest.mark.parametrize("value", [math.nan, math.inf, None])
@pytest.mark.parametrize("serving", [None, {NDCG: 0.2}])
def test_a_metric_that_is_no_number_never_promotes(
    value: float | None, serving: dict[str, float | None] | None
) -> None:
    verdict = judge({NDCG: value}, serving, GATE)

    assert not verdict.promote
    assert verdict.reason == f"Held because the new version has no number for {NDCG}."


def test_a_missing_metric_never_promotes_a_first_version_either() -> None:
    assert not judge({}, None, GATE).promote


@pytest.mark.parametrize("serving", [{}, {NDCG: math.nan}])
def test_without_a_number_to_compare_with_nothing_is_promoted(serving: dict[str, float]) -> None:
    verdict = judge({NDCG: 0.9}, serving, GATE)

    assert not verdict.promote
    assert "the serving version has no number" in verdict.reason


def test_every_tolerance_has_to_hold() -> None:
    gate = [
        Tolerance(metric=NDCG, max_relative_drop=0.1),
        Tolerance(metric="coverage", max_absolute_drop=0.1),
        Tolerance(metric="precision_at_5", minimum=0.1),
    ]
    serving = {NDCG: 0.2, "coverage": 0.5, "precision_at_5": 0.2}

    held = judge({NDCG: 0.3, "coverage": 0.3, "precision_at_5": 0.05}, serving, gate)
    passed = judge({NDCG: 0.3, "coverage": 0.45, "precision_at_5": 0.1}, serving, gate)

    assert held.reason == (
        "Held because coverage fell from 0.5000 to 0.3000, more than the 0.1 that may be lost "
        "(and 1 more)."
    )
    assert [c.metric for c in held.comparisons if c.objection] == ["coverage", "precision_at_5"]
    assert passed.promote
    assert passed.reason.endswith("and every other tolerance holds.")


def test_both_limits_of_one_metric_have_to_hold() -> None:
    gate = [Tolerance(metric=NDCG, max_relative_drop=0.5, max_absolute_drop=0.01)]

    assert not judge({NDCG: 0.18}, {NDCG: 0.2}, gate).promote


def test_a_minimum_alone_ignores_what_serves() -> None:
    verdict = judge({NDCG: 0.1}, {NDCG: 0.9}, [Tolerance(metric=NDCG, minimum=0.05)])

    assert verdict.promote


@given(new=NUMBERS, old=NUMBERS, share=NUMBERS)
def test_no_promoted_version_lost_more_than_it_may(new: float, old: float, share: float) -> None:
    verdict = judge({NDCG: new}, {NDCG: old}, [Tolerance(metric=NDCG, max_relative_drop=share)])

    least = old * (1 - share)
    assert new >= least - 2e-9 if verdict.promote else new < least


def test_numbers_that_json_does_not_know_become_none() -> None:
    assert finite({"a": math.nan, "b": -math.inf, "c": 0.5, "d": None}) == {
        "a": None,
        "b": None,
        "c": 0.5,
        "d": None,
    }


def test_a_tolerance_without_a_limit_is_refused() -> None:
    with pytest.raises(ValueError, match="has no limit: give maxRelativeDrop"):
        Tolerance(metric=NDCG)


def test_a_metric_stands_in_the_gate_once() -> None:
    twice = [{"metric": NDCG, "minimum": 0.1}, {"metric": NDCG, "maxRelativeDrop": 0.1}]

    with pytest.raises(ValueError, match="more than once"):
        PromotionSettings.model_validate({"gate": twice})
