"""Two reference recommenders, written here so that they are measured in the same run.

EASE: Steck, WWW 2019. ALS: Hu, Koren and Volinsky, "Collaborative filtering for implicit feedback
datasets", ICDM 2008, an implementation of this project's own (not the library of that name).
"""

from collections.abc import Callable

import numpy as np
from numpy.typing import NDArray
from scipy import sparse

from personalize_emulator.evaluation.evaluate import score_lists
from personalize_emulator.evaluation.metrics import LONGEST, MetricTable
from personalize_emulator.evaluation.split import Split
from personalize_emulator.recipes.algorithms.ease import incidence

Scores = NDArray[np.float64]
Scorer = Callable[[sparse.csr_array, sparse.csr_array], Scores]
"""From who touched what in training, and the given of the held-out, to (n_held_out, n_items)."""

RIDGE = 300.0
FACTORS, CONFIDENCE, PENALTY, SWEEPS, SEED = 64, 20.0, 10.0, 12, 0


def ease(touched: sparse.csr_array, given: sparse.csr_array) -> Scores:
    """Embarrassingly shallow autoencoder, λ = 300."""
    gram = (touched.T @ touched).toarray().astype(np.float64)
    inverse = np.linalg.inv(gram + RIDGE * np.eye(len(gram)))
    weights = -inverse / np.diag(inverse)
    np.fill_diagonal(weights, 0)
    return np.asarray(given @ weights)


def als(touched: sparse.csr_array, given: sparse.csr_array) -> Scores:
    """Implicit alternating least squares, its settings as above."""
    items = np.random.default_rng(SEED).normal(0, 0.1, (touched.shape[1], FACTORS))
    by_item = sparse.csr_array(touched.T)
    for _ in range(SWEEPS):
        items = _solve(by_item, _solve(touched, items))
    return np.asarray(_solve(given, items) @ items.T)


def _solve(rows: sparse.csr_array, others: Scores) -> Scores:
    """The best factors of each row, those of the other side fixed."""
    base = others.T @ others + PENALTY * np.eye(FACTORS)
    solved = np.zeros((rows.shape[0], FACTORS))
    for row in range(rows.shape[0]):
        near = others[rows.indices[rows.indptr[row] : rows.indptr[row + 1]]]
        target = (1 + CONFIDENCE) * near.sum(axis=0)
        solved[row] = np.linalg.solve(base + CONFIDENCE * near.T @ near, target)
    return solved


def measure(scorer: Scorer, split: Split) -> MetricTable:
    """Metrics of a reference on held-out users, items already seen excluded."""
    given = incidence(split.given)
    scores = scorer(incidence(split.train), given)
    scores[given.nonzero()] = -np.inf
    best = np.argsort(-scores, axis=1)[:, :LONGEST]
    return score_lists([split.given.item_ids[row].tolist() for row in best], split)
