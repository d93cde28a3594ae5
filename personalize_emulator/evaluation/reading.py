"""CSV files of a data scientist as a dataset, without a schema: types are read off the values.

A column whose every value is a number is numeric, every other one is text with ``|`` between
several values, as in the service's categorical columns. Which column holds prose can't be read off
its values: the caller names it.
"""

import csv
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from personalize_emulator.data.csvfile import read_csv
from personalize_emulator.data.schema import DATASET_TYPES, Column, DatasetSchema
from personalize_emulator.data.table import Table as CsvTable
from personalize_emulator.errors import JobFailed
from personalize_emulator.evaluation.opening import NotCsv, check_separator, text_of
from personalize_emulator.recipes.dataset import Dataset, Table
from personalize_emulator.recipes.selection import context_columns, event_rules, select_events
from personalize_emulator.training.data import distinct

MILLISECONDS_FROM = 100_000_000_000
"""Seconds stay below this until the year 5138; milliseconds have been above it since 1973."""

_TIMES = frozenset({"TIMESTAMP", "CREATION_TIMESTAMP"})


class UnreadableData(Exception):  # noqa: N818 - what it says is the message
    """A file is missing, or is not what a dataset looks like; the message says which and why."""


@dataclass(frozen=True)
class Sources:
    """Where the data lies and what of it counts.

    Args:
        interactions: the CSV file of events.
        items: the CSV file of items, if there is one.
        users: the CSV file of users, if there is one.
        text: columns of the items that hold prose.
        left_out: columns that no recipe may see.
        event_type: the one event type to train on; None for all.
        threshold: the least EVENT_VALUE of an event; None for any.
    """

    interactions: Path
    items: Path | None = None
    users: Path | None = None
    text: frozenset[str] = frozenset()
    left_out: frozenset[str] = frozenset()
    event_type: str | None = None
    threshold: float | None = None


def read_dataset(sources: Sources) -> Dataset:
    """Everything that recipes may learn from.

    Raises:
        UnreadableData: says which file, row and column is wrong.
    """
    files = {
        kind: _read(kind, path)
        for kind, path in (
            ("INTERACTIONS", sources.interactions),
            ("ITEMS", sources.items),
            ("USERS", sources.users),
        )
        if path is not None
    }
    _refuse_left_out(sources, files)
    files = {kind: _visible(columns, sources) for kind, columns in files.items()}
    columns = files["INTERACTIONS"]
    _refuse_missing(sources, columns)
    items, users = (
        _table(kind, key, files[kind], sources) if kind in files else None
        for kind, key in (("ITEMS", "ITEM_ID"), ("USERS", "USER_ID"))
    )
    config = {} if sources.threshold is None else {"eventValueThreshold": str(sources.threshold)}
    log = select_events(
        columns,
        event_rules(sources.event_type, config),
        catalogue=None if items is None else items.ids,
        contexts=context_columns(columns),
    )
    return Dataset(log, items, users)


def _refuse_left_out(sources: Sources, files: Mapping[str, Mapping[str, Any]]) -> None:
    """Raise where a column can't be left out, or where there is none of the name."""
    if needed := sources.left_out & {"USER_ID", "ITEM_ID", "TIMESTAMP"}:
        raise UnreadableData(f"{', '.join(sorted(needed))} can't be left out")
    there = {name for columns in files.values() for name in columns}
    if unknown := sources.left_out - there:
        raise UnreadableData(
            f"there is no column {', '.join(sorted(unknown))} to leave out; there are:"
            f" {', '.join(sorted(there))}"
        )
    if sources.text and "ITEMS" not in files:
        raise UnreadableData(f"{', '.join(sorted(sources.text))}: prose is read from the items")


