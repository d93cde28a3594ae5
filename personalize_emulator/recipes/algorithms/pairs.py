"""Sums over pairs of events of one user, weighted by how far apart they lie in the sequence.

Everything sequential here is such a sum: the rules "who touched i then touched j", and both normal
matrices of the item-transition regression. A pair at lag d is an event and the d-th one after it.

Where there are very many pairs, those at long lags are sampled: only every k-th event is followed
so far, and each such pair counts k times. The sums keep their expectation.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import cast

import numpy as np
from numpy.typing import NDArray
from scipy import sparse

from personalize_emulator.recipes.algorithms.largest import keep_largest
from personalize_emulator.recipes.eventlog import EventLog, Floats

PairWeights = Callable[[int, NDArray[np.integer]], NDArray[np.float64] | float]
"""From a lag and the positions of the earlier events to the weight of each pair."""

Places = NDArray[np.integer]
Pairs = tuple[Places, Places, NDArray[np.float32]]
"""Positions of the earlier and of the later events, and what each pair counts."""

PAIRS_IN_MEMORY = 8_000_000
"""Pairs that are held uncompressed at one time: about 130 MB."""

WHOLE_LAGS = 4
"""Up to this lag every pair counts for itself."""

FAR_PAIRS = 20_000_000
"""Pairs at longer lags that are counted in all; beyond, a sample of them."""


@dataclass(frozen=True)
class Counts:
    """What follows each item.

    Args:
        strongest: (n_items, n_items), the largest entries of each row.
        totals: (n_items,) the sums of the whole rows.
    """

    strongest: sparse.csr_array
    totals: Floats


def lagged_sums(log: EventLog, max_lag: int, weigh: PairWeights) -> sparse.csr_array:
    """The matrix of pair weights: [i, j] sums all pairs of an i followed by a j.

    Args:
        log: n_events events over n_items items.
        max_lag: the longest lag counted, in events.
        weigh: called for every lag, perhaps several times.

    Returns:
        (n_items, n_items) float32.
    """
    return strongest_sums(log, max_lag, weigh, keep=log.n_items).strongest


def strongest_sums(log: EventLog, max_lag: int, weigh: PairWeights, keep: int) -> Counts:
    """The same, of each row only the ``keep`` largest entries, in the memory that these need."""
    parts, totals = [], []
    for low, high, events in _blocks(log, max_lag):
        pairs = list(_pairs(log, max_lag, weigh, events))
        firsts, seconds, weights = (np.concatenate(part) for part in zip(*pairs, strict=True))
        places = (log.items[firsts] - low, log.items[seconds])
        rows = sparse.coo_array((weights, places), shape=(high - low, log.n_items)).tocsr()
        totals.append(np.asarray(rows.sum(axis=1), dtype=np.float32).ravel())
        parts.append(keep_largest(cast("sparse.csr_array", rows), keep))
    stacked = sparse.csr_array(sparse.vstack(parts, format="csr"))
    return Counts(stacked, np.concatenate(totals))


def dense_sums(log: EventLog, max_lag: int, weigh: PairWeights) -> Floats:
    """The same as a dense matrix: faster where most of it is filled; (n_items, n_items)."""
    total = np.zeros(log.n_items * log.n_items, dtype=np.float32)
    items = log.items.astype(np.int64)
    for firsts, seconds, weights in _pairs(log, max_lag, weigh, np.arange(log.n_events)):
        np.add.at(total, items[firsts] * log.n_items + items[seconds], weights)
    return total.reshape(log.n_items, log.n_items)


def _blocks(log: EventLog, max_lag: int) -> Iterator[tuple[int, int, Places]]:
    """Yield ranges of items, and the positions of their events: few enough pairs for memory."""
    by_item = np.argsort(log.items, kind="stable").astype(np.int32)  # half of the memory to read
    ends = np.cumsum(np.bincount(log.items, minlength=log.n_items))
    lags = min(max_lag, WHOLE_LAGS) + max(0, max_lag - WHOLE_LAGS) / _thinning(log, max_lag)
    most = max(1, int(PAIRS_IN_MEMORY / lags))
    low = start = 0
    while low < log.n_items:
        high = max(low + 1, int(np.searchsorted(ends, start + most, side="right")))
        stop = int(ends[high - 1])
        yield low, high, by_item[start:stop]
        low, start = high, stop


def _thinning(log: EventLog, max_lag: int) -> int:
    """Of how many events one is followed beyond the whole lags."""
    return max(1, -(-log.n_events * max(0, max_lag - WHOLE_LAGS) // FAR_PAIRS))


def _pairs(log: EventLog, max_lag: int, weigh: PairWeights, events: Places) -> Iterator[Pairs]:
    """Yield, lag by lag, the pairs whose earlier event is one of ``events``."""
    thinning = _thinning(log, max_lag)
    left = log.ages[events]
    for lag in range(1, max_lag + 1):
        every = 1 if lag <= WHOLE_LAGS else thinning
        followed = left >= lag
        if every > 1:
            followed &= (events + lag) % every == 0
        firsts = events[followed]
        weights = np.broadcast_to(np.float32(every) * np.float32(weigh(lag, firsts)), firsts.shape)
        yield firsts, firsts + lag, weights
