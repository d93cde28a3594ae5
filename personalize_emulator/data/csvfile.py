"""Reading CSV files by a schema, with the service's words for what does not fit.

Messages: developer guide, "Common error messages"; the row and the value that follow them are
this emulator's addition. Extra columns are ignored and columns are found by name (inferred).
Metadata that does not fit its column counts as null, up to one row in ten; more of it, or any
missing or wrong id or timestamp, fails the import (inferred from AWS's own samples, whose films
without a year are imported into a column that allows no null).
"""

import csv
import io
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from typing import Final

import numpy as np

from personalize_emulator.data.schema import Column, DatasetSchema
from personalize_emulator.data.table import FALSE, TRUE, Array, Table, concatenate, dtype
from personalize_emulator.errors import JobFailed

_CHUNK: Final = 200_000
_TOLERATED: Final = 0.1
_ID_LENGTH: Final = 256
_CATEGORY_LENGTH: Final = 1_000
_NONCONFORMING: Final = (
    "Input csv has rows that do not conform to the dataset schema. Please ensure all required "
    "data fields are present and that they are of the type specified in the schema."
)
_TOO_LONG: Final = (
    "Length cannot be more than {limit} characters for {column}. If no values exceed the "
    "character limit, make sure your data follows the formatting guidelines listed in "
    "https://docs.aws.amazon.com/personalize/latest/dg/data-prep-formatting.html."
)


def read_csv(schema: DatasetSchema, content: bytes, *, source: str) -> Table:
    """Read one file; raises JobFailed with the failureReason.

    Args:
        schema: the dataset's schema.
        content: the file's bytes, UTF-8 with a header row.
        source: the file's address, for messages.
    """
    text = io.TextIOWrapper(io.BytesIO(content), encoding="utf-8", newline="")
    reader = csv.reader(text, escapechar="\\", strict=True)
    try:
        positions = _positions(schema, next(reader, []))
        return concatenate(schema, _chunks(schema, reader, positions, source))
    except UnicodeDecodeError as error:
        msg = f"Input csv {source} is not encoded in UTF-8: {error}."
        raise JobFailed(msg) from error
    except csv.Error as error:
        msg = f"{_NONCONFORMING} In {source}, line {reader.line_num}: {error}."
        raise JobFailed(msg) from error


def _positions(schema: DatasetSchema, header: Sequence[str]) -> list[int]:
    missing = [column.name for column in schema.columns if column.name not in header]
    if missing:
        msg = f"Input CSV is missing the following columns:[{', '.join(missing)}]."
        raise JobFailed(msg)
    return [header.index(column.name) for column in schema.columns]


def _chunks(
    schema: DatasetSchema, rows: Iterable[list[str]], positions: list[int], source: str
) -> Iterator[Table]:
    first_line, chunk = 2, []
    for row in rows:
        if row:
            chunk.append(row)
        if len(chunk) == _CHUNK:
            yield _table(schema, chunk, positions, source, first_line)
            first_line, chunk = first_line + len(chunk), []
    if chunk:
        yield _table(schema, chunk, positions, source, first_line)


def _table(
    schema: DatasetSchema, rows: list[list[str]], positions: list[int], source: str, line: int
) -> Table:
    width = max(positions) + 1
    short = next((number for number, row in enumerate(rows) if len(row) < width), None)
    if short is not None:
        raise _nonconforming(source, line + short, f"only {len(rows[short])} columns")
    columns = {}
    for column, position in zip(schema.columns, positions, strict=True):
        values = [row[position] for row in rows]
        try:
            columns[column.name] = _convert(column, values)
        except ValueError:
            misfits = [n for n, value in enumerate(values) if not _fits(column, value)]
            required = column.name in schema.type.required
            if required or len(misfits) > _TOLERATED * len(values):
                found = f"column {column.name} holds {values[misfits[0]]!r}, not a {column.type}"
                raise _nonconforming(source, line + misfits[0], found) from None
            for number in misfits:
                values[number] = ""
            columns[column.name] = _convert(replace(column, nullable=True), values)
    return Table(schema, columns)


def _nonconforming(source: str, line: int, found: str) -> JobFailed:
    return JobFailed(f"{_NONCONFORMING} In {source}, row {line}: {found}.")


def _convert(column: Column, values: list[str]) -> Array:
    """Return the values as an array; raises ValueError if one does not fit the column."""
    if not column.nullable and not all(values):
        raise ValueError(column.name)
    if column.numeric:
        return _numbers(column, values)
    if column.type == "boolean":
        values = [value.lower() for value in values]
        if not {TRUE, FALSE, ""}.issuperset(values):
            raise ValueError(column.name)
    _check_length(column, max(map(len, values)))
    return np.array(values)


def _numbers(column: Column, values: list[str]) -> Array:
    if column.type in {"int", "long"}:
        whole = np.array([int(value) if value else None for value in values], dtype=object)
        if dtype(column) == "i8":
            return whole.astype(np.int64)
        return whole.astype(np.float64)
    return np.array([float(value) if value else np.nan for value in values])


def _check_length(column: Column, longest: int) -> None:
    limit = _limit(column)
    if limit and longest > limit:
        raise JobFailed(_TOO_LONG.format(limit=limit, column=column.name))


def _limit(column: Column) -> int | None:
    if column.name.endswith("_ID"):
        return _ID_LENGTH
    return _CATEGORY_LENGTH if column.categorical else None


def _fits(column: Column, value: str) -> bool:
    try:
        _convert(column, [value])
    except ValueError:
        return False
    return True
