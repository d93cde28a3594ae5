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
from personalize_emulator.recipes.models.signals import MATRICES, Signals

SEQUENCE = Decay(past_half_life=5, past_window=25, future_half_life=3, future_window=4)
TRANSITIONS = Decay(past_half_life=8, past_window=30, future_half_life=5, future_window=8)
NEXT = Decay(past_half_life=3, past_window=15, future_half_life=1, future_window=1)
ARC = Decay(past_half_life=30, past_window=60, future_half_life=15, future_window=20)
RULES: Mapping[str, Decay] = {"sequence": SEQUENCE, "next": NEXT, "arc": ARC}
"""Sequential rules over a session, to the very next item, and over a longer stretch."""

PER_ITEM = frozenset({"next", "arc"})
"""Rules where every past item has one vote, however often it occurs."""


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
    """All matrices from one log; of small catalogues dense, one below the other."""
    counts = np.bincount(log.items, log.weights, minlength=log.n_items)
    popularity = np.log1p(counts).astype(np.float32)
    core = core_items(counts, settings)
    regressions = _regressions(log.restrict(core), settings)
    rules = {name: decay.reaching(settings.reach) for name, decay in RULES.items()}
    if log.n_items <= DENSE_BELOW:
        found = {name: _embedded(values, core, log.n_items) for name, values in regressions.items()}
        found["neighbours"] = shrunk_cosine(log).toarray()
        found |= {name: _rule(log, name, decay) for name, decay in rules.items()}
        stack = DenseMatrix.of_all(np.concatenate([found[name] for name in MATRICES]))
        return Signals.of_stack(stack, popularity, settings.window, recency=settings.recency)
    matrices: dict[str, ItemMatrix] = {
        name: DenseMatrix(values, core, log.n_items) for name, values in regressions.items()
    }
    matrices["neighbours"] = SparseMatrix.of(shrunk_cosine(log, keep=ROW_LENGTH))
    matrices |= {name: _sparse_rule(log, name, decay) for name, decay in rules.items()}
    return Signals(matrices, popularity, settings.window, recency=settings.recency)


def _rule(log: EventLog, name: str, decay: Decay) -> Floats:
    values = dense_transitions(log, decay)
    return values / _votes(values.sum(axis=1))[:, None] if name in PER_ITEM else values


def _sparse_rule(log: EventLog, name: str, decay: Decay) -> SparseMatrix:
    counted = strongest_transitions(log, decay, ROW_LENGTH)
    rule = SparseMatrix.of(counted.strongest)
    if name in PER_ITEM:
        rule.values /= _votes(counted.totals)[:, None]
    return rule


def _votes(totals: Floats) -> Floats:
    """(n_items,) by what to divide; nothing follows where there is no total."""
    return np.where(totals > 0, totals, np.float32(1))


def _regressions(inner: EventLog, settings: SignalSettings) -> dict[str, Floats]:
    """The two regressions, each over all items of the log."""
    decay = settings.transition_decay.reaching(settings.reach)
    targets = dense_transitions(inner, decay)
    weights = regress(past_gram(inner, decay), targets, settings.transition_ridge)
    return {"together": ease_weights(inner, settings.taste_ridge), "transitions": weights}


def _embedded(values: Floats, core: Codes, n_items: int) -> Floats:
    """The matrix over a whole catalogue, 0 outside the core; (n_items, n_items)."""
    wider = np.zeros((n_items, n_items), dtype=np.float32)
    wider[np.ix_(core, core)] = values
    return wider


def core_items(counts: NDArray[np.number], settings: SignalSettings) -> Codes:
    """The items of the dense matrices, as sorted positions."""
    fewest = min(settings.min_core_events, counts.max(initial=0))  # never nothing at all
    enough = np.flatnonzero(counts >= fewest)
    most = settings.core if len(counts) <= settings.max_dense else settings.heart
    touched = enough[np.argsort(-counts[enough], kind="stable")[:most]]
    return np.sort(touched).astype(np.int32)
