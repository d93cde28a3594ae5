"""Fit the neighbours of every item from what is touched near it in people's sequences."""

from dataclasses import dataclass, field

import numpy as np
from scipy import sparse

from personalize_emulator.recipes.algorithms.transitions import Decay, transition_counts
from personalize_emulator.recipes.eventlog import EventLog
from personalize_emulator.recipes.models.related import RelatedModel


@dataclass(frozen=True, slots=True)
class RelatedSettings:
    """What counts as near.

    Args:
        popularity_discount: 0 favours popular neighbours, 1 rare ones.
        min_cointeractions: pairs that fewer people share are not neighbours.
        decay: how nearness falls with the distance between two events.
        neighbours: the most kept of each item.
    """

    popularity_discount: float = 0.2
    min_cointeractions: float = 0.0
    decay: Decay = field(default_factory=Decay)
    neighbours: int = 500


def fit_related(recipe: str, log: EventLog, settings: RelatedSettings) -> RelatedModel:
    """The served model of a log."""
    counts = np.bincount(log.items, minlength=log.n_items).astype(np.float32)
    rules = transition_counts(log, settings.decay)
    near = (rules + rules.T).tocoo()
    near.data /= np.maximum(counts, 1)[near.coords[1]] ** settings.popularity_discount
    return RelatedModel(
        recipe,
        log.item_ids,
        neighbours=keep_best(near.tocsr(), settings.neighbours),
        popularity=counts / (counts.sum() + 1),
    )


def keep_best(matrix: sparse.csr_array, count: int) -> sparse.csr_array:
    """The largest entries of each row, off the diagonal."""
    rows = np.repeat(np.arange(matrix.shape[0]), np.diff(matrix.indptr))
    order = np.lexsort((-matrix.data, rows))
    ranks = np.arange(len(rows)) - np.repeat(matrix.indptr[:-1], np.diff(matrix.indptr))
    chosen = order[(ranks < count) & (matrix.indices[order] != rows)]
    entries = (matrix.data[chosen], (rows[chosen], matrix.indices[chosen]))
    return sparse.coo_array(entries, shape=matrix.shape).tocsr()
