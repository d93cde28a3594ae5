"""A dataset's rows as columns: one array a field, kept as one ``.npy`` file a field."""

from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from personalize_emulator.data.schema import Column, DatasetSchema
from personalize_emulator.values import Json

Array = NDArray[Any]
TRUE: Final = "true"
FALSE: Final = "false"


class Table:
    """Columns of equal length, in the schema's order.

    Strings are unicode arrays with "" for null, TIMESTAMP is int64, other numbers are float64
    with nan for null, booleans are the strings ``true`` and ``false``.
    """

    def __init__(self, schema: DatasetSchema, columns: Mapping[str, Array]) -> None:
        self.schema = schema
        self.columns = {column.name: columns[column.name] for column in schema.columns}

    def __len__(self) -> int:
        return len(next(iter(self.columns.values())))

    def __getitem__(self, name: str) -> Array:
        return self.columns[name]

    @classmethod
    def empty(cls, schema: DatasetSchema) -> "Table":
        """Return a table without rows."""
        return cls(schema, {column.name: np.empty(0, dtype(column)) for column in schema.columns})

    @classmethod
    def from_rows(cls, schema: DatasetSchema, rows: Sequence[Mapping[str, Any]]) -> "Table":
        """Build from rows of typed values; a missing or None value is a null."""
        return cls(
            schema,
            {
                column.name: np.array(
                    [_typed(column, row.get(column.name)) for row in rows], dtype(column)
                )
                for column in schema.columns
            },
        )

    def take(self, rows: Array) -> "Table":
        """Return the rows at the positions, or where the mask holds."""
        return Table(self.schema, {name: values[rows] for name, values in self.columns.items()})

    def latest(self) -> "Table":
        """Return the last row of each key; all rows where the type of dataset has no key."""
        keys = self.schema.type.keys
        if not keys or not len(self):
            return self
        _, from_the_end = np.unique(self[keys[0]][::-1], return_index=True)
        return self.take(np.sort(len(self) - 1 - from_the_end))

    def save(self, folder: Path) -> None:
        """Write one ``.npy`` a column into the folder."""
        folder.mkdir(parents=True, exist_ok=True)
        for name, values in self.columns.items():
            np.save(folder / f"{name}.npy", values, allow_pickle=False)

    @classmethod
    def load(cls, schema: DatasetSchema, folder: Path) -> "Table":
        """Map the columns of a folder; columns that the schema gained later are nulls."""
        found = {
            column.name: np.load(folder / f"{column.name}.npy", mmap_mode="r")
            for column in schema.columns
            if (folder / f"{column.name}.npy").exists()
        }
        length = len(next(iter(found.values())))
        return cls(schema, {c.name: found.get(c.name, nulls(c, length)) for c in schema.columns})


def concatenate(schema: DatasetSchema, tables: Iterable[Table]) -> Table:
    """Return all rows of tables of one schema, in order."""
    parts = [Table.empty(schema), *tables]
    return Table(
        schema,
        {c.name: np.concatenate([part[c.name] for part in parts]) for c in schema.columns},
    )


def dtype(column: Column) -> str:
    """Return the kind of array that a column is kept as."""
    if column.name == "TIMESTAMP":
        return "i8"
    return "f8" if column.numeric else "U"


def nulls(column: Column, length: int) -> Array:
    """Return a column of nulls."""
    return np.full(length, np.nan if column.numeric else "")


def _typed(column: Column, value: Json) -> Json:
    if value is None:
        return np.nan if column.numeric else ""
    if isinstance(value, bool):
        return TRUE if value else FALSE
    return value if column.numeric else str(value)
