"""One pass over events: who, what, when and of which type, as fingerprints and sums.

The parser hashes and casts; what it hands over are five numbers a row. Sorting numbers is what
processors are best at (numpy sorts 10 million in 0.1 s), so counts of users, items, repeats and
duplicates cost less than the parsing.
"""

from collections import Counter
from collections.abc import Sequence

import duckdb
import numpy as np

from lambdas.validate.counting.fingerprints import Fingerprints, mixed, mixed_on
from lambdas.validate.counting.part import EVENTS, Counted, Part, Wish
from lambdas.validate.counting.runs import Runs
from lambdas.validate.counting.tallies import Batches, Times, tally
from lambdas.validate.limits import MILLISECONDS_FROM
from lambdas.validate.reading.questions import number, screen
from lambdas.validate.reading.table import Source, name, text

USERS, THINGS, PAIRS, ROWS = "users", "things", "pairs", "rows"
_TYPES_KEPT = 1_000
_SECONDS = '"TIMESTAMP in seconds"'
# Beyond any time: what is at least this is a time with a mark, or none.
_DOUBT = np.uint64(1 << 40)


class EventPass:
    """Adds up the blocks of one part."""

    def __init__(self, part: Part, runs: Runs) -> None:
        self._part = part
        self._batches = Batches(runs, ROWS, THINGS, USERS)
        self._pairs = Batches(runs, PAIRS)
        self._followed = np.uint64(2**64 // part.one_pair_in - 1)
        self._types: Counter[int] = Counter()
        self._times = Times()
        choosy = [wish for wish in part.wishes if wish.choices]
        self._by_type = [wish for wish in choosy if _is_by_type(wish)]
        self._by_value = [wish for wish in choosy if not _is_by_type(wish)]
        self._left = [0] * len(self._by_value)
        self.rows = self.followed = 0
        self.suspicious = False

    def sql(self, source: Source) -> str:
        """Return the query whose blocks this pass adds up: user, thing, time, type, others, marks.

        The last two are there only if anything is to be said in them.
        """
        about = EVENTS[self._part.kind]
        columns = ["USER_ID", about]
        asked = [f"hash({name(column)})" for column in columns]
        asked.append(self._when(source))
        asked.append('hash("EVENT_TYPE")' if "EVENT_TYPE" in source.columns else "0::UBIGINT")
        apart = {*columns, "TIMESTAMP", "EVENT_TYPE"}
        rest = [name(column) for column in source.columns if column not in apart]
        if rest or self._by_value:
            asked.append(f"hash({', '.join(rest)})" if rest else "0::UBIGINT")
        if self._by_value:
            asked.append(self._marks(source))
        # In a query of its own, so that it is computed once.
        numbered = f"(SELECT *, {number('TIMESTAMP')} AS {_SECONDS} FROM {source.sql})"
        return f"SELECT {', '.join(asked)} FROM {numbered}"

    def _when(self, source: Source) -> str:
        """Return the time with a mark on it if any value of the row is doubtful.

        A time that is none still tells rows apart, by a fingerprint with the top bit set.
        """
        sound = screen(
            self._part.fields,
            quoted=source.quoted,
            now=self._part.now,
            numbers={"TIMESTAMP": _SECONDS},
        )
        usable = f"{_SECONDS} BETWEEN 0 AND {MILLISECONDS_FROM - 1}"
        return (
            f"CASE WHEN {sound} AND {usable} THEN {_SECONDS}::UBIGINT "
            f"WHEN {usable} THEN {_SECONDS}::UBIGINT + {int(_DOUBT)} "
            f'ELSE hash("TIMESTAMP") | {1 << 63}::UBIGINT END'
        )

    def _marks(self, source: Source) -> str:
        return " + ".join(
            f"CASE WHEN {_takes(wish, source.columns)} THEN {1 << place}::UBIGINT "
            "ELSE 0::UBIGINT END"
            for place, wish in enumerate(self._by_value)
        )

    def add(self, block: list[Fingerprints]) -> None:
        """Add a block of rows."""
        users, things, marked, kinds, *rest = block
        times = self._unmarked(marked)
        pairs = mixed(users, things)
        rows = mixed_on(pairs, 2, times, kinds, *rest[:1])
        self._batches.add(**{ROWS: rows, THINGS: things, USERS: users})
        self._follow(pairs)
        self._types.update(tally(kinds))
        self._times.add(times)
        self.rows += len(users)
        for place in range(len(self._left)):
            self._left[place] += int(np.count_nonzero(rest[1] & np.uint64(1 << place)))

    def _unmarked(self, marked: Fingerprints) -> Fingerprints:
        """Return the times as the file has them: the marks are ours."""
        if not len(marked) or marked.max() < _DOUBT:
            return marked
        self.suspicious = True
        has_mark = (marked >= _DOUBT) & (marked < 2 * _DOUBT)
        return np.where(has_mark, marked - _DOUBT, marked)

    def _follow(self, pairs: Fingerprints) -> None:
        chosen = pairs if self._part.one_pair_in == 1 else pairs[pairs <= self._followed]
        if len(chosen):
            self._pairs.add(**{PAIRS: chosen})
        self.followed += len(chosen)

    def finish(self, connection: duckdb.DuckDBPyConnection, source: Source) -> Counted:
        """Return what the rows add up to; the runs are written."""
        self._batches.flush()
        self._pairs.flush()
        part = self._part
        types = self._named_types(connection, source)
        left = {wish.name: n for wish, n in zip(self._by_value, self._left, strict=True)}
        left |= {wish.name: self._of_types(wish, connection, source) for wish in self._by_type}
        return Counted(
            kind=part.kind,
            name=part.name,
            number=part.number,
            rows=self.rows,
            first_time=self._times.first,
            last_time=self._times.last,
            by_month=self._times.by_month,
            event_types=types,
            followed=self.followed,
            trainable=left,
        )

    def _of_types(self, wish: Wish, connection: duckdb.DuckDBPyConnection, source: Source) -> int:
        """Return how many events are of a type that a solution takes."""
        if "EVENT_TYPE" not in source.columns:
            return 0
        kinds = {kind for kind, _ in wish.choices}
        hashes = (connection.execute("SELECT hash(?::VARCHAR)", [kind]) for kind in kinds)
        return sum(self._types[row[0]] for one in hashes for row in one.fetchall())

    def _named_types(self, connection: duckdb.DuckDBPyConnection, source: Source) -> dict[str, int]:
        """Return the events of each type; their names are looked up, the first rows first."""
        if "EVENT_TYPE" not in source.columns or not self._types:
            return {}
        wanted = [value for value, _ in self._types.most_common(_TYPES_KEPT)]
        names: dict[int, str] = {}
        for rows in ("LIMIT 10000", ""):
            if all(value in names for value in wanted):
                break
            query = (
                f'SELECT DISTINCT hash("EVENT_TYPE"), coalesce("EVENT_TYPE", \'\') '
                f"FROM (SELECT * FROM {source.sql} {rows})"
            )
            names |= dict(connection.execute(query).fetchall())
        return {names[value]: self._types[value] for value in wanted if names[value]}


def _is_by_type(wish: Wish) -> bool:
    return all(kind is not None and least is None for kind, least in wish.choices)


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
