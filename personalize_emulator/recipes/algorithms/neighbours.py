"""Who shares an audience: cosine between items, shrunk where the audience is small."""

from collections.abc import Iterator
from typing import cast

import numpy as np
from scipy import sparse

from personalize_emulator.recipes.algorithms.ease import incidence
from personalize_emulator.recipes.algorithms.largest import keep_largest
from personalize_emulator.recipes.eventlog import EventLog, Floats

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
    touched, _ = _heard(incidence(log))
    scaled = _csr(touched @ sparse.diags_array(1 / _roots(touched, shrinkage)))
    by_item = _csr(scaled.T)
    parts = []
    for block in _blocks(touched):
        rows = _csr(by_item[block] @ scaled)
        rows.setdiag(0, k=block.start)
        rows.eliminate_zeros()
        parts.append(rows if keep is None else keep_largest(rows, keep))
    return _csr(sparse.vstack(parts, format="csr"))


def shared_audiences(
    cosine: sparse.csr_array, log: EventLog, shrinkage: float = SHRINKAGE
) -> sparse.csr_array:
    """How many people share two items, for the pairs that a shrunk cosine of the log holds.

    Where users were sampled, an estimate for all of them.
    """
    touched, every = _heard(incidence(log))
    roots = _roots(touched, shrinkage)
    rows = np.repeat(np.arange(log.n_items, dtype=np.int32), np.diff(cosine.indptr))
    people = np.rint(cosine.data * roots[rows] * roots[cosine.indices]) * np.float32(every)
    return sparse.csr_array((people, cosine.indices, cosine.indptr), shape=cosine.shape, copy=True)


def _roots(touched: sparse.csr_array, shrinkage: float) -> Floats:
    """(n_items,) by what the cosine divides, once for each side."""
    audience = np.bincount(touched.indices, minlength=touched.shape[1])
    return np.asarray(np.sqrt(audience + shrinkage), dtype=np.float32)


def _heard(touched: sparse.csr_array) -> tuple[sparse.csr_array, int]:
    """As many users as there is time for, evenly out of all; and one of how many."""
    lengths = np.diff(touched.indptr).astype(np.int64)
    every = max(1, -(-int(lengths @ lengths) // PAIRS))
    return _csr(touched[::every]), every


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
