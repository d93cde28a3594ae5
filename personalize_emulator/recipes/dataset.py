"""The data folder of a training job, read into what models fit."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from personalize_emulator.recipes.errors import InvalidJob
from personalize_emulator.recipes.eventlog import EventLog, Strings

Columns = Mapping[str, NDArray[Any]]


@dataclass(frozen=True)
class Table:
    """Rows of the Items or Users dataset, in the order of ``ids``.

    Args:
        ids: (n_rows,) sorted, distinct.
        columns: every other column, each (n_rows,).
        categorical: names of the columns marked categorical; ``|`` separates several values.
        textual: names of the columns marked textual.
    """

    ids: Strings
    columns: Columns
    categorical: frozenset[str] = frozenset()
    textual: frozenset[str] = frozenset()

    def without(self, names: frozenset[str]) -> "Table":
        """The table without some columns."""
        kept = {name: column for name, column in self.columns.items() if name not in names}
        return replace(self, columns=kept)


@dataclass(frozen=True)
class Dataset:
    """All that a recipe may learn from."""

    log: EventLog
    items: Table | None = None
    users: Table | None = None
    notices: tuple[str, ...] = field(default=())

    def with_log(self, log: EventLog) -> "Dataset":
        """The same items and users with other events."""
        return replace(self, log=log)


def read_columns(folder: Path) -> dict[str, NDArray[Any]]:
    """Every ``.npy`` of a dataset's folder, by column name.

    Raises:
        InvalidJob: columns differ in length.
    """
    columns = {
        path.stem: np.load(path, allow_pickle=False) for path in sorted(folder.glob("*.npy"))
    }
    lengths = {name: len(column) for name, column in columns.items()}
    if len(set(lengths.values())) > 1:
        raise InvalidJob(f"columns of the {folder.name} dataset differ in length: {lengths}")
    return columns


def read_table(folder: Path, key: str, schema: Mapping[str, Any]) -> Table | None:
    """The Items or Users dataset, its last row winning where an id comes twice; None if absent."""
    columns = read_columns(folder)
    if key not in columns:
        return None
    ids, last = np.unique(columns.pop(key)[::-1], return_index=True)
    rows = {name: column[::-1][last] for name, column in columns.items()}
    return Table(ids, rows, marked(schema, "categorical"), marked(schema, "textual"))


def marked(schema: Mapping[str, Any], mark: str) -> frozenset[str]:
    """Fields of an Avro schema that carry ``"categorical": true`` or ``"textual": true``."""
    return frozenset(column["name"] for column in schema.get("fields", ()) if column.get(mark))
