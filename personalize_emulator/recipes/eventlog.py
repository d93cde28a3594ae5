"""Interactions as models read them: user after user, each user's events oldest first."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace

import numpy as np
from numpy.typing import NDArray

from personalize_emulator.recipes.algorithms.distinct import distinct

Strings = NDArray[np.str_]
Ints = NDArray[np.int64]
Codes = NDArray[np.int32]
Floats = NDArray[np.float32]


@dataclass(frozen=True)
class EventLog:
    """A ragged array of events, one row of events a user.

    Args:
        user_ids: (n_users,) names of the rows.
        item_ids: (n_items,) sorted names of the items; may hold items without events.
        offsets: (n_users + 1,) where each user's events start; the last is n_events.
        items: (n_events,) positions in ``item_ids``.
        times: (n_events,) seconds since 1970, ascending within a user.
        weights: (n_events,) how much an event counts, 1 unless configured.
        types: (n_events,) positions in ``type_names``.
        type_names: the event types, ``("",)`` where the data has none.
        contexts: contextual columns, each (n_events,).
    """

    user_ids: Strings
    item_ids: Strings
    offsets: Ints
    items: Codes
    times: Ints
    weights: Floats
    types: Codes
    type_names: tuple[str, ...] = ("",)
    contexts: Mapping[str, Strings] = field(default_factory=dict)

    @classmethod
    def from_columns(
        cls,
        users: Strings,
        items: Strings,
        times: Ints,
        *,
        weights: Floats | None = None,
        types: Strings | None = None,
        contexts: Mapping[str, Strings] | None = None,
        catalogue: Strings | None = None,
    ) -> "EventLog":
        """Sort columns of equal length, given in any order, into a log.

        Events of one user with equal times keep the order in which they were given. Items of
        ``catalogue`` are known to the log even if nobody has touched them.
        """
        user_ids, user_codes = distinct(users)
        type_names, type_codes = distinct(np.full(len(items), "") if types is None else types)
        known = items if catalogue is None else np.concatenate([items, catalogue])
        item_ids, item_codes = distinct(known)
        order = np.lexsort((times, user_codes))
        counts = np.bincount(user_codes, minlength=len(user_ids))
        return cls(
            user_ids=user_ids,
            item_ids=item_ids,
            offsets=np.concatenate([[0], np.cumsum(counts)]).astype(np.int64),
            items=item_codes[: len(items)][order],
            times=times[order].astype(np.int64),
            weights=_ones(len(items)) if weights is None else weights[order].astype(np.float32),
            types=type_codes[order],
            type_names=tuple(str(name) for name in type_names),
            contexts={name: column[order] for name, column in (contexts or {}).items()},
        )

    @property
    def n_users(self) -> int:
        """Rows of the log."""
        return len(self.user_ids)

    @property
    def n_items(self) -> int:
        """Items known to the log, touched or not."""
        return len(self.item_ids)

    @property
    def n_events(self) -> int:
        """Events of all users."""
        return len(self.items)

    @property
    def lengths(self) -> Ints:
        """(n_users,) events of each user."""
        return np.diff(self.offsets)

    @property
    def rows(self) -> Codes:
        """(n_events,) the user of each event, as a position in ``user_ids``."""
        return np.repeat(np.arange(self.n_users, dtype=np.int32), self.lengths)

    @property
    def ages(self) -> Ints:
        """(n_events,) how many events of the same user are newer."""
        ends = np.repeat(self.offsets[1:], self.lengths)
        return np.asarray(ends - 1 - np.arange(self.n_events))

    def user(self, row: int) -> slice:
        """Where the events of one user lie."""
        return slice(int(self.offsets[row]), int(self.offsets[row + 1]))

    def take(self, rows: Ints) -> "EventLog":
        """The log of some users, in the order given; items keep their positions."""
        lengths = self.lengths[rows]
        starts = np.repeat(self.offsets[rows] - _starts(lengths), lengths)
        return self._pick(rows, lengths, starts + np.arange(int(lengths.sum())))

    def keep(self, mask: NDArray[np.bool_]) -> "EventLog":
        """The log of the events where ``mask`` (n_events,) holds; all users stay, perhaps empty."""
        lengths = np.bincount(self.rows[mask], minlength=self.n_users)
        return self._pick(np.arange(self.n_users), lengths, np.flatnonzero(mask))

    def restrict(self, items: Codes) -> "EventLog":
        """The log over only these items (sorted positions), which become its whole catalogue."""
        places = np.full(self.n_items, -1, dtype=np.int32)
        places[items] = np.arange(len(items), dtype=np.int32)
        kept = self.keep(places[self.items] >= 0)
        return replace(kept, item_ids=self.item_ids[items], items=places[kept.items])

    def _pick(self, rows: Ints, lengths: Ints, events: Ints) -> "EventLog":
        return EventLog(
            user_ids=self.user_ids[rows],
            item_ids=self.item_ids,
            offsets=np.append(_starts(lengths), lengths.sum()).astype(np.int64),
            items=self.items[events],
            times=self.times[events],
            weights=self.weights[events],
            types=self.types[events],
            type_names=self.type_names,
            contexts={name: column[events] for name, column in self.contexts.items()},
        )


def _starts(lengths: Ints) -> Ints:
    return np.asarray(np.cumsum(lengths) - lengths)


def _ones(count: int) -> Floats:
    return np.ones(count, dtype=np.float32)
