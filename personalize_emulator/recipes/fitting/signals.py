"""Fit every matrix that the personal model reads."""

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from personalize_emulator.recipes.algorithms.ease import ease_weights
from personalize_emulator.recipes.algorithms.neighbours import shrunk_cosine
from personalize_emulator.recipes.algorithms.transitions import (
    Decay,
    dense_transitions,
    past_gram,
    regress,
    strongest_transitions,
)
from personalize_emulator.recipes.eventlog import Codes, EventLog, Floats
from personalize_emulator.recipes.models.matrices import (
    DENSE_BELOW,
    ROW_LENGTH,
    DenseMatrix,
    ItemMatrix,
    SparseMatrix,
)
from personalize_emulator.recipes.models.signals import Signals

SEQUENCE = Decay(past_half_life=5, past_window=25, future_half_life=3, future_window=4)
TRANSITIONS = Decay(past_half_life=8, past_window=30, future_half_life=5, future_window=8)
NEXT = Decay(past_half_life=3, past_window=15, future_half_life=1, future_window=1)
ARC = Decay(past_half_life=30, past_window=60, future_half_life=15, future_window=20)
RULES: Mapping[str, Decay] = {"sequence": SEQUENCE, "next": NEXT, "arc": ARC}
"""Sequential rules over a session, to the very next item, and over a longer stretch."""


@dataclass(frozen=True, slots=True)
class SignalSettings:
    """What shapes the matrices.

    Args:
        taste_ridge: λ of EASE.
        transition_ridge: λ of the item-transition regression.
        transition_decay: how sequences forget in it.
        max_dense: of catalogues up to so many items, all with enough events are in the dense
            matrices, if there are not more than ``core`` of them.
        core: so many at most, the most touched; the others have sparse counts alone. Time grows
            with the third power: a training solves six systems of this size, a minute in all.
        heart: of larger catalogues, so many at most.
        min_core_events: items with fewer events stay out of the dense matrices.
        window: how many events of a history are read.
        reach: how far back sequences are read in training, 1 as shipped.
        recency: whether newer events of a history weigh more.
    """

    taste_ridge: float = 300.0
    transition_ridge: float = 200.0
    transition_decay: Decay = TRANSITIONS
    max_dense: int = 15_000
    core: int = 7_000
    heart: int = 2_500
    min_core_events: int = 10
    window: int = 200
    reach: float = 1.0
    recency: bool = True


def fit_signals(log: EventLog, settings: SignalSettings) -> Signals:
    """All matrices from one log."""
    counts = np.bincount(log.items, log.weights, minlength=log.n_items)
    rules = {name: _rule(log, decay.reaching(settings.reach)) for name, decay in RULES.items()}
    matrices = {name: matrix for name, (matrix, _) in rules.items()}
    return Signals(
        matrices
        | {"neighbours": _neighbours(log)}
        | _dense_matrices(log, core_items(counts, settings), settings),
        {name: np.where(totals > 0, totals, 1) for name, (_, totals) in rules.items()},
        np.log1p(counts).astype(np.float32),
        settings.window,
        recency=settings.recency,
    )


def _rule(log: EventLog, decay: Decay) -> tuple[ItemMatrix, Floats]:
    """A rule at rest, in the form that is faster to read, and its row sums."""
    if log.n_items <= DENSE_BELOW:
        values = dense_transitions(log, decay)
        return DenseMatrix.of_all(values), values.sum(axis=1)
    counted = strongest_transitions(log, decay, ROW_LENGTH)
    return SparseMatrix.of(counted.strongest), counted.totals


def _neighbours(log: EventLog) -> ItemMatrix:
    if log.n_items <= DENSE_BELOW:
        return DenseMatrix.of_all(shrunk_cosine(log).toarray())
    return SparseMatrix.of(shrunk_cosine(log, keep=ROW_LENGTH))


def _dense_matrices(log: EventLog, core: Codes, settings: SignalSettings) -> dict[str, ItemMatrix]:
    """The two regressions, over the core items alone."""
    inner = log.restrict(core)
    decay = settings.transition_decay.reaching(settings.reach)
    targets = dense_transitions(inner, decay)
    weights = regress(past_gram(inner, decay), targets, settings.transition_ridge)
    return {
        "together": DenseMatrix(ease_weights(inner, settings.taste_ridge), core, log.n_items),
        "transitions": DenseMatrix(weights, core, log.n_items),
    }


def core_items(counts: NDArray[np.number], settings: SignalSettings) -> Codes:
    """The items of the dense matrices, as sorted positions."""
    fewest = min(settings.min_core_events, counts.max(initial=0))  # never nothing at all
    enough = np.flatnonzero(counts >= fewest)
    most = settings.core if len(counts) <= settings.max_dense else settings.heart
    touched = enough[np.argsort(-counts[enough], kind="stable")[:most]]
    return np.sort(touched).astype(np.int32)
