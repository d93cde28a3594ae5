"""What filters and answers know of one dataset group, beside its models."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from itertools import chain, count
from typing import Final

import numpy as np
from numpy.typing import NDArray

from personalize_emulator.data.table import Table
from personalize_emulator.runtime.histories import Histories, touched
from personalize_emulator.runtime.live import LiveLog
from personalize_emulator.runtime.metadata import Metadata

Mask = NDArray[np.bool_]
Value = str | float | None
_numbers: Final = count(1)


@dataclass
class GroupData:
    """The tables of a dataset group, indexed when they are first asked for.

    Args:
        tables: rows by dataset type, bulk data and what was put one by one.
        live: the live events of the group.
        live_actions: the live action interactions of the group.
        number: tells these tables from those of another moment.
    """

    tables: Mapping[str, Table]
    live: LiveLog
    live_actions: LiveLog
    number: int = field(default_factory=_numbers.__next__)
    _aligned: dict[tuple[str, int], Metadata] = field(default_factory=dict)

    def metadata(self, kind: str, ids: NDArray[np.str_]) -> Metadata:
        """Return a dataset's metadata aligned with a model's ids (which must not change)."""
        key = kind, id(ids)
        if key not in self._aligned:
            self._aligned[key] = Metadata(ids, self.tables.get(kind))
        return self._aligned[key]

    def described(self, names: Sequence[str]) -> Metadata:
        """Return the metadata of a few items, whether a model knows them or not."""
        ids, table = np.array(names, dtype="U"), self.tables.get("ITEMS")
        rows = [self.items.positions[name] for name in names if name in self.items.positions]
        return Metadata(ids, None if table is None else table.take(np.array(rows, dtype=np.int64)))

    def index(self) -> None:
        """Index now what filters will ask for."""
        for metadata in (self.users, self.items):
            len(metadata.positions)
        for histories in (self.histories, self.action_histories):
            len(histories)

    @cached_property
    def users(self) -> Metadata:
        """The metadata of all users in the Users dataset."""
        table = self.tables.get("USERS")
        return Metadata(np.empty(0, "U1") if table is None else table["USER_ID"], table)

    @cached_property
    def items(self) -> Metadata:
        """The metadata of all items in the Items dataset."""
        table = self.tables.get("ITEMS")
        return Metadata(np.empty(0, "U1") if table is None else table["ITEM_ID"], table)

    @cached_property
    def histories(self) -> Histories:
        """Who has interacted with which items."""
        return Histories(self.tables.get("INTERACTIONS"))

    @cached_property
    def action_histories(self) -> Histories:
        """Who has interacted with which actions."""
        return Histories(self.tables.get("ACTION_INTERACTIONS"), "ACTION_ID")


def _events(histories: Histories, live: LiveLog, user: str | None) -> Iterator[tuple[str, str]]:
    fresh = ((event.item_id, event.event_type.lower()) for event in reversed(live.since(user, 0)))
    return chain(fresh, histories.newest_first(user))


@dataclass(frozen=True)
class CandidateFacts:
    """Items or actions as a filter's candidates, for one user and perhaps one current item."""

    data: GroupData
    metadata: Metadata
    user_id: str | None
    item_id: str | None = None
    actions: bool = False

    @property
    def size(self) -> int:
        """How many candidates there are."""
        return len(self.metadata.ids)

    @property
    def holding(self) -> Callable[[str, str], Mask]:
        """Tell which candidates have a value in a string field."""
        return self.metadata.holding

    @property
    def numbers(self) -> Callable[[str], NDArray[np.float64] | None]:
        """Return a numeric field of all candidates."""
        return self.metadata.numbers

    def touched(self, event_types: Sequence[str] | None) -> Mask:
        """Tell which candidates the user has interacted with."""
        histories = self.data.action_histories if self.actions else self.data.histories
        live = self.data.live_actions if self.actions else self.data.live
        mask = np.zeros(self.size, dtype=bool)
        positions = self.metadata.positions
        for name in touched(_events(histories, live, self.user_id), event_types):
            if (position := positions.get(name)) is not None:
                mask[position] = True
        return mask

    def user(self, field: str) -> Value:
        """Return a field of the current user."""
        return self.data.users.value(self.user_id, field) if self.user_id else None

    def item(self, field: str) -> Value:
        """Return a field of the current item."""
        return self.data.items.value(self.item_id, field) if self.item_id else None


@dataclass(frozen=True)
class UserFacts:
    """Users as a filter's candidates, for user segments."""

    data: GroupData
    metadata: Metadata

    @property
    def size(self) -> int:
        """How many candidates there are."""
        return len(self.metadata.ids)

    @property
    def holding(self) -> Callable[[str, str], Mask]:
        """Tell which users have a value in a string field."""
        return self.metadata.holding

    @property
    def numbers(self) -> Callable[[str], NDArray[np.float64] | None]:
        """Return a numeric field of all users."""
        return self.metadata.numbers

    def touched(self, event_types: Sequence[str] | None) -> Mask:
        """Tell which users have events of the types."""
        found = self.data.histories.users_with(event_types)
        return np.array([str(user) in found for user in self.metadata.ids], dtype=bool)

    def user(self, field: str) -> Value:
        """A segment has no current user."""
        del field
        return None

    def item(self, field: str) -> Value:
        """A segment has no current item."""
        del field
        return None
