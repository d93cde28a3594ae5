"""How much each signal counts, learned from what people chose next.

A conditional logit (McFadden 1974): the chance that a person's next item is i is the softmax of
``signals[i] · weights + repeat[bucket(i)]`` over the candidates. The log-likelihood is concave, so
the weights have one best value; nothing is set by hand.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy import optimize

Signals = NDArray[np.float32]


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


def learn_blend(choices: Choices, n_buckets: int, ridge: float = 1e-3) -> Blend:
    """The weights under which the observed choices are likeliest, with a small ridge penalty."""
    n_signals = choices.signals.shape[1]

    def loss(parameters: NDArray[np.float64]) -> tuple[float, NDArray[np.float64]]:
        value, gradient = _negative_log_likelihood(choices, parameters, n_buckets)
        return value + ridge * float(parameters @ parameters), gradient + 2 * ridge * parameters

    start = np.zeros(n_signals + n_buckets)
    best = optimize.minimize(loss, start, jac=True, method="L-BFGS-B", options={"maxiter": 100}).x
    weights, repeats = np.split(best.astype(np.float32), [n_signals])
    repeats[0] = 0.0
    return Blend(weights, repeats)


def _negative_log_likelihood(
    choices: Choices, parameters: NDArray[np.float64], n_buckets: int
) -> tuple[float, NDArray[np.float64]]:
    """Mean over people, and its gradient."""
    weights, repeats = np.split(parameters.astype(np.float32), [choices.signals.shape[1]])
    repeats[0] = 0.0
    scores = choices.signals @ weights + repeats[choices.buckets] + choices.offsets
    log_chances = scores - _log_totals(scores, choices.starts)
    surplus = np.exp(log_chances) - choices.chosen
    by_bucket = np.bincount(choices.buckets, surplus, minlength=n_buckets)
    by_bucket[0] = 0.0
    people = len(choices.starts)
    gradient = np.concatenate([surplus @ choices.signals, by_bucket]) / people
    return -float(choices.chosen @ log_chances) / people, gradient.astype(np.float64)


def _log_totals(scores: NDArray[np.float32], starts: NDArray[np.int64]) -> NDArray[np.float32]:
    """Each person's log Σ exp(score), repeated for each of their rows."""
    rows = np.diff(np.append(starts, len(scores)))
    peaks = np.maximum.reduceat(scores, starts)
    sums = np.add.reduceat(np.exp(scores - np.repeat(peaks, rows)), starts)
    return np.asarray(np.repeat(peaks + np.log(sums), rows))
