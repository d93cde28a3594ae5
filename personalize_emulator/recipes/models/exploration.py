"""A share of the list for items that nobody has touched yet.

Inferred: the service says that ``explorationWeight`` sets how often items with little interaction
data are recommended, not how. Here it is the chance of each place below the first to go to one of
them, at most half of the list; which of them is left to chance, the same for the same question.
"""

import zlib

import numpy as np
from numpy.typing import NDArray

from personalize_emulator.recipes.contract import RecommendRequest
from personalize_emulator.recipes.eventlog import Codes

MOST = 0.5


def explored(chosen: Codes, untouched: NDArray[np.bool_], request: RecommendRequest) -> Codes:
    """The list with some of its places given to untouched items.

    Args:
        chosen: positions of the recommended items, best first.
        untouched: (n_items,) whether no event is known of an item.
        request: its exploration weight, its filter and whom it is about.
    """
    weight = float((request.exploration or {}).get("explorationWeight", 0.0))
    if weight <= 0 or len(chosen) < MIN_PLACES:
        return chosen
    allowed = untouched if request.allowed is None else untouched & request.allowed
    candidates = np.setdiff1d(np.flatnonzero(allowed), chosen)
    if not len(candidates):
        return chosen
    random = np.random.default_rng([request.seed, zlib.crc32((request.user_id or "").encode())])
    places = 1 + np.flatnonzero(random.random(len(chosen) - 1) < weight * MOST)
    drawn = random.permutation(candidates)[: len(places)].astype(np.int32)
    result = chosen.copy()
    result[places[: len(drawn)]] = drawn
    return result


MIN_PLACES = 2
