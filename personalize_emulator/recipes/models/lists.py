"""The best items of the trained users, worked out before anybody asks.

An answer for a user without new events follows from the training alone, so the training works it
out; serving reads it. A filter takes items out of a list; as long as enough of them stay, the list
still says what a new computation would say.
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from personalize_emulator.recipes.contract import RecommendRequest
from personalize_emulator.recipes.eventlog import Codes, Ints
from personalize_emulator.recipes.models.exploration import Answer, Chances
from personalize_emulator.recipes.store import StoredModel

LENGTH = 100
"""Items of a list; who asks for more gets a computed answer."""

WORK = 100_000_000
"""Scores that are computed for lists, users times items: some ten seconds. Active users first."""


@dataclass(frozen=True)
class Lists:
    """Lists of users.

    Args:
        places: (n_users,) which list is a user's, -1 for none.
        positions: (n_lists, length) items, best first; the first list is for strangers.
        shares: (n_lists, length) their chances.
        rare_shares: (n_lists, n_rare) the chances of the items that may be explored.
        n_items: of the whole catalogue.
    """

    places: Codes
    positions: Codes
    shares: Chances
    rare_shares: Chances
    n_items: int

    @classmethod
    def none(cls, n_items: int) -> "Lists":
        """No lists: every answer is computed."""
        places, positions = np.empty(0, np.int32), np.empty((0, 0), np.int32)
        return cls(places, positions, np.empty((0, 0)), np.empty((0, 0)), n_items)

    @classmethod
    def of(
        cls, lengths: Ints, answer: Callable[[int | None, int], Answer], n_items: int
    ) -> "Lists":
        """The lists of as many users as there is time for.

        Args:
            lengths: (n_users,) events of each user.
            answer: what the model says to the user at a position, or to a stranger, in so many
                items.
            n_items: of the whole catalogue.
        """
        rows = np.sort(np.argsort(-lengths, kind="stable")[: WORK // max(1, n_items)])
        places = np.full(len(lengths), _UNLISTED, dtype=np.int32)
        places[rows] = np.arange(1, 1 + len(rows), dtype=np.int32)
        width = min(LENGTH, n_items)
        answers = [answer(row, width) for row in (None, *rows.tolist())]
        return cls(
            places,
            np.array([each.positions for each in answers], dtype=np.int32),
            np.array([each.shares for each in answers]),
            np.array([each.rare_shares for each in answers]),
            n_items,
        )

    def find(self, row: int | None, request: RecommendRequest) -> Answer | None:
        """The answer for the user at a position, or a stranger; None if it has to be computed."""
        if not len(self.positions):
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
        return Answer(positions[:count], shares[:count], self.rare_shares[place])

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
_ARRAYS = ("places", "positions", "shares", "rare_shares")
