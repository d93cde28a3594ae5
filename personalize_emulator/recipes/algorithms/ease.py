"""EASE: which items go together in whole histories, whatever their order.

Steck, "Embarrassingly Shallow Autoencoders for Sparse Data", WWW 2019: with X the binary users by
items matrix and P = (XᵀX + λI)⁻¹, the weights are -P / diag(P) off the diagonal and 0 on it.
"""

import numpy as np
from numpy.typing import NDArray
from scipy import linalg, sparse

from personalize_emulator.recipes.eventlog import EventLog, Floats


def incidence(log: EventLog) -> sparse.csr_array:
    """Who touched what: binary (n_users, n_items) float32."""
    ones = np.ones(log.n_events, dtype=np.float32)
    shape = (log.n_users, log.n_items)
    matrix = sparse.csr_array((ones, log.items, log.offsets), shape=shape, copy=True)
    matrix.sum_duplicates()  # in place: the copy keeps the log's own order
    matrix.data[:] = 1.0
    return matrix


def weighted_incidence(log: EventLog) -> sparse.csr_array:
    """The same, where events of lesser weight than the greatest count for less; in [0, 1]."""
    heaviest = float(log.weights.max(initial=1))
    shape = (log.n_users, log.n_items)
    parts = (log.weights / np.float32(heaviest), log.items, log.offsets)
    matrix = sparse.csr_array(parts, shape=shape, copy=True)
    matrix.sum_duplicates()
    matrix.data = np.minimum(matrix.data, np.float32(1))
    return matrix


def ease_weights(log: EventLog, ridge: float) -> Floats:
    """The item by item weights; (n_items, n_items) float32, row = past item, column = scored."""
    touched = weighted_incidence(log)
    gram: NDArray[np.float32] = (touched.T @ touched).toarray()
    gram[np.diag_indices(log.n_items)] += np.float32(ridge)
    inverse = _inverse_of_positive(gram)
    weights = inverse / -np.diag(inverse)
    np.fill_diagonal(weights, 0.0)
    return np.asarray(weights, dtype=np.float32)


def _inverse_of_positive(matrix: NDArray[np.float32]) -> NDArray[np.float32]:
    """By Cholesky: a third of the work of a general inverse."""
    factor, _ = linalg.lapack.spotrf(matrix, lower=True, overwrite_a=True)
    inverse, _ = linalg.lapack.spotri(factor, lower=True, overwrite_c=True)
    lower = np.tril(inverse)
    return np.asarray(lower + np.tril(inverse, -1).T, dtype=np.float32)
