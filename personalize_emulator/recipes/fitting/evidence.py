"""How near two items are, from several sides, for every pair that is near at all."""

from dataclasses import dataclass
from typing import cast

import numpy as np
from numpy.typing import NDArray
from scipy import sparse

from personalize_emulator.recipes.algorithms.neighbours import shared_audiences, shrunk_cosine
from personalize_emulator.recipes.algorithms.transitions import strongest_transitions
from personalize_emulator.recipes.eventlog import EventLog, Floats
from personalize_emulator.recipes.fitting.signals import NEXT, SEQUENCE

KINDS = ("sequence", "next", "onward", "audience", "popularity", "content")
FLOOR = 1e-5
WHOLE = 15_000
KEPT = 300
"""Of catalogues with more items than ``WHOLE``, only so many pairs of each item are looked at."""

ALIKE = 50
"""Items that are considered for their description alone, beside those that people connect."""

_PLACEHOLDER = np.float32(1e-30)
"""Holds an entry open where a matrix has none; far below any count."""


@dataclass(frozen=True)
class Evidence:
    """Pairs in rows, as in a CSR matrix.

    Args:
        starts: (n_items + 1,) where each item's pairs start.
        others: (n_pairs,) the second item of each pair.
        values: (len(KINDS), n_pairs) what each kind says, on a logarithmic scale.
    """

    starts: NDArray[np.int64]
    others: NDArray[np.int32]
    values: Floats

    def scores(self, weights: Floats) -> sparse.csr_array:
        """The weighted sums, as an (n_items, n_items) matrix over these pairs."""
        n_items = len(self.starts) - 1
        parts = (weights @ self.values, self.others, self.starts)
        return sparse.csr_array(parts, shape=(n_items, n_items))


def gather(log: EventLog, min_shared: int, vectors: Floats | None = None) -> Evidence:
    """Evidence from a log, and from descriptions where there are any.

    Args:
        log: all events.
        min_shared: pairs that fewer people share are not near, however close they lie.
        vectors: (n_items, any) unit vectors of descriptions.
    """
    keep = log.n_items if log.n_items <= WHOLE else KEPT
    onward = strongest_transitions(log, SEQUENCE, keep).strongest
    following = strongest_transitions(log, NEXT, keep).strongest
    cosine = shrunk_cosine(log, keep=keep)
    near = _csr(onward + onward.T)
    shared = shared_audiences(cosine, log) if min_shared > 1 else None
    alike = None if vectors is None else _alike(vectors)
    pairs = _pairs(near, _at_least(shared, min_shared), alike)
    counts = np.bincount(log.items, log.weights, minlength=log.n_items)
    rows = np.repeat(np.arange(log.n_items, dtype=np.int32), np.diff(pairs.indptr))
    values = [
        _log_shares(near, pairs, rows),
        _log_shares(_csr(following + following.T), pairs, rows),
        _log_shares(onward, pairs, rows),
        np.log(_on(cosine, pairs) + FLOOR),
        np.log1p(counts)[pairs.indices],
        _cosines(vectors, rows, pairs.indices),
    ]
    return Evidence(
        pairs.indptr.astype(np.int64), pairs.indices, np.array(values, dtype=np.float32)
    )


def _at_least(shared: sparse.csr_array | None, min_shared: int) -> sparse.csr_array | None:
    """1 for every pair that so many people share; None if any pair will do."""
    if shared is None:
        return None
    shared.data[shared.data < min_shared] = 0
    shared.eliminate_zeros()
    return _ones(shared)


def _pairs(
    near: sparse.csr_array, shared: sparse.csr_array | None, alike: sparse.csr_array | None
) -> sparse.csr_array:
    """1 for every pair to be considered, off the diagonal."""
    pairs = _ones(near)
    if shared is not None:
        pairs = _csr(pairs * shared)
    if alike is not None:
        pairs = _csr(pairs + alike)
    pairs.setdiag(0)
    pairs.eliminate_zeros()
    pairs.sort_indices()
    return _ones(pairs)


def _on(matrix: sparse.csr_array, pairs: sparse.csr_array) -> Floats:
    """A matrix's values at the pairs, in their order; 0 where it has none."""
    aligned = _csr(_csr(matrix * pairs) + pairs * _PLACEHOLDER)
    aligned.sort_indices()
    return np.asarray(aligned.data, dtype=np.float32)


def _log_shares(
    counts: sparse.csr_array, pairs: sparse.csr_array, rows: NDArray[np.int32]
) -> Floats:
    """Log of each pair's share of all that is counted for its first item."""
    totals = np.maximum(np.asarray(counts.sum(axis=1)).ravel(), FLOOR)
    return np.log(_on(counts, pairs) / totals[rows] + FLOOR)


def _alike(vectors: Floats) -> sparse.csr_array:
    """1 for each item's most similar descriptions."""
    n_items = len(vectors)
    count = min(ALIKE, n_items - 1)
    blocks = np.array_split(np.arange(n_items), max(1, n_items // 500))
    found = [np.argpartition(-(vectors[b] @ vectors.T), count, axis=1)[:, :count] for b in blocks]
    columns = np.concatenate(found).ravel()
    starts = np.arange(n_items + 1) * count
    ones = np.ones(len(columns), dtype=np.float32)
    return sparse.csr_array((ones, columns, starts), shape=(n_items, n_items))


def _cosines(vectors: Floats | None, rows: NDArray[np.int32], columns: NDArray[np.int32]) -> Floats:
    if vectors is None:
        return np.zeros(len(rows), dtype=np.float32)
    parts = np.array_split(np.arange(len(rows)), max(1, len(rows) // 100_000))
    cosines = [np.einsum("ij,ij->i", vectors[rows[p]], vectors[columns[p]]) for p in parts]
    return np.asarray(np.concatenate(cosines), dtype=np.float32)


def _ones(matrix: sparse.csr_array) -> sparse.csr_array:
    ones = np.ones(matrix.nnz, dtype=np.float32)
    return sparse.csr_array((ones, matrix.indices, matrix.indptr), shape=matrix.shape, copy=True)


def _csr(matrix: object) -> sparse.csr_array:
    return cast("sparse.csr_array", sparse.csr_array(matrix))  # type: ignore[call-overload]
