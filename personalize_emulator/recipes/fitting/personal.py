"""Fit the personal model: matrices from everybody's sequences, weights from a validation slice."""

from dataclasses import dataclass, field

import numpy as np

from personalize_emulator.evaluation.split import Split, hold_out_users
from personalize_emulator.recipes.algorithms.choice import Blend, Choices, learn_blend
from personalize_emulator.recipes.algorithms.ease import ease_weights
from personalize_emulator.recipes.algorithms.repeats import N_BUCKETS, repeat_buckets
from personalize_emulator.recipes.algorithms.transitions import (
    Decay,
    past_gram,
    regress,
    transition_counts,
)
from personalize_emulator.recipes.eventlog import Codes, EventLog, Floats
from personalize_emulator.recipes.models.histories import Histories
from personalize_emulator.recipes.models.personal import PersonalModel
from personalize_emulator.recipes.models.signals import Memory, Signals

VALIDATION_SHARE = 0.2
VALIDATION_SEED = 1
"""Fixed: the job's seed chooses the held-out users of the metrics, and nothing else."""


@dataclass(frozen=True, slots=True)
class PersonalSettings:
    """What shapes the matrices.

    Args:
        taste_ridge: λ of EASE.
        transition_ridge: λ of the item-transition regression.
        decay: how sequences forget in training.
        memory: how histories are weighted in scoring.
        max_core: the most items in the dense matrices.
        min_core_events: items with fewer events stay out of them.
    """

    taste_ridge: float = 300.0
    transition_ridge: float = 200.0
    decay: Decay = field(default_factory=Decay)
    memory: Memory = field(default_factory=Memory)
    max_core: int = 5_000
    min_core_events: int = 3


def fit_signals(log: EventLog, settings: PersonalSettings) -> Signals:
    """All matrices from one log."""
    counts = np.bincount(log.items, minlength=log.n_items)
    core = core_items(counts, settings)
    inner = log.restrict(core)
    rules = transition_counts(log, settings.decay)
    targets: Floats = rules[core][:, core].toarray()
    return Signals(
        core=core,
        taste=ease_weights(inner, settings.taste_ridge),
        transitions=regress(past_gram(inner, settings.decay), targets, settings.transition_ridge),
        rules=rules,
        popularity=np.log1p(counts).astype(np.float32),
        memory=settings.memory,
    )


def core_items(counts: np.ndarray, settings: PersonalSettings) -> Codes:
    """The most touched items, as sorted positions."""
    enough = np.flatnonzero(counts >= settings.min_core_events)
    most = enough[np.argsort(-counts[enough], kind="stable")[: settings.max_core]]
    return np.sort(most).astype(np.int32)


def blend_on_validation(log: EventLog, settings: PersonalSettings) -> Blend:
    """Weights learned on users who took no part in the matrices they are learned with."""
    split = hold_out_users(log, seed=VALIDATION_SEED, share=VALIDATION_SHARE)
    choices = observe(fit_signals(split.train, settings), split)
    return learn_blend(choices, N_BUCKETS)


def observe(signals: Signals, split: Split) -> Choices:
    """What the held-out users chose next, and what every item's signals were then."""
    people = range(split.given.n_users)
    histories = [split.given.items[split.given.user(row)] for row in people]
    n_items = split.given.n_items
    return Choices(
        signals=np.concatenate([signals.of(history).T for history in histories]),
        buckets=np.concatenate([_buckets(history, n_items) for history in histories]),
        offsets=np.zeros(n_items * len(histories), dtype=np.float32),
        chosen=np.concatenate([_chosen(split.relevant(row), n_items) for row in people]),
        starts=np.arange(len(histories)) * n_items,
    )


def _buckets(history: Codes, n_items: int) -> np.ndarray:
    touched, buckets = repeat_buckets(history)
    everywhere = np.zeros(n_items, dtype=np.int64)
    everywhere[touched] = buckets
    return everywhere


def _chosen(items: Codes, n_items: int) -> Floats:
    shares = np.zeros(n_items, dtype=np.float32)
    shares[items] = 1 / len(items)
    return shares


def fit_personal(
    recipe: str, log: EventLog, settings: PersonalSettings, blend: Blend
) -> PersonalModel:
    """The served model of a log."""
    return PersonalModel(
        recipe,
        log.item_ids,
        signals=fit_signals(log, settings),
        blend=blend,
        histories=Histories.of(log),
    )
