"""A user's own file turned into a dataset's, as the pipeline file's ``map:`` says."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import duckdb

from lambdas.shared.map_settings import Constant, DatasetMap, Dated
from lambdas.validate.changing.own_records import QUOTING, own_records
from lambdas.validate.counting.part import BrokenLine, Lines, broken_lines
from lambdas.validate.reading.records import MAX_LINE, Fault
from lambdas.validate.reading.table import Room, engine, name, text

_SHOWN = 80
_EVENT_TYPE = "EVENT_TYPE"


@dataclass(frozen=True, kw_only=True)
class Mapped:
    """A file in the dataset's form, and the way back to the user's lines.

    Attributes:
        file: The new file, with a header.
        columns: Its columns, in the schema's order.
        broken: The first lines of the user's file of which nothing can be made.
        faults: How many lines have each fault.
        dropped: Numbers of the lines that are no records, ascending.
        rows_sql: A query for the user's row (from 0) of each row of the new file.
        header: Whether the user's file has a header.
        room: What the query may use.
    """

    file: Path
    columns: Sequence[str]
    broken: Sequence[BrokenLine]
    faults: Mapping[Fault, int]
    dropped: Sequence[int]
    rows_sql: str
    header: bool
    room: Room = field(repr=False)

    def line(self, row: int) -> int:
        """Return the line of the user's file, from 1, that a row, from 0, was made of."""
        with engine(self.room, in_order=True) as connection:
            found = connection.execute(f"{self.rows_sql} LIMIT 1 OFFSET {row}").fetchone()
        assert found is not None  # noqa: S101 - the row is there
        return Lines(header=self.header, dropped=self.dropped).line(int(found[0]))


def taken_columns(
    mapping: DatasetMap, fields: Sequence[Mapping[str, Any]], there: Sequence[str]
) -> dict[str, str]:
    """Return an SQL expression for each column of the schema that the user's file can fill."""
    taken: dict[str, str] = {}
    for schema_field in fields:
        column = str(schema_field["name"])
        way = mapping.columns.get(column, column)
        if column == _EVENT_TYPE and mapping.event_types:
            taken[column] = "event_type_by_value"
        elif isinstance(way, Constant):
            taken[column] = text(way.value)
        elif isinstance(way, Dated) and way.column in there:
            taken[column] = _seconds(name(way.column), way.date)
        elif isinstance(way, str) and way in there:
            taken[column] = name(way)
    return taken


def _seconds(column: str, written: str) -> str:
    """Return whole seconds; a date that cannot be read stays as it is, and is found later."""
    if written == "iso":
        moment = f"coalesce(TRY_CAST({column} AS TIMESTAMPTZ), NULL)"
    else:
        moment = f"TRY_STRPTIME({column}, {text(written)})"
    return f"coalesce(floor(epoch({moment}))::BIGINT::VARCHAR, {column})"


def map_file(
    raw: Path,
    mapping: DatasetMap,
    fields: Sequence[Mapping[str, Any]],
    there: Sequence[str],
    *,
    header: bool,
    target: Path,
    room: Room,
) -> Mapped:
    """Write the dataset's form of a user's file, or of whole lines of it.

    Args:
        raw: The user's file.
        mapping: What to do with it.
        fields: The schema's fields.
        there: The user's columns.
        header: Whether the first line is the header.
        target: Where the new file goes.
        room: Memory, threads and folder.
    """
    taken = taken_columns(mapping, fields, there)
    records = own_records(raw, mapping, there, header=header, folder=room.folder)
    source = _source(records.file, mapping, there, header=header)
    chosen = ", ".join(f"{way} AS {name(column)}" for column, way in taken.items())
    with engine(room, in_order=True) as connection:
        connection.execute("SET TimeZone = 'UTC'")
        connection.execute(
            f"COPY (SELECT {chosen} FROM {_rows(source, mapping)}) TO {text(str(target))} "
            r"""(FORMAT csv, HEADER true, QUOTE '"', ESCAPE '\', NULLSTR '')"""
        )
        lines = Lines(header=header, dropped=records.dropped)
        unrated, example = _unrated(connection, source, mapping, lines)
    faults = dict(records.faults) | ({Fault.NO_NUMBER: unrated} if unrated else {})
    return Mapped(
        file=target,
        columns=list(taken),
        broken=[*broken_lines(records), *example],
        faults=faults,
        dropped=records.dropped,
        rows_sql=f"SELECT row_before FROM {_rows(source, mapping)}",
        header=header,
        room=room,
    )


def _source(raw: Path, mapping: DatasetMap, there: Sequence[str], *, header: bool) -> str:
    shape = ", ".join(f"{text(column)}: 'VARCHAR'" for column in there)
    quote = "'\"'" if mapping.separator in QUOTING else "''"
    return (
        f"read_csv({text(str(raw))}, header = false, skip = {int(header)}, columns = {{{shape}}}, "
        f"delim = {text(mapping.separator)}, quote = {quote}, escape = {quote}, nullstr = '', "
        f"auto_detect = false, max_line_size = {MAX_LINE}, buffer_size = {2 * MAX_LINE})"
    )


def _rows(source: str, mapping: DatasetMap) -> str:
    """Return the user's rows, each as often as it becomes an event, with its place before."""
    numbered = f"(SELECT row_number() OVER () - 1 AS row_before, * FROM {source})"
    if not mapping.event_types:
        return numbered
    value = f"TRY_CAST({name(mapping.event_types.column)} AS DOUBLE)"
    kinds = ", ".join(
        f"CASE WHEN {value} >= {least!r} THEN {text(kind)} END"
        for kind, least in mapping.event_types.at_least.items()
    )
    return (
        f"(SELECT * FROM (SELECT *, unnest([{kinds}]) AS event_type_by_value FROM {numbered}) "
        "WHERE event_type_by_value IS NOT NULL)"
    )


def _unrated(
    connection: duckdb.DuckDBPyConnection, source: str, mapping: DatasetMap, lines: Lines
) -> tuple[int, list[BrokenLine]]:
    """Return how many rows have no number where event types come from, and the first of them."""
    if not mapping.event_types:
        return 0, []
    column = name(mapping.event_types.column)
    count, row, value = connection.execute(
        f"SELECT count(*), min(row_before), arg_min({column}, row_before) "
        f"FROM (SELECT row_number() OVER () - 1 AS row_before, {column} FROM {source}) "
        f"WHERE {column} IS NOT NULL AND TRY_CAST({column} AS DOUBLE) IS NULL"
    ).fetchone() or (0, 0, "")
    detail = f"{str(value)[:_SHOWN]!r} in the column {mapping.event_types.column} is no number"
    first = {"fault": Fault.NO_NUMBER, "detail": detail, "text": ""}
    return count, [BrokenLine(line=lines.line(row), **first)] if count else []
