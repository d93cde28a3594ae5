"""From the decayed past of a sequence to its next few items.

SLIT is the linear item-transition half of SLIST (Choi et al., "Session-aware Linear Item-Item
Models for Session-based Recommendation", WWW 2021). With P the decayed-past rows and T the
decayed-future rows at every point of every sequence: B = (PᵀP + λI)⁻¹ PᵀT.

P and T are never built. Their products are sums over pairs of events that depend on the lag (and,
for PᵀP, on how much of the sequence follows), because both decays are geometric:

    PᵀT[i, j] = Σ over pairs (i, j) at lag d of Σₘ past^(d-1-m) futureᵐ,  m < min(d, window)
    PᵀP[i, j] = Σ over pairs (i, j) at lag d of past^d (1 - past^(2 r)) / (1 - past²),
                r the events that follow the later of the two
"""

from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray
from scipy import linalg, sparse

from personalize_emulator.recipes.algorithms.pairs import (
    Counts,
    PairWeights,
    Places,
    dense_sums,
    lagged_sums,
    strongest_sums,
)
from personalize_emulator.recipes.eventlog import EventLog, Floats


@dataclass(frozen=True, slots=True)
class Decay:
    """How fast a sequence forgets, counted in events.

    Args:
        past_half_life: an event this many events old weighs half.
        past_window: older events are not looked at.
        future_half_life: the same for the events to be predicted.
        future_window: how many of the next events are predicted.
    """

    past_half_life: float = 5.0
    past_window: int = 25
    future_half_life: float = 3.0
    future_window: int = 4

    def reaching(self, share: float) -> "Decay":
        """The same decay, looking back only a share of its window."""
        return replace(self, past_window=max(1, round(share * self.past_window)))

    @property
    def past(self) -> float:
        """Factor from one past event to the next older one."""
        return float(0.5 ** (1 / self.past_half_life))

    @property
    def future(self) -> float:
        """Factor from one future event to the next newer one."""
        return float(0.5 ** (1 / self.future_half_life))

    @property
    def reach(self) -> int:
        """The longest lag between a past and a future event."""
        return self.past_window + self.future_window - 1


def transition_counts(log: EventLog, decay: Decay) -> sparse.csr_array:
    """PᵀT, the decayed sequential rules: [i, j] is how much j follows i; (n_items, n_items)."""
    return lagged_sums(log, decay.reach, _steps_between(decay))


def strongest_transitions(log: EventLog, decay: Decay, keep: int) -> Counts:
    """PᵀT, of each row only the ``keep`` largest entries."""
    return strongest_sums(log, decay.reach, _steps_between(decay), keep)


def dense_transitions(log: EventLog, decay: Decay) -> Floats:
    """PᵀT, dense; (n_items, n_items)."""
    return dense_sums(log, decay.reach, _steps_between(decay))


def _steps_between(decay: Decay) -> PairWeights:
    def weight(lag: int, _firsts: Places) -> float:
        steps = np.arange(max(0, lag - decay.past_window), min(lag, decay.future_window))
        return float(np.sum(decay.past ** (lag - 1 - steps) * decay.future**steps))

    return weight


def past_gram(log: EventLog, decay: Decay) -> NDArray[np.float32]:
    """PᵀP, dense; (n_items, n_items)."""
    followers = log.ages
    square = decay.past**2

    def weight(lag: int, firsts: Places) -> NDArray[np.float64]:
        later = followers[firsts + lag]
        return np.asarray(decay.past**lag * (1 - square**later) / (1 - square))

    upper = dense_sums(log, decay.past_window, weight)
    runs = log.weights**2 * (1 - square**followers) / (1 - square)
    own = np.bincount(log.items, runs, minlength=log.n_items)
    upper += upper.T
    upper[np.diag_indices(log.n_items)] += own.astype(np.float32)
    return upper


def regress(gram: NDArray[np.float32], targets: NDArray[np.float32], ridge: float) -> Floats:
    """(gram + ridge·I)⁻¹ targets with a zero diagonal; items do not predict themselves here.

    What repeats is learned apart, from the data's own repeats. Overwrites both matrices.
    """
    gram[np.diag_indices(len(gram))] += np.float32(ridge)
    weights = linalg.solve(
        gram.T,  # the same matrix, in the order that needs no copy
        targets,
        assume_a="pos",
        overwrite_a=True,
        overwrite_b=True,
        check_finite=False,
    )
    np.fill_diagonal(weights, 0.0)
    return np.asarray(weights, dtype=np.float32)
