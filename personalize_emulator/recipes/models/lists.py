"""The best items of the trained users, worked out before anybody asks.

An answer for a user without new events follows from the training alone, so the training works it
out; serving reads it. A filter takes items out of a list; as long as enough of them stay, the list
still says what a new computation would say.
"""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from personalize_emulator.recipes.contract import RecommendRequest
from personalize_emulator.recipes.eventlog import Codes, Floats
from personalize_emulator.recipes.models.catalogue import best, chances
from personalize_emulator.recipes.models.histories import Histories
from personalize_emulator.recipes.store import StoredModel

LENGTH = 100
"""Items of a list; who asks for more gets a computed answer."""

WORK = 100_000_000
"""Scores that are computed for lists, users times items: some ten seconds. Active users first."""

Chances = NDArray[np.float64]
Mask = NDArray[np.bool_]


@dataclass(frozen=True)
class Listed:
    """One answer.

    Args:
        positions: of the items, best first.
        shares: their chances.
        untouched: the mean chance of the items that nobody has touched, 0 if there is none; shown
            for those that exploration puts in.
    """

    positions: Codes
    shares: Chances
    untouched: float

    @classmethod
    def of(cls, scores: Floats, untouched: Mask, request: RecommendRequest) -> "Listed":
        """The best of the items by their scores; ``untouched`` (n_items,)."""
        positions, shares = best(scores, request), chances(scores)
        mean = float(shares[untouched].mean()) if untouched.any() else 0.0
        return cls(positions, shares[positions], mean)


@dataclass(frozen=True)
class Lists:
    """Lists of users.

    Args:
        places: (n_users,) which list is a user's, -1 for none.
        positions: (n_lists, length) items, best first; the first list is for strangers.
        shares: (n_lists, length) their chances.
        untouched: (n_lists,) the mean chance of the items that nobody has touched.
        n_items: of the whole catalogue.
    """

    places: Codes
    positions: Codes
    shares: Chances
    untouched: Chances
    n_items: int

    @classmethod
    def none(cls, n_items: int) -> "Lists":
        """No lists: every answer is computed."""
        places, positions = np.empty(0, np.int32), np.empty((0, 0), np.int32)
        return cls(places, positions, np.empty((0, 0)), np.empty(0), n_items)

    @classmethod
    def of(cls, histories: Histories, untouched: Mask, score: Callable[[Codes], Floats]) -> "Lists":
        """The lists of as many users as there is time for.

        Args:
            histories: of all users.
            untouched: (n_items,) whether no event is known of an item.
            score: what a history says about every item.
        """
        n_items = len(score(histories.items[:0]))
        lengths = np.diff(histories.offsets)
        rows = np.sort(np.argsort(-lengths, kind="stable")[: WORK // max(1, n_items)])
        places = np.full(len(lengths), _UNLISTED, dtype=np.int32)
        places[rows] = np.arange(1, 1 + len(rows), dtype=np.int32)
        pasts = [histories.items[:0], *(histories.row(row) for row in rows.tolist())]
        longest = RecommendRequest(num_results=LENGTH)
        answers = [Listed.of(score(past), untouched, longest) for past in pasts]
        width = min(LENGTH, n_items)
        return cls(
            places,
            _stacked((answer.positions for answer in answers), width, np.int32),
            _stacked((answer.shares for answer in answers), width, np.float64),
            np.array([answer.untouched for answer in answers]),
            n_items,
        )

    def find(self, row: int | None, request: RecommendRequest) -> Listed | None:
        """The answer for the user at a position, or a stranger; None if it has to be computed."""
        if request.events or not len(self.positions):
            return None
        place = _STRANGERS if row is None else int(self.places[row])
        if place == _UNLISTED:
            return None
        positions, shares = self.positions[place], self.shares[place]
        if request.allowed is not None:
            kept = request.allowed[positions]
            positions, shares = positions[kept], shares[kept]
        count = request.num_results
        if len(positions) < count and self.positions.shape[1] < self.n_items:
            return None
        return Listed(positions[:count], shares[:count], float(self.untouched[place]))

    def dismantle(self) -> dict[str, NDArray[Any]]:
        """Arrays to be stored; none if there are no lists."""
        if not len(self.positions):
            return {}
        return {f"lists.{name}": getattr(self, name) for name in _ARRAYS}

    @classmethod
    def restore(cls, stored: StoredModel, n_items: int) -> "Lists":
        """The lists of a stored model."""
        if "lists.places" not in stored.arrays:
            return cls.none(n_items)
        arrays = {name: stored.arrays[f"lists.{name}"] for name in _ARRAYS}
        return cls(**arrays, n_items=n_items)


_STRANGERS = 0
_UNLISTED = -1
_ARRAYS = ("places", "positions", "shares", "untouched")


def _stacked(rows: Iterable[NDArray[Any]], width: int, kind: type[Any]) -> NDArray[Any]:
    return np.array(list(rows), dtype=kind).reshape(-1, width)
