import numpy as np
import pytest

from personalize_emulator.evaluation.intervals import interval_of, interval_of_groups


def test_ninety_five_of_a_hundred_samples_hold_the_true_mean() -> None:
    random = np.random.default_rng(3)
    samples = random.binomial(10, 0.3, size=(2_000, 60)) / 10
    bounds = np.array([interval_of(sample).bounds for sample in samples])
    held = np.mean((bounds[:, 0] <= 0.3) & (bounds[:, 1] >= 0.3))
    assert held == pytest.approx(0.95, abs=0.02)


def test_four_times_the_users_halve_the_margin() -> None:
    few = np.tile([0.0, 1.0], 500)
    assert interval_of(np.tile(few, 4)).margin == pytest.approx(
        interval_of(few).margin / 2, rel=1e-2
    )


def test_users_without_a_value_do_not_count() -> None:
    assert interval_of(np.array([0.2, np.nan, 0.4])) == interval_of(np.array([0.2, 0.4]))


def test_one_user_has_a_mean_and_no_margin() -> None:
    interval = interval_of(np.array([0.5, np.nan]))
    assert interval.mean == pytest.approx(0.5)
    assert np.isnan(interval.margin)


def test_nobody_is_no_evidence() -> None:
    assert np.isnan(interval_of(np.array([np.nan])).mean)


def test_asking_the_same_users_more_often_says_no_more_about_others() -> None:
    values = np.random.default_rng(4).random(300)
    users = np.arange(300)

    once = interval_of_groups(values, users)
    often = interval_of_groups(np.repeat(values, 5), np.repeat(users, 5))

    assert once.margin == pytest.approx(interval_of(values).margin, rel=1e-2)
    assert often.mean == pytest.approx(once.mean)
    assert often.margin == pytest.approx(once.margin)
