"""Who shares an audience: cosine between items, shrunk where the audience is small."""

from collections.abc import Iterator
from typing import cast

import numpy as np
from scipy import sparse

from personalize_emulator.recipes.algorithms.ease import incidence
from personalize_emulator.recipes.algorithms.largest import keep_largest
from personalize_emulator.recipes.eventlog import EventLog

SHRINKAGE = 10.0
"""Added to every audience: two items that two people share are less alike than they look."""

PAIRS_IN_MEMORY = 8_000_000

PAIRS = 150_000_000
"""Pairs of items in one history that are counted in all; beyond, every so many-th user is heard."""


def shrunk_cosine(
    log: EventLog, shrinkage: float = SHRINKAGE, keep: int | None = None
) -> sparse.csr_array:
    """people(i and j) / sqrt((people(i) + s) (people(j) + s)), zero diagonal; (n_items, n_items).

    Source: Sarwar et al., "Item-based collaborative filtering", WWW 2001, with the usual
    shrinkage.

    Args:
        log: all events.
        shrinkage: s.
        keep: of each row only so many of the largest entries; None for all.
    """
    touched = _heard(incidence(log))
    audience = np.bincount(touched.indices, minlength=log.n_items).astype(np.float32)
    scaled = _csr(touched @ sparse.diags_array(1 / np.sqrt(audience + np.float32(shrinkage))))
    by_item = _csr(scaled.T)
    parts = []
    for block in _blocks(touched):
        rows = _csr(by_item[block] @ scaled)
        rows.setdiag(0, k=block.start)
        rows.eliminate_zeros()
        parts.append(rows if keep is None else keep_largest(rows, keep))
    return _csr(sparse.vstack(parts, format="csr"))


def _heard(touched: sparse.csr_array) -> sparse.csr_array:
    """As many users as there is time for, evenly out of all."""
    lengths = np.diff(touched.indptr).astype(np.int64)
    every = max(1, -(-int(lengths @ lengths) // PAIRS))
    return _csr(touched[::every])


def _blocks(touched: sparse.csr_array) -> Iterator[slice]:
    """Yield ranges of items whose pairs fit into memory, at least one item each."""
    pairs = np.cumsum(touched.T @ np.diff(touched.indptr).astype(np.float64))
    low = 0
    while low < len(pairs):
        counted = pairs[low - 1] if low else 0.0
        high = int(np.searchsorted(pairs, counted + PAIRS_IN_MEMORY, side="right"))
        yield slice(low, max(low + 1, high))
        low = max(low + 1, high)


def _csr(matrix: object) -> sparse.csr_array:
    return cast("sparse.csr_array", sparse.csr_array(matrix))  # type: ignore[call-overload]
