"""From ids to positions and from scores to lists: what every model that ranks items shares."""

from collections.abc import Iterable
from functools import cached_property, partial
from itertools import repeat

import numpy as np
from numpy.typing import NDArray

from personalize_emulator.recipes.contract import RecommendRequest, ScoredItem
from personalize_emulator.recipes.eventlog import Codes, Floats, Strings

IN_A_DICTIONARY = 100_000
"""Ids that are looked up in a dictionary, 15 MB at most; more are searched for in their array."""


class Index:
    """Positions of ids in a sorted array of them."""

    def __init__(self, ids: Strings) -> None:
        self.ids = ids

    @cached_property
    def _places(self) -> dict[str, int]:
        return {name: place for place, name in enumerate(self.ids.tolist())}

    def find(self, name: str) -> int | None:
        """The position of one id, None if unknown."""
        if len(self.ids) <= IN_A_DICTIONARY:
            return self._places.get(name)
        place = int(np.searchsorted(self.ids, name))
        return place if place < len(self.ids) and self.ids[place] == name else None

    def find_all(self, names: Iterable[str]) -> Codes:
        """Positions of the known ids among ``names``, in order; unknown ones are left out."""
        if len(self.ids) <= IN_A_DICTIONARY:
            found = map(self._places.get, names)
            return np.array([place for place in found if place is not None], dtype=np.int32)
        wanted = np.array(list(names), dtype=np.str_)
        if not len(wanted) or not len(self.ids):
            return np.empty(0, dtype=np.int32)
        places = np.minimum(np.searchsorted(self.ids, wanted), len(self.ids) - 1)
        known = np.flatnonzero(self.ids[places] == wanted)
        return np.asarray(places[known], dtype=np.int32)


LOWEST = np.finfo(np.float32).min
"""What is below is no candidate."""


def best(scores: Floats, request: RecommendRequest) -> Codes:
    """Positions of the highest scores that the request allows, best first.

    Items scored -inf are not candidates. Equal scores come in the order of the items.
    """
    if request.allowed is not None:
        scores = np.where(request.allowed, scores, -np.inf)
    count = min(request.num_results, len(scores))
    lowest = np.partition(scores, len(scores) - count)[len(scores) - count] if count else np.inf
    lowest = max(lowest, LOWEST)
    candidates = np.flatnonzero(scores >= lowest)
    order = np.argsort(-scores[candidates], kind="stable")[:count]
    return candidates[order].astype(np.int32)


def chances(scores: Floats) -> NDArray[np.float64]:
    """Softmax: the service's scores sum to 1 over all candidates."""
    return chances_at(scores, slice(None))


def chances_at(scores: Floats, positions: Codes | slice) -> NDArray[np.float64]:
    """The chances of the items at some positions alone, among all of them.

    The sum is taken in the scores' own precision: in single it takes a quarter of the time.

    Args:
        scores: (n_items,) log-odds.
        positions: (n_positions,) whose chances are asked for.
    """
    highest = scores.max(initial=-np.inf)
    total = float(np.exp(scores - highest).sum())
    return np.asarray(np.exp(scores[positions] - highest, dtype=np.float64) / total)


def listed(ids: Strings, positions: Codes, scores: NDArray[np.floating]) -> list[ScoredItem]:
    """An answer: the items at ``positions``, each with its score."""
    named = zip(ids[positions].tolist(), scores.tolist(), repeat(None), strict=False)
    # Past the named tuple's own constructor, which is Python's and takes thrice as long.
    return list(map(partial(tuple.__new__, ScoredItem), named))


def strongest(
    ids: Strings, past: Codes, added: NDArray[np.floating], count: int
) -> list[tuple[str, float]]:
    """The past items that add most, each with what it adds; ``added`` is aligned with ``past``."""
    order = np.argsort(-added, kind="stable")[:count]
    return [(str(ids[past[row]]), float(added[row])) for row in order]
