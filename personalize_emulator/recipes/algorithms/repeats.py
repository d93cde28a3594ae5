"""Where an item that a person has already touched stands in their history.

Whether people come back to things is a property of the data: films once, groceries weekly. So each
touched item falls into a bucket by how many events ago it was last touched and how often it was
touched at all, and what a bucket is worth is learned from the data's own repeats
(:mod:`~personalize_emulator.recipes.algorithms.choice`), below zero where people don't repeat.
"""

import numpy as np
from numpy.typing import NDArray

from personalize_emulator.recipes.eventlog import Codes

RECENCY_EDGES = np.array([1, 2, 4, 8, 16, 32, 64])
"""Events since the last touch at which a new bucket begins."""

COUNTS = 2
"""Touched once, touched more often."""

N_BUCKETS = 1 + COUNTS * (len(RECENCY_EDGES) + 1)
"""Bucket 0 is "never touched"."""

_AGES = np.arange(RECENCY_EDGES[-1], -1, -1)
_FIRST_OF_AGE = 1 + COUNTS * np.searchsorted(RECENCY_EDGES, _AGES, side="right")


def repeat_buckets(items: Codes) -> NDArray[np.int64]:
    """The bucket of each event of one history (oldest first), (n_events,).

    Of an item touched more than once the newest event's counts: written in order, it comes last.
    """
    buckets = np.full(len(items), _FIRST_OF_AGE[0])
    known = min(len(items), len(_AGES))
    buckets[len(items) - known :] = _FIRST_OF_AGE[len(_AGES) - known :]
    touches = np.bincount(items)[items]
    return np.asarray(buckets + np.minimum(touches, COUNTS) - 1)
