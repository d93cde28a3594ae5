"""Sums over pairs of events of one user, weighted by how far apart they lie in the sequence.

Everything sequential here is such a sum: the rules "who touched i then touched j", and both normal
matrices of the item-transition regression. A pair at lag d is an event and the d-th one after it.
"""

from collections.abc import Callable, Iterator
from typing import Any, cast

import numpy as np
from numpy.typing import NDArray
from scipy import sparse

from personalize_emulator.recipes.eventlog import EventLog, Ints

PairWeights = Callable[[int, Ints], NDArray[np.float64] | float]
"""From a lag and the positions of the earlier events to the weight of each pair."""

PAIRS_IN_MEMORY = 8_000_000
"""Pairs that are held uncompressed at one time: about 130 MB."""


def lagged_sums(log: EventLog, max_lag: int, weigh: PairWeights) -> sparse.csr_array:
    """The matrix of pair weights: [i, j] sums all pairs of an i followed by a j.

    Args:
        log: n_events events over n_items items.
        max_lag: the longest lag counted, in events.
        weigh: called once a lag.

    Returns:
        (n_items, n_items) float32.
    """
    shape = (log.n_items, log.n_items)
    total = _as_csr(sparse.coo_array(shape, dtype=np.float32))
    for firsts, seconds, weights in _blocks(log, max_lag, weigh):
        pairs = (log.items[firsts], log.items[seconds])
        total = _as_csr(total + _as_csr(sparse.coo_array((weights, pairs), shape=shape)))
    return total


def _as_csr(matrix: Any) -> sparse.csr_array:  # noqa: ANN401 - any of scipy's formats
    return cast("sparse.csr_array", matrix.tocsr())


def _blocks(
    log: EventLog, max_lag: int, weigh: PairWeights
) -> Iterator[tuple[Ints, Ints, NDArray[np.float32]]]:
    """Pairs of consecutive lags, gathered until a block is worth compressing."""
    block: list[tuple[Ints, Ints, NDArray[np.float32]]] = []
    ages = log.ages
    for lag in range(1, max_lag + 1):
        firsts = np.flatnonzero(ages >= lag)
        weights = np.broadcast_to(np.float32(weigh(lag, firsts)), firsts.shape)
        block.append((firsts, firsts + lag, weights))
        if lag == max_lag or sum(len(part[0]) for part in block) > PAIRS_IN_MEMORY:
            yield tuple(np.concatenate(parts) for parts in zip(*block, strict=True))  # type: ignore[misc]
            block = []
