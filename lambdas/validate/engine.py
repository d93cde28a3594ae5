"""One streaming pass over a CSV file with DuckDB: probes and counts become facts.

Every column is read as text, so that a value that is wrong is a value to report, not a failed read.
Memory is bounded; what does not fit spills into the folder given.
"""

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import duckdb

from lambdas.validate.facts import Facts, Held, Ragged
from lambdas.validate.limits import MILLISECONDS_FROM
from lambdas.validate.probes import Predicate, Probe

_RAGGED_KEPT = 20
_POPULAR_KEPT = 1_000
_MONTHS_KEPT = 600
_EVENT_TYPES_KEPT = 100
_WHOLE = "regexp_full_match({v}, '[+-]?[0-9]+')"
_DATE = r"regexp_full_match({v}, '[0-9]{{4}}[-/][0-9]{{1,2}}[-/][0-9]{{1,2}}.*')"
_SPELLINGS = "('true', 'false', 't', 'f', 'yes', 'no', 'y', 'n', '1', '0')"
# An empty value is the business of EMPTY alone: everywhere else NULL makes a condition not hold.
_CONDITIONS: dict[Predicate, str] = {
    Predicate.EMPTY: "{v} IS NULL",
    Predicate.LONGER_THAN: "length({v}) > {limit}",
    Predicate.HAS_QUOTE: "contains({v}, '\"')",
    Predicate.HAS_NEWLINE: "contains({v}, chr(10))",
    Predicate.NOT_WHOLE: f"NOT {_WHOLE} AND NOT {_DATE}",
    Predicate.NOT_A_NUMBER: "TRY_CAST({v} AS DOUBLE) IS NULL AND {v} IS NOT NULL",
    Predicate.NEGATIVE: "TRY_CAST({v} AS BIGINT) < 0",
    Predicate.MILLISECONDS: f"TRY_CAST({{v}} AS BIGINT) >= {MILLISECONDS_FROM}",
    Predicate.A_DATE: _DATE,
    Predicate.IN_THE_FUTURE: f"TRY_CAST({{v}} AS BIGINT) BETWEEN {{now}} AND {MILLISECONDS_FROM}",
    Predicate.BOOLEAN_MISSPELLED: (
        f"{{v}} NOT IN ('true', 'false') AND lower({{v}}) IN {_SPELLINGS}"
    ),
    Predicate.NOT_BOOLEAN: f"lower({{v}}) NOT IN {_SPELLINGS}",
}


@dataclass(frozen=True, kw_only=True)
class Room:
    """What the engine may use.

    Attributes:
        memory_mib: Memory in MiB.
        spill: Folder for what does not fit.
        threads: Threads of the pass.
    """

    memory_mib: int
    spill: Path
    threads: int = 2


@contextmanager
def table(file: Path, columns: Sequence[str], room: Room) -> Iterator[duckdb.DuckDBPyConnection]:
    """Yield a connection in which the view ``t`` is the file, every column a text."""
    with duckdb.connect() as connection:
        connection.execute(f"SET memory_limit = '{room.memory_mib}MiB'")
        connection.execute(f"SET threads = {room.threads}")
        connection.execute(f"SET temp_directory = '{room.spill}'")
        shape = ", ".join(f"{_text(name)}: 'VARCHAR'" for name in columns)
        connection.execute(
            f"CREATE VIEW t AS SELECT * FROM read_csv({_text(str(file))}, header = true, "
            f"columns = {{{shape}}}, delim = ',', quote = '\"', escape = '\"', nullstr = '', "
            f"auto_detect = false, store_rejects = true, rejects_limit = 100000, "
            "max_line_size = 8000000)"
        )
        yield connection


def read_facts(
    connection: duckdb.DuckDBPyConnection, file: str, probes: Sequence[Probe], *, now: int
) -> Facts:
    """Return rows, probes and ragged lines of the view ``t``.

    Args:
        connection: A connection with the view.
        file: The file's name in messages.
        probes: What to look for.
        now: Unix time in seconds; what is later lies in the future.
    """
    conditions = [_condition(probe, now) for probe in probes]
    counts = ", ".join(f"count_if({condition})" for condition in conditions)
    row = _one(connection, f"SELECT count(*){', ' if counts else ''}{counts} FROM t")
    found = {place: count for place, count in enumerate(row[1:]) if count}
    ragged = _ragged(connection)
    return Facts(
        file=file,
        rows=row[0],
        held={
            place: _first(connection, probes[place], conditions[place], count)
            for place, count in found.items()
        },
        ragged=ragged[:_RAGGED_KEPT],
        ragged_lines=len(ragged),
    )


def _first(connection: duckdb.DuckDBPyConnection, probe: Probe, condition: str, count: int) -> Held:
    """Return where a probe held first; only asked for what was found, so it may cost a pass."""
    line, value = _one(
        connection,
        f"SELECT n + 1, v FROM (SELECT row_number() OVER () AS n, {_name(probe.column)} AS v, "
        f"{condition} AS bad FROM t) WHERE bad ORDER BY n LIMIT 1",
    )
    return Held(count=count, line=line, value=value)


def _ragged(connection: duckdb.DuckDBPyConnection) -> list[Ragged]:
    rows = connection.execute(
        "SELECT line, any_value(error_type), any_value(error_message), any_value(csv_line) "
        "FROM reject_errors GROUP BY line ORDER BY line"
    ).fetchall()
    return [
        Ragged(
            line=line, kind=str(kind), error=str(message or kind).split("\n", 1)[0], text=text or ""
        )
        for line, kind, message, text in rows
    ]


