"""One pass over events: who, what, when and of which type, as fingerprints and sums.

All that is kept of a row are some numbers. Sorting numbers is what processors are best at (numpy
sorts 10 million in 0.1 s), so counts of users, items, repeats and duplicates cost less than the
reading.
"""

from collections.abc import Sequence

import numpy as np

from lambdas.validate.counting.choices import left_by_value
from lambdas.validate.counting.different import Different
from lambdas.validate.counting.fingerprints import (
    Fingerprints,
    fingerprint,
    fingerprints,
    joined,
    mixed,
    mixed_on,
)
from lambdas.validate.counting.part import EVENTS, Counted, Part, Wish
from lambdas.validate.counting.recurring import Recurring
from lambdas.validate.counting.runs import Runs
from lambdas.validate.counting.screen import is_sound
from lambdas.validate.counting.tallies import LARGE_BATCH, Batches, Times
from lambdas.validate.limits import MILLISECONDS_FROM
from lambdas.validate.reading.numbers import Numbers, numbers, signed
from lambdas.validate.reading.table import Room, Source
from lambdas.validate.reading.texts import Block, Texts

USERS, THINGS, PAIRS, ROWS = "users", "things", "pairs", "rows"
_EVENT_TYPE = "EVENT_TYPE"
# Beyond any time: a time stamp that is none still tells rows apart, by its fingerprint.
_NO_TIME = np.uint64(1 << 63)


class EventPass:
    """Adds up blocks of one part."""

    def __init__(self, part: Part, runs: Runs) -> None:
        self._part, self._runs = part, runs
        self._who, self._what = "USER_ID", EVENTS[part.kind]
        apart = {self._who, self._what, "TIMESTAMP", _EVENT_TYPE}
        self._rest = sorted(set(part.columns) - apart)
        self._rows, self._pairs = Batches(runs, ROWS, THINGS), Batches(runs, PAIRS)
        self._users = Batches(runs, USERS, size=LARGE_BATCH)
        self._followed = np.uint64(2**64 // part.one_pair_in - 1)
        choices = (kind for wish in part.wishes for kind, _ in wish.choices)
        self._different = [Different(wish) for wish in part.wishes if _is_by_type(wish)]
        self.types = Recurring(kind for kind in choices if kind is not None)
        self.times = Times()
        self.rows = self.followed = 0
        self.suspicious = False

    @property
    def columns(self) -> Sequence[str]:
        """Return the columns that are added up."""
        return self._part.columns

    def add(self, block: Block, *, screened: bool = True) -> None:
        """Add a block of rows; look for values that may be wrong."""
        texts = block.columns["TIMESTAMP"]
        found = numbers(texts)
        times = _times(texts, found)
        users = fingerprints(block.columns[self._who])
        things = fingerprints(block.columns[self._what])
        kinds = self._kinds(block)
        pairs = mixed(users, things)
        rest = [fingerprints(block.columns[name]) for name in self._rest]
        rows = mixed_on(pairs, 2, times, kinds, *([joined(rest)] if rest else []))
        self._rows.add(**{ROWS: rows, THINGS: things})
        self._users.add(**{USERS: users})
        for taken in self._different:
            taken.add(kinds, rows)
        self._follow(pairs)
        self.times.add(times)
        self.rows += block.rows
        if screened and not self.suspicious:
            known, now = {"TIMESTAMP": found}, self._part.now
            self.suspicious = not is_sound(self._part.fields, block, known, now=now)

    def _kinds(self, block: Block) -> Fingerprints:
        if _EVENT_TYPE not in block.columns:
            return np.zeros(block.rows, np.uint64)
        texts = block.columns[_EVENT_TYPE]
        kinds = fingerprints(texts)
        self.types.add(kinds, texts)
        return kinds

    def _follow(self, pairs: Fingerprints) -> None:
        chosen = pairs if self._part.one_pair_in == 1 else pairs[pairs <= self._followed]
        if len(chosen):
            self._pairs.add(**{PAIRS: chosen})
        self.followed += len(chosen)

    def close(self) -> None:
        """Write the last runs."""
        for batches in (self._rows, self._users, self._pairs):
            batches.flush()
        for taken in self._different:
            taken.write(self._runs)

    def absorb(self, other: "EventPass") -> None:
        """Take over what another closed pass over the same part has added up."""
        self.types.absorb(other.types)
        self.times.absorb(other.times)
        self.rows += other.rows
        self.followed += other.followed
        self.suspicious = self.suspicious or other.suspicious

    def counted(self, source: Source, room: Room) -> Counted:
        """Return what the rows add up to; some of it has to be asked of their source."""
        part = self._part
        by_value = [wish for wish in part.wishes if wish.choices and not _is_by_type(wish)]
        left = {wish.name: self._of_types(wish) for wish in part.wishes if _is_by_type(wish)}
        return Counted(
            kind=part.kind,
            name=part.name,
            number=part.number,
            rows=self.rows,
            first_time=self.times.first,
            last_time=self.times.last,
            by_month=self.times.by_month,
            event_types=self.types.by_name,
            followed=self.followed,
            trainable=left | left_by_value(by_value, source, room),
        )

    def _of_types(self, wish: Wish) -> int:
        """Return how many events are of a type that a solution takes."""
        kinds = {kind for kind, _ in wish.choices if kind is not None}
        return sum(self.types.counts[fingerprint(kind)] for kind in kinds)


def _times(texts: Texts, found: Numbers) -> Fingerprints:
    """Return seconds since 1970, and fingerprints with the top bit set where there are none."""
    usable = found.plain & (found.values < np.uint64(MILLISECONDS_FROM))
    if usable.all():
        return found.values
    times = np.where(usable, found.values, fingerprints(texts) | _NO_TIME)
    for row in _maybe_signed(texts, found):
        time = signed(texts.one(row))
        if time is not None and 0 <= time < MILLISECONDS_FROM:
            times[row] = time
    return times


def _maybe_signed(texts: Texts, found: Numbers) -> Sequence[int]:
    """Return the rows whose time may be written with a sign or with many zeros in front."""
    firsts = texts.held.data[texts.starts]
    rows: list[int] = np.flatnonzero(~found.plain & np.isin(firsts, list(b"+-0"))).tolist()
    return rows


def _is_by_type(wish: Wish) -> bool:
    """Return whether a solution takes some events and leaves others, by their type alone."""
    return bool(wish.choices) and all(
        kind is not None and least is None for kind, least in wish.choices
    )
