"""What users have interacted with, for filters: the newest events of each user and type."""

from collections import Counter
from collections.abc import Iterator, Sequence
from typing import Final

import numpy as np
from numpy.typing import NDArray

from personalize_emulator.data.table import Table

NEWEST: Final = 100
"""Events a user and type that filters consider (developer guide, "Filter expressions")."""


class Histories:
    """The bulk interactions of a dataset group, found by user."""

    def __init__(self, table: Table | None, key: str = "ITEM_ID") -> None:
        """Sort the table by user and time; ``key`` names the column of items or actions."""
        if table is None or not len(table):
            self._users: NDArray[np.str_] = np.empty(0, dtype="U1")
            return
        order = np.lexsort((table["TIMESTAMP"], table["USER_ID"]))
        users = table["USER_ID"][order]
        self._users, starts = np.unique(users, return_index=True)
        self._ends = np.append(starts[1:], len(users))
        self._starts = starts
        self._items = table[key][order]
        types = table.columns.get("EVENT_TYPE")
        self._types = None if types is None else np.char.lower(types[order])

    def __len__(self) -> int:
        """Return how many users have interactions."""
        return len(self._users)

    def newest_first(self, user: str | None) -> Iterator[tuple[str, str]]:
        """Return a user's items and event types, newest first."""
        row = int(np.searchsorted(self._users, user)) if user else len(self._users)
        if row >= len(self._users) or self._users[row] != user:
            return
        for event in range(self._ends[row] - 1, self._starts[row] - 1, -1):
            kind = "" if self._types is None else str(self._types[event])
            yield str(self._items[event]), kind

    def users_with(self, event_types: Sequence[str] | None) -> set[str]:
        """Return the users who have events of the types; None means any."""
        if not len(self._users) or event_types is None:
            return {str(user) for user in self._users}
        if self._types is None:
            return set()
        counts = np.cumsum(np.isin(self._types, list(event_types)))
        before = np.where(self._starts > 0, counts[self._starts - 1], 0)
        return {str(user) for user in self._users[counts[self._ends - 1] > before]}


def touched(events: Iterator[tuple[str, str]], event_types: Sequence[str] | None) -> Iterator[str]:
    """Return the items of the newest events of each of the types."""
    seen: Counter[str] = Counter()
    for item, kind in events:
        if event_types is None or kind in event_types:
            seen[kind] += 1
            if seen[kind] <= NEWEST:
                yield item
