"""How much each signal counts, learned from what people chose next.

A conditional logit (McFadden 1974): the chance that a person's next item is i is the softmax of
``signals[i] · weights + repeat[bucket(i)]`` over the candidates. The log-likelihood is concave, so
the weights have one best value; nothing is set by hand.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Signals = NDArray[np.float32]
Vector = NDArray[np.float64]

RIDGE = 1e-3
MAX_STEPS = 50
MAX_HALVINGS = 20
TOLERANCE = 1e-6
ROUNDING = 1e-6
"""What single precision cannot tell apart in a loss."""


@dataclass(frozen=True)
class Choices:
    """Observed choices, person after person.

    Args:
        signals: (n_rows, n_signals), one row a candidate.
        buckets: (n_rows,) which repeat bucket the candidate is in; 0 is "new to this person".
        offsets: (n_rows,) added to the score: log of how many items the candidate stands for.
        chosen: (n_rows,) how much of the person's choice the candidate took; sums to 1 a person.
        starts: (n_people,) first row of each person.
    """

    signals: Signals
    buckets: NDArray[np.int64]
    offsets: NDArray[np.float32]
    chosen: NDArray[np.float32]
    starts: NDArray[np.int64]


@dataclass(frozen=True)
class Blend:
    """Learned weights.

    Args:
        weights: (n_signals,) of the signals.
        repeats: (n_buckets,) added for items already touched, by bucket; repeats[0] is 0.
    """

    weights: NDArray[np.float32]
    repeats: NDArray[np.float32]


def learn_blend(choices: Choices, n_buckets: int, ridge: float = RIDGE) -> Blend:
    """The weights under which the observed choices are likeliest, by Newton's method.

    Args:
        choices: what people chose, and from what.
        n_buckets: of the repeats, bucket 0 included.
        ridge: penalty on the squared weights, per person.

    Raises:
        FloatingPointError: the weights do not settle (the ridge keeps this from happening).
    """
    problem = _Problem(choices, _design(choices, n_buckets), ridge)
    weights = np.zeros(problem.columns.shape[1])
    for _ in range(MAX_STEPS):
        loss, slope, curvature = problem.at(weights)
        step = np.linalg.solve(curvature, slope).astype(np.float64)
        if float(slope @ step) < TOLERANCE:
            n_signals = choices.signals.shape[1]
            repeats = np.concatenate([[0.0], weights[n_signals:]])
            return Blend(weights[:n_signals].astype(np.float32), repeats.astype(np.float32))
        weights = _descend(problem, weights, step, loss)
    raise FloatingPointError(f"the weights did not settle within {MAX_STEPS} steps")


def _descend(problem: "_Problem", weights: Vector, step: Vector, loss: float) -> Vector:
    """The first of the halved steps that does not raise the loss."""
    for halvings in range(MAX_HALVINGS):
        nearer = weights - step * 0.5**halvings
        if problem.loss(nearer) <= loss + ROUNDING:
            return nearer
    return weights


def _design(choices: Choices, n_buckets: int) -> Signals:
    """Signals, and one indicator a bucket but the first; (n_rows, n_signals + n_buckets - 1)."""
    n_rows, n_signals = choices.signals.shape
    columns = np.zeros((n_rows, n_signals + n_buckets), dtype=np.float32)
    columns[:, :n_signals] = choices.signals
    columns[np.arange(n_rows), n_signals + choices.buckets] = 1
    return np.delete(columns, n_signals, axis=1)


@dataclass(frozen=True)
class _Problem:
    """The penalized mean negative log-likelihood over people."""

    choices: Choices
    columns: Signals
    ridge: float

    def loss(self, weights: Vector) -> float:
        """Its value."""
        return self._loss(weights, self._log_chances(weights))

    def at(self, weights: Vector) -> tuple[float, Vector, Vector]:
        """Its value, gradient and Hessian."""
        choices, people = self.choices, len(self.choices.starts)
        log_chances = self._log_chances(weights)
        weighted = self.columns * np.exp(log_chances)[:, None]
        expected = np.add.reduceat(weighted, choices.starts).astype(np.float64)
        slope = (expected.sum(axis=0) - choices.chosen @ self.columns) / people
        curvature = (self.columns.T @ weighted - expected.T @ expected) / people
        penalty = 2 * self.ridge
        return (
            self._loss(weights, log_chances),
            slope + penalty * weights,
            curvature + penalty * np.eye(len(weights)),
        )

    def _log_chances(self, weights: Vector) -> NDArray[np.float32]:
        scores = self.columns @ weights.astype(np.float32) + self.choices.offsets
        return np.asarray(scores - _log_totals(scores, self.choices.starts))

    def _loss(self, weights: Vector, log_chances: NDArray[np.float32]) -> float:
        likelihood = float(self.choices.chosen @ log_chances) / len(self.choices.starts)
        return self.ridge * float(weights @ weights) - likelihood


def _log_totals(scores: NDArray[np.float32], starts: NDArray[np.int64]) -> NDArray[np.float32]:
    """Each person's log Σ exp(score), repeated for each of their rows."""
    rows = np.diff(np.append(starts, len(scores)))
    peaks = np.maximum.reduceat(scores, starts)
    sums = np.add.reduceat(np.exp(scores - np.repeat(peaks, rows)), starts)
    return np.asarray(np.repeat(peaks + np.log(sums), rows))