def _refuse_missing(sources: Sources, columns: Mapping[str, NDArray[Any]]) -> None:
    """Raise where the selection asks for a column or a type that the data does not have."""
    for name, wanted in (("EVENT_TYPE", sources.event_type), ("EVENT_VALUE", sources.threshold)):
        if wanted is not None and name not in columns:
            raise UnreadableData(f"{sources.interactions} has no column {name}")
    if sources.event_type is not None and sources.event_type not in columns["EVENT_TYPE"]:
        there = ", ".join(np.unique(columns["EVENT_TYPE"]).tolist())
        raise UnreadableData(f"there is no event type {sources.event_type!r}; there are: {there}")


def _visible(columns: dict[str, NDArray[Any]], sources: Sources) -> dict[str, NDArray[Any]]:
    return {name: column for name, column in columns.items() if name not in sources.left_out}


def _table(kind: str, key: str, columns: dict[str, NDArray[Any]], sources: Sources) -> Table:
    ids = columns.pop(key)
    texts = frozenset(name for name, column in columns.items() if column.dtype.kind == "U")
    if missing := sources.text - columns.keys() if kind == "ITEMS" else None:
        raise UnreadableData(
            f"{sources.items} has no column {', '.join(sorted(missing))}; it has:"
            f" {', '.join(columns)}"
        )
    order = np.argsort(ids, kind="stable")
    rows = {name: column[order] for name, column in columns.items()}
    return Table(ids[order], rows, texts - sources.text, texts & sources.text)


def _read(kind: str, path: Path) -> dict[str, NDArray[Any]]:
    try:
        raw = path.read_bytes()
    except OSError as error:
        raise UnreadableData(f"{path} can't be read: {error.strerror}") from error
    try:
        content = text_of(path, raw)
        header = _header(path, content)
        check_separator(path, header)
        schema = _guessed(kind, path, header)
        table = read_csv(schema, content, source=str(path))
    except (JobFailed, NotCsv) as error:
        raise UnreadableData(str(error)) from error
    _refuse_milliseconds(path, table)
    if not len(table):
        raise UnreadableData(f"{path} has a header and no rows")
    return {name: _typed(name, column) for name, column in _unique(table).columns.items()}


def _unique(table: CsvTable) -> CsvTable:
    return table.latest() if table.schema.type.keys else distinct(table)


def _refuse_milliseconds(path: Path, table: CsvTable) -> None:
    """Raise where a time is none in seconds: it would be read as one thousands of years ahead."""
    for name in _TIMES & table.columns.keys():
        times = _typed(name, table.columns[name])
        if times.dtype.kind in "if" and (rows := np.flatnonzero(times >= MILLISECONDS_FROM)).size:
            raise UnreadableData(
                f"{path}, row {rows[0] + 2}: column {name} holds"
                f" {int(times[rows[0]])}, which is in milliseconds; allowed are whole seconds"
                " since 1970 (UTC): divide by 1,000"
            )


def _header(path: Path, content: bytes) -> Sequence[str]:
    if not content.strip():
        raise UnreadableData(f"{path} is empty")
    first = content.split(b"\n", 1)[0].decode("utf-8", errors="replace").strip("\r")
    try:
        return next(csv.reader([first]), [])
    except csv.Error as error:
        raise UnreadableData(f"{path} has no header of a CSV file: {error}") from error


def _guessed(kind: str, path: Path, header: Sequence[str]) -> DatasetSchema:
    """A schema of the header's columns, all of them text but those with a prescribed type."""
    described = DATASET_TYPES[kind]
    missing = [name for name in described.required if name not in header]
    if missing:
        raise UnreadableData(
            f"{path} has no column {', '.join(missing)}; its header is: {', '.join(header)}"
        )
    columns = tuple(
        Column(
            name,
            described.required.get(name, "string"),
            nullable=name not in described.required,
        )
        for name in header
    )
    return DatasetSchema(described, columns, {})


def _typed(name: str, column: NDArray[Any]) -> NDArray[Any]:
    """Numbers where all values are numbers; an empty value is a null."""
    if column.dtype.kind != "U" or name.endswith("_ID"):
        return column
    try:
        return np.where(column == "", "nan", column).astype(np.float64)
    except ValueError:
        return column
