"""What a validation slice can tell apart, and what is made of it."""

import numpy as np
import pytest

from personalize_emulator.recipes.algorithms.choice import Blend
from personalize_emulator.recipes.algorithms.repeats import N_BUCKETS
from personalize_emulator.recipes.fitting.blending import BREADTH, Person, broaden
from personalize_emulator.recipes.fitting.noise import gains
from personalize_emulator.recipes.models.signals import N_SIGNALS, POPULARITY


def test_a_gain_within_its_error_is_none() -> None:
    old = np.random.default_rng(5).random(400)
    noise = np.random.default_rng(6).normal(0, 0.2, 400)  # its mean errs by 0.01

    assert gains(old + 0.05 + noise, old)
    assert not gains(old + noise - noise.mean() + 0.005, old)
    assert gains(old + noise - noise.mean() + 0.005, old, errors=0.0)


def test_nothing_gains_over_itself() -> None:
    values = np.random.default_rng(5).random(9)

    assert not gains(values, values)
    assert not gains(values[:1], values[:1])


LIKED, POPULAR = 7, 9


@pytest.mark.parametrize(("wanted", "cut"), [(LIKED, BREADTH[-1]), (POPULAR, 0.2)])
def test_popularity_is_cut_as_far_as_nobody_suffers(wanted: int, cut: float) -> None:
    """The popular item (8 by popularity) falls below the liked one (6) from a cut of .3 on."""
    signals = np.zeros((N_SIGNALS, 40), dtype=np.float32)
    signals[POPULARITY, POPULAR] = 8
    signals[0, LIKED] = 6
    history = np.array([3, 4], dtype=np.int32)
    people = [Person(signals, history, np.array([wanted], dtype=np.int32))] * 12
    blend = Blend(np.ones(N_SIGNALS, np.float32), np.zeros(N_BUCKETS, np.float32))

    broadened = broaden(blend, people)

    assert broadened.weights[POPULARITY] == pytest.approx(1 - cut)
    assert broadened.weights[0] == 1
