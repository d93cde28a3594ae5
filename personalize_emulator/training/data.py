"""The data folder of a training: all rows of a dataset group, as one ``.npy`` a column."""

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from personalize_emulator.data.records import Record, table_of
from personalize_emulator.data.schema import DatasetSchema
from personalize_emulator.data.table import Table, concatenate


@dataclass(frozen=True)
class Snapshot:
    """A dataset at one moment: its schema, its bulk data and what was put one by one."""

    schema: DatasetSchema
    bulk: Table | None
    records: list[Record]

    def table(self) -> Table:
        """Return all rows; of equal keys the latest, of equal interactions one."""
        parts = [] if self.bulk is None else [self.bulk]
        whole = concatenate(self.schema, [*parts, table_of(self.schema, self.records)])
        return whole.latest() if self.schema.type.keys else distinct(whole)


def distinct(table: Table) -> Table:
    """Return each row once, in the order of first appearance."""
    if not len(table):
        return table
    codes = np.zeros(len(table), dtype=np.int64)
    for values in table.columns.values():
        _, column_codes = np.unique(values, return_inverse=True)
        _, codes = np.unique(
            codes * (int(column_codes.max()) + 1) + column_codes, return_inverse=True
        )
    _, first = np.unique(codes, return_index=True)
    return table.take(np.sort(first)) if len(first) < len(table) else table


def write_data(folder: Path, tables: Mapping[str, Table]) -> None:
    """Write each dataset's table into its subfolder."""
    for table in tables.values():
        table.save(folder / table.schema.type.folder)
