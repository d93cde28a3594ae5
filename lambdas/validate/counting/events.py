"""One pass over events: who, what, when and of which type, as fingerprints and sums.

The parser hashes and casts; what it hands over are five numbers a row. Sorting numbers is what
processors are best at (numpy sorts 10 million in 0.1 s), so counts of users, items, repeats and
duplicates cost less than the parsing.
"""

from collections import Counter
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta

import duckdb
import numpy as np
from numpy.typing import NDArray

from lambdas.validate.counting.fingerprints import Fingerprints, counted, mixed
from lambdas.validate.counting.part import EVENTS, Counted, Part, Wish
from lambdas.validate.counting.runs import Runs
from lambdas.validate.limits import MILLISECONDS_FROM
from lambdas.validate.reading.questions import screen
from lambdas.validate.reading.table import Source, name, text

USERS, THINGS, PAIRS, ROWS = "users", "things", "pairs", "rows"
_BATCH = 4 * 1024 * 1024
_DAY = 24 * 3600
_TYPES_KEPT = 1_000
_SUSPICIOUS = np.uint64(1)


class EventPass:
    """Adds up the blocks of one part."""

    def __init__(self, part: Part, runs: Runs) -> None:
        self._part, self._runs = part, runs
        self._batch = [np.empty(_BATCH, np.uint64) for _ in range(5)]
        self._filled = 0
        self._types: Counter[int] = Counter()
        self._days: NDArray[np.int64] = np.zeros(MILLISECONDS_FROM // _DAY + 1, np.int64)
        self._first, self._last = MILLISECONDS_FROM, -1
        self._choosy = [wish for wish in part.wishes if wish.choices]
        self._left = [0] * len(self._choosy)
        self.rows = 0
        self.suspicious = False

    def sql(self, source: Source) -> str:
        """Return the query whose blocks this pass adds up."""
        time = 'TRY_CAST("TIMESTAMP" AS BIGINT)'
        # A time that is none still tells rows apart; the top bit marks it.
        when = (
            f"CASE WHEN {time} BETWEEN 0 AND {MILLISECONDS_FROM - 1} THEN {time}::UBIGINT "
            f'ELSE hash("TIMESTAMP") | 9223372036854775808::UBIGINT END'
        )
        about = EVENTS[self._part.kind]
        kind = 'hash("EVENT_TYPE")' if "EVENT_TYPE" in source.columns else "0::UBIGINT"
        apart = {"USER_ID", about, "TIMESTAMP", "EVENT_TYPE"}
        rest = ", ".join(name(column) for column in source.columns if column not in apart)
        more = f"hash({rest})" if rest else "0::UBIGINT"
        marks = self._marks(source)
        return (
            f'SELECT hash("USER_ID"), hash({name(about)}), {when}, {kind}, {more}, {marks} '
            f"FROM {source.sql}"
        )

    def _marks(self, source: Source) -> str:
        bits = [screen(self._part.fields, quoted=source.quoted, now=self._part.now)]
        bits += [_takes(wish, source.columns) for wish in self._choosy]
        return " + ".join(
            f"CASE WHEN {bit} THEN {1 << place}::UBIGINT ELSE 0::UBIGINT END"
            for place, bit in enumerate(bits)
        )

    def add(self, block: list[Fingerprints]) -> None:
        """Add a block of rows."""
        *columns, marks = block
        length = len(marks)
        if self._filled + length > _BATCH:
            self._flush()
        end = self._filled + length
        for batch, column in zip(self._batch, columns, strict=True):
            batch[self._filled : end] = column
        self._filled = end
        self.rows += length
        if not self.suspicious:
            self.suspicious = bool((marks & _SUSPICIOUS).any())
        for place in range(len(self._left)):
            bit = np.uint64(2 << place)
            self._left[place] += int(np.count_nonzero(marks & bit))

    def _flush(self) -> None:
        users, things, times, kinds, more = (batch[: self._filled] for batch in self._batch)
        if not self._filled:
            return
        self._add(ROWS, mixed(users, things, times, kinds, more))
        self._add(PAIRS, mixed(users, things))
        self._add(THINGS, things)
        self._add(USERS, users)
        kinds.sort()
        values, counts = counted(kinds)
        self._types.update(dict(zip(values.tolist(), counts.tolist(), strict=True)))
        self._add_times(times)
        self._filled = 0

    def _add(self, name: str, values: Fingerprints) -> None:
        values.sort()
        self._runs.add(name, values)

    def _add_times(self, times: Fingerprints) -> None:
        usable = times[times < np.uint64(MILLISECONDS_FROM)].astype(np.int64)
        if len(usable):
            self._first = min(self._first, int(usable.min()))
            self._last = max(self._last, int(usable.max()))
            days = np.bincount(usable // _DAY)
            self._days[: len(days)] += days

    def finish(self, connection: duckdb.DuckDBPyConnection, source: Source) -> Counted:
        """Return what the rows add up to; the runs are written."""
        self._flush()
        part = self._part
        any_time = self._last >= 0
        types = self._named_types(connection, source)
        left = {wish.name: n for wish, n in zip(self._choosy, self._left, strict=True)}
        return Counted(
            kind=part.kind,
            name=part.name,
            number=part.number,
            rows=self.rows,
            first_time=self._first if any_time else None,
            last_time=self._last if any_time else None,
            by_month=_months(self._days),
            event_types=types,
            trainable=left,
        )

    def _named_types(self, connection: duckdb.DuckDBPyConnection, source: Source) -> dict[str, int]:
        """Return the events of each type; their names are looked up, the first rows first."""
        if "EVENT_TYPE" not in source.columns or not self._types:
            return {}
        wanted = [value for value, _ in self._types.most_common(_TYPES_KEPT)]
        names: dict[int, str] = {}
        for rows in ("LIMIT 100000", ""):
            if all(value in names for value in wanted):
                break
            query = (
                f'SELECT DISTINCT hash("EVENT_TYPE"), coalesce("EVENT_TYPE", \'\') '
                f"FROM (SELECT * FROM {source.sql} {rows})"
            )
            names |= dict(connection.execute(query).fetchall())
        return {names[value]: self._types[value] for value in wanted if names[value]}


def _takes(wish: Wish, columns: Sequence[str]) -> str:
    """Return the condition that an event meets which the solution trains on."""
    return " OR ".join(f"({_meets(*choice, columns)})" for choice in wish.choices)


def _meets(kind: str | None, least: float | None, columns: Sequence[str]) -> str:
    needed = {"EVENT_TYPE": kind, "EVENT_VALUE": least}
    if any(value is not None and column not in columns for column, value in needed.items()):
        return "false"
    conditions = [] if kind is None else [f'"EVENT_TYPE" = {text(kind)}']
    if least is not None:
        conditions.append(f'TRY_CAST("EVENT_VALUE" AS DOUBLE) >= {float(least)!r}')
    return " AND ".join(conditions) or "true"


def _months(days: NDArray[np.int64]) -> dict[str, int]:
    months: Counter[str] = Counter()
    epoch = datetime(1970, 1, 1, tzinfo=UTC)
    for day in np.flatnonzero(days).tolist():
        months[f"{epoch + timedelta(days=day):%Y-%m}"] += int(days[day])
    return dict(months)
