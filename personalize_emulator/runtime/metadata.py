"""Metadata of items, users or actions, aligned with a model's ids and indexed for filters."""

from functools import cached_property
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from personalize_emulator.data.schema import Column
from personalize_emulator.data.table import Table

Mask = NDArray[np.bool_]
_KEPT_MASKS: Final = 4096


class Metadata:
    """The rows of a dataset's table for given ids; ids without a row have nulls everywhere."""

    def __init__(self, ids: NDArray[np.str_], table: Table | None) -> None:
        """Align ``table`` with ``ids`` (n_ids,)."""
        self.ids = ids
        self._table = table if table is not None and len(table) else None
        self._masks: dict[tuple[str, str], Mask] = {}
        self._coded: dict[str, tuple[NDArray[np.int64], dict[str, list[int]], int]] = {}
        self._numbers: dict[str, NDArray[np.float64]] = {}

    @cached_property
    def positions(self) -> dict[str, int]:
        """Where each id lies in ``ids``."""
        return {str(name): position for position, name in enumerate(self.ids)}

    @cached_property
    def _rows(self) -> NDArray[np.int64]:
        """(n_ids,) the table's row of each id, -1 where it has none."""
        if self._table is None:
            return np.full(len(self.ids), -1)
        names = self._table[self._table.schema.type.keys[0]]
        order = np.argsort(names, kind="stable")
        found = np.minimum(np.searchsorted(names[order], self.ids), len(names) - 1)
        rows = order[found]
        return np.where(names[rows] == self.ids, rows, -1)

    def column(self, field: str) -> Column | None:
        """Return a column by its name in any case; None if there is none."""
        columns = self._table.schema.columns if self._table is not None else ()
        return next((column for column in columns if column.name.upper() == field), None)

    def numbers(self, field: str) -> NDArray[np.float64] | None:
        """(n_ids,) a numeric column, nan for null; None if the column is no number."""
        if (numbers := self._numbers.get(field)) is not None:
            return numbers
        column = self.column(field)
        if column is None or not column.numeric or self._table is None:
            return None
        values = self._table[column.name].astype(np.float64)
        self._numbers[field] = np.where(self._rows >= 0, values[self._rows], np.nan)
        return self._numbers[field]

    def holding(self, field: str, value: str) -> Mask:
        """(n_ids,) which rows have the value in a string column, alone or between ``|``."""
        key = field, value
        if (mask := self._masks.get(key)) is None:
            if len(self._masks) >= _KEPT_MASKS:
                self._masks.clear()
            mask = self._masks[key] = self._find(field, value)
        return mask

    def _find(self, field: str, value: str) -> Mask:
        codes, having, count = self._codes(field)
        chosen = np.zeros(count + 1, dtype=bool)
        chosen[having.get(value, [])] = True
        return np.asarray(chosen[codes])

    def _codes(self, field: str) -> tuple[NDArray[np.int64], dict[str, list[int]], int]:
        """Number the distinct strings of a column, and list which of them have each category."""
        if field not in self._coded:
            column = self.column(field)
            if column is None or self._table is None:
                return np.zeros(len(self.ids), dtype=np.int64), {}, 0
            distinct, codes = np.unique(self._table[column.name], return_inverse=True)
            having: dict[str, list[int]] = {}
            for code, text in enumerate(distinct):
                for part in set(str(text).split("|")) | {str(text)} if text else ():
                    having.setdefault(part, []).append(code)
            aligned = np.where(self._rows >= 0, codes[self._rows], len(distinct))
            self._coded[field] = aligned, having, len(distinct)
        return self._coded[field]

    def value(self, name: str, field: str) -> str | float | None:
        """Return one id's value in a column; None for null, unknown ids and unknown columns."""
        column = self.column(field)
        position = self.positions.get(name)
        if column is None or position is None or self._table is None:
            return None
        row = int(self._rows[position])
        return plain(column, self._table[column.name][row]) if row >= 0 else None


def plain(column: Column, value: Any) -> str | float | None:  # noqa: ANN401 - a numpy scalar
    """Return a cell as a Python value; None for null."""
    if column.numeric:
        return None if np.isnan(value) else float(value)
    return str(value) or None


def shown(column: Column, value: str | float | None) -> str:
    """Return a cell as answers show it: whole numbers without a fraction, null as ""."""
    if value is None:
        return ""
    if column.type in {"int", "long"} and isinstance(value, float):
        return str(int(value))
    return str(value)