def add_interaction_facts(
    connection: duckdb.DuckDBPyConnection,
    facts: Facts,
    *,
    columns: Sequence[str],
    event_types: Mapping[str, str | None],
) -> Facts:
    """Return the facts with what only interactions have.

    Args:
        connection: A connection with the view ``t``.
        facts: What is known already.
        columns: The file's columns.
        event_types: Event type by solution, None where a solution takes all.
    """
    who, what = "USER_ID", "ITEM_ID" if "ITEM_ID" in columns else "ACTION_ID"
    users, with_two = _one(
        connection,
        f"SELECT count(*), count_if(n > 1) FROM (SELECT count(*) AS n FROM t GROUP BY {who})",
    )
    items = _one(connection, f"SELECT approx_count_distinct({what}) FROM t")[0]
    popular = connection.execute(
        f"SELECT count(*) AS n FROM t GROUP BY {what} ORDER BY n DESC LIMIT {_POPULAR_KEPT}"
    ).fetchall()
    if items < MAX_EXACT:
        items = _one(connection, f"SELECT count(DISTINCT {what}) FROM t")[0]
    pairs = _one(connection, f"SELECT count(*) FROM (SELECT DISTINCT {who}, {what} FROM t)")[0]
    exact = ", ".join(_name(name) for name in columns)
    distinct = _one(connection, f"SELECT count(*) FROM (SELECT DISTINCT {exact} FROM t)")[0]
    types = _counts(connection, "EVENT_TYPE") if "EVENT_TYPE" in columns else {}
    asked = {name: kind for name, kind in event_types.items() if kind is not None}
    return facts.model_copy(
        update={
            "users": users,
            "users_with_two": with_two,
            "items": items,
            "popularity": [n for (n,) in popular],
            "repeats": facts.rows - pairs,
            "duplicates": facts.rows - distinct,
            "event_types": types,
            "trainable": {name: types.get(kind, 0) for name, kind in asked.items()},
            **_time_facts(connection),
        }
    )


MAX_EXACT = 50_000_000


def _time_facts(connection: duckdb.DuckDBPyConnection) -> dict[str, object]:
    seconds = "TRY_CAST(TIMESTAMP AS BIGINT)"
    first, last = _one(connection, f"SELECT min({seconds}), max({seconds}) FROM t")
    usable = f"{seconds} BETWEEN 0 AND {MILLISECONDS_FROM - 1}"
    months = connection.execute(
        f"SELECT strftime(to_timestamp({seconds}) AT TIME ZONE 'UTC', '%Y-%m') AS m, count(*) "
        f"FROM t WHERE {usable} GROUP BY m ORDER BY m DESC LIMIT {_MONTHS_KEPT}"
    ).fetchall()
    return {
        "first_time": first,
        "last_time": last,
        "by_month": dict(reversed([(str(month), count) for month, count in months])),
    }


def add_metadata_facts(
    connection: duckdb.DuckDBPyConnection, facts: Facts, *, identity: str
) -> Facts:
    """Return the facts with the number of ids, and of rows that repeat one."""
    ids = _one(connection, f"SELECT count(DISTINCT {_name(identity)}) FROM t")[0]
    return facts.model_copy(update={"items": ids, "repeated_ids": facts.rows - ids})


def compare_items(
    connection: duckdb.DuckDBPyConnection, items: Path, columns: Sequence[str]
) -> tuple[int, int]:
    """Return how many items of ``t`` the items file lacks, and how many of its own are cold."""
    shape = ", ".join(f"{_text(name)}: 'VARCHAR'" for name in columns)
    connection.execute(
        f"CREATE VIEW known AS SELECT DISTINCT ITEM_ID FROM read_csv({_text(str(items))}, "
        f"header = true, columns = {{{shape}}}, delim = ',', quote = '\"', escape = '\"', "
        "nullstr = '', auto_detect = false, ignore_errors = true)"
    )
    seen = "SELECT DISTINCT ITEM_ID FROM t"
    unknown = _one(connection, f"SELECT count(*) FROM ({seen} EXCEPT SELECT ITEM_ID FROM known)")
    cold = _one(connection, f"SELECT count(*) FROM (SELECT ITEM_ID FROM known EXCEPT {seen})")
    return unknown[0], cold[0]


def _counts(connection: duckdb.DuckDBPyConnection, column: str) -> dict[str, int]:
    rows = connection.execute(
        f"SELECT {column}, count(*) AS n FROM t WHERE {column} IS NOT NULL "
        f"GROUP BY {column} ORDER BY n DESC LIMIT {_EVENT_TYPES_KEPT}"
    ).fetchall()
    return {str(value): count for value, count in rows}


def _condition(probe: Probe, now: int) -> str:
    return _CONDITIONS[probe.predicate].format(v=_name(probe.column), limit=probe.limit, now=now)


def _one(connection: duckdb.DuckDBPyConnection, query: str) -> tuple[int, ...]:
    # To the end: only then are a scan's rejected lines on record.
    [row] = connection.execute(query).fetchall()
    return tuple(row)


def _name(column: str) -> str:
    return '"' + column.replace('"', '""') + '"'


def _text(value: str) -> str:
    return "'" + value.replace("'", "''") + "'"
