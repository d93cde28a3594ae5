"""What the model remembers of each user."""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np
from numpy.typing import NDArray

from personalize_emulator.recipes.contract import LiveEvent
from personalize_emulator.recipes.eventlog import Codes, EventLog, Ints, Strings
from personalize_emulator.recipes.models.catalogue import Index
from personalize_emulator.recipes.store import StoredModel

REMEMBERED = 1_000
"""The newest events kept of each user."""


@dataclass(frozen=True)
class Histories:
    """Items of every trained user, oldest first.

    Args:
        user_ids: (n_users,) sorted.
        offsets: (n_users + 1,) where each user's items start.
        items: (n_events,) positions of items.
    """

    user_ids: Strings
    offsets: Ints
    items: Codes

    @classmethod
    def of(cls, log: EventLog) -> "Histories":
        """The newest events of each user of a log."""
        recent = log.keep(log.ages < REMEMBERED)
        order = np.argsort(recent.user_ids)
        ordered = recent.take(order)
        return cls(ordered.user_ids, ordered.offsets, ordered.items)

    def read(self, row: int | None, events: Sequence[LiveEvent], catalogue: Index) -> Codes:
        """The items of the user at a position: what was trained on, then what came since."""
        past = self.items[:0] if row is None else self.row(row)
        if not events:
            return past
        return np.concatenate([past, catalogue.find_all(event.item_id for event in events)])

    def find(self, user_id: str | None) -> int | None:
        """The position of a user; None for strangers."""
        return None if user_id is None else self._users.find(user_id)

    @cached_property
    def _users(self) -> Index:
        return Index(self.user_ids)

    def length(self, row: int | None) -> int:
        """How many events are remembered of the user at a position; none of a stranger."""
        return 0 if row is None else int(self.offsets[row + 1] - self.offsets[row])

    def row(self, row: int) -> Codes:
        """The items of the user at a position."""
        return self.items[self.offsets[row] : self.offsets[row + 1]]

    def dismantle(self) -> dict[str, NDArray[Any]]:
        """Arrays to be stored."""
        return {
            "user_ids": self.user_ids,
            "history_offsets": self.offsets,
            "history_items": self.items,
        }

    @classmethod
    def restore(cls, stored: StoredModel) -> "Histories":
        """The histories of a stored model."""
        names = ("user_ids", "history_offsets", "history_items")
        return cls(*(stored.arrays[name] for name in names))
