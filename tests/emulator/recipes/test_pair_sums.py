"""Sums over pairs of events, against the definition written out, whatever memory there is."""

import numpy as np
import pytest
from numpy.typing import NDArray

from personalize_emulator.recipes.algorithms import neighbours, pairs
from personalize_emulator.recipes.algorithms.transitions import (
    Decay,
    dense_transitions,
    strongest_transitions,
    transition_counts,
)
from personalize_emulator.recipes.eventlog import EventLog

DECAY = Decay(past_half_life=4, past_window=9, future_half_life=2, future_window=3)


@pytest.fixture(scope="module")
def log() -> EventLog:
    random = np.random.default_rng(5)
    users = np.sort(random.integers(30, size=900)).astype(str)
    items = (40 * random.random(900) ** 2).astype(int).astype(str)
    return EventLog.from_columns(users, items, np.arange(900))


@pytest.fixture(scope="module")
def defined(log: EventLog) -> NDArray[np.float64]:
    """PᵀT, as the decayed pasts and futures of every point of every sequence define it."""
    total = np.zeros((log.n_items, log.n_items))
    for row in range(log.n_users):
        items = log.items[log.user(row)]
        for now in range(1, len(items)):
            for back in range(min(now, DECAY.past_window)):
                for ahead in range(min(len(items) - now, DECAY.future_window)):
                    weight = DECAY.past**back * DECAY.future**ahead
                    total[items[now - 1 - back], items[now + ahead]] += weight
    return total


def test_sparse_and_dense_sums_are_those_of_the_definition(
    log: EventLog, defined: NDArray[np.float64]
) -> None:
    assert transition_counts(log, DECAY).toarray() == pytest.approx(defined, rel=1e-4)
    assert dense_transitions(log, DECAY) == pytest.approx(defined, rel=1e-4)


def test_little_memory_changes_nothing(
    log: EventLog, defined: NDArray[np.float64], monkeypatch: pytest.MonkeyPatch
) -> None:
    whole = neighbours.shrunk_cosine(log).toarray()
    monkeypatch.setattr(pairs, "PAIRS_IN_MEMORY", 700)
    monkeypatch.setattr(neighbours, "PAIRS_IN_MEMORY", 700)
    assert transition_counts(log, DECAY).toarray() == pytest.approx(defined, rel=1e-4)
    assert neighbours.shrunk_cosine(log).toarray() == pytest.approx(whole)


def test_only_the_strongest_are_kept_and_all_are_counted(
    log: EventLog, defined: NDArray[np.float64]
) -> None:
    counts = strongest_transitions(log, DECAY, keep=6)
    kept = counts.strongest.toarray()
    assert counts.totals == pytest.approx(defined.sum(axis=1), rel=1e-4)
    assert (kept > 0).sum(axis=1).max() == 6
    assert kept.sum(axis=1) == pytest.approx(np.sort(defined)[:, -6:].sum(axis=1), rel=1e-4)


def test_a_sample_of_far_pairs_keeps_the_sums(
    log: EventLog, defined: NDArray[np.float64], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(pairs, "FAR_PAIRS", 2_000)
    sampled = dense_transitions(log, DECAY)
    assert sampled != pytest.approx(defined, rel=1e-4)
    assert sampled.sum() == pytest.approx(defined.sum(), rel=0.03)


def test_a_sample_of_users_keeps_the_neighbours(
    log: EventLog, monkeypatch: pytest.MonkeyPatch
) -> None:
    whole = neighbours.shrunk_cosine(log).toarray()
    monkeypatch.setattr(neighbours, "PAIRS", 6_000)
    sampled = neighbours.shrunk_cosine(log).toarray()
    assert sampled != pytest.approx(whole)
    assert np.corrcoef(whole.ravel(), sampled.ravel())[0, 1] > 0.7
