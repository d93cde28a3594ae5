"""Two reference recommenders, written here so that they are measured in the same run.

EASE: Steck, WWW 2019. ALS: Hu, Koren and Volinsky, "Collaborative filtering for implicit feedback
datasets", ICDM 2008, an implementation of this project's own (not the library "implicit"). Their
settings are tuned like ours, on users that no metric is computed on.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import partial
from itertools import product

import numpy as np
from numpy.typing import NDArray
from scipy import sparse

from personalize_emulator.evaluation.evaluate import score_lists
from personalize_emulator.evaluation.metrics import LONGEST, MetricTable
from personalize_emulator.evaluation.split import Split, hold_out_users
from personalize_emulator.recipes.algorithms.ease import incidence

Scores = NDArray[np.float64]
Scorer = Callable[[sparse.csr_array, sparse.csr_array], Scores]
"""From who touched what in training, and the given of the held-out, to (n_held_out, n_items)."""

VALIDATION_SEED, VALIDATION_SHARE = 1, 0.2
SWEEPS, SEED = 10, 0


@dataclass(frozen=True)
class Settings:
    """Of ALS: how many factors, what an event counts beside none, and the ridge."""

    factors: int
    confidence: float
    penalty: float


def ease(touched: sparse.csr_array, given: sparse.csr_array, ridge: float) -> Scores:
    """Embarrassingly shallow autoencoder with λ = ridge."""
    gram = (touched.T @ touched).toarray().astype(np.float64)
    inverse = np.linalg.inv(gram + ridge * np.eye(len(gram)))
    weights = -inverse / np.diag(inverse)
    np.fill_diagonal(weights, 0)
    return np.asarray(given @ weights)


def als(touched: sparse.csr_array, given: sparse.csr_array, settings: Settings) -> Scores:
    """Implicit alternating least squares."""
    shape = (touched.shape[1], settings.factors)
    items = np.random.default_rng(SEED).normal(0, 0.1, shape)
    by_item = sparse.csr_array(touched.T)
    for _ in range(SWEEPS):
        items = _solve(by_item, _solve(touched, items, settings), settings)
    return np.asarray(_solve(given, items, settings) @ items.T)


def _solve(rows: sparse.csr_array, others: Scores, settings: Settings) -> Scores:
    """The best factors of each row, those of the other side fixed."""
    base = others.T @ others + settings.penalty * np.eye(settings.factors)
    solved = np.zeros((rows.shape[0], settings.factors))
    for row in range(rows.shape[0]):
        near = others[rows.indices[rows.indptr[row] : rows.indptr[row + 1]]]
        target = (1 + settings.confidence) * near.sum(axis=0)
        solved[row] = np.linalg.solve(base + settings.confidence * near.T @ near, target)
    return solved


EASE: Sequence[Scorer] = [partial(ease, ridge=ridge) for ridge in (50, 100, 200, 400, 800)]
ALS: Sequence[Scorer] = [
    partial(als, settings=Settings(*values))
    for values in product((32, 64), (1.0, 4.0, 16.0), (3.0, 10.0, 30.0))
]


def tuned(scorers: Sequence[Scorer], split: Split, metric: str) -> Scorer:
    """The scorer that does best on a fifth of the split's training users."""
    inner = hold_out_users(split.train, seed=VALIDATION_SEED, share=VALIDATION_SHARE)
    reached = [measure(scorer, inner).textbook_metrics[metric] for scorer in scorers]
    return scorers[int(np.argmax(reached))]


def measure(scorer: Scorer, split: Split) -> MetricTable:
    """Metrics of a reference on held-out users, items already seen excluded."""
    given = incidence(split.given)
    scores = scorer(incidence(split.train), given)
    scores[given.nonzero()] = -np.inf
    best = np.argsort(-scores, axis=1)[:, :LONGEST]
    return score_lists([split.given.item_ids[row].tolist() for row in best], split)
