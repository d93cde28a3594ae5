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


def repeat_buckets(items: Codes) -> tuple[Codes, NDArray[np.int64]]:
    """The touched items of one history (oldest first) and the bucket of each."""
    newest_first = items[::-1]
    touched, first_seen, counts = np.unique(newest_first, return_index=True, return_counts=True)
    recency = np.searchsorted(RECENCY_EDGES, first_seen, side="right")
    return touched, 1 + COUNTS * recency + np.minimum(counts, COUNTS) - 1
