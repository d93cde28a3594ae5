"""Columns as terms, and items as vectors of the terms of their own columns."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from personalize_emulator.recipes.algorithms.text import word_vectors, words_of
from personalize_emulator.recipes.dataset import Table
from personalize_emulator.recipes.eventlog import Floats, Strings

DIMENSIONS = 32
BINS = 4
SEPARATOR = "|"
CREATED = "CREATION_TIMESTAMP"
"""Says how old an item is, and nothing about what it is like."""


@dataclass(frozen=True)
class Reading:
    """How the values of one column become terms: numbers by the quarter that they fall into.

    Args:
        name: the column's.
        edges: between the quarters; None for a column of texts.
    """

    name: str
    edges: tuple[float, ...] | None = None

    @classmethod
    def of(cls, name: str, values: NDArray[Any]) -> "Reading":
        """The reading of a column, its quarters taken from its values."""
        if values.dtype.kind in "US":
            return cls(name)
        known = values[~np.isnan(values.astype(np.float64))]
        inner = np.linspace(0, 1, BINS + 1)[1:-1]
        return cls(name, tuple(np.quantile(known, inner).tolist()) if len(known) else ())

    def terms(self, value: str | float) -> list[str]:
        """The terms of one cell; none for a null, or for a text where a number should be."""
        if self.edges is None:
            return [f"{self.name}={part}" for part in str(value).split(SEPARATOR) if part]
        try:
            number = float(value)
        except ValueError:
            return []
        if np.isnan(number):
            return []
        place = int(np.searchsorted(self.edges, number, side="right"))
        return [f"{self.name}=quarter {place + 1}"]


def item_vectors(items: Table | None, item_ids: Strings, dimensions: int = DIMENSIONS) -> Floats:
    """Unit vectors of items, (n_items, at most ``dimensions``); without columns, (n_items, 0).

    Every category, every quarter of a numeric column and every word of a text is a term; terms are
    weighed by rarity and projected (:func:`~.text.word_vectors`).
    """
    if items is None or not items.columns.keys() - {CREATED} or not len(items.ids):
        return np.zeros((len(item_ids), 0), dtype=np.float32)
    written = dict(zip(items.ids.tolist(), describe(items), strict=True))
    return word_vectors([written.get(item_id, ()) for item_id in item_ids.tolist()], dimensions)


def describe(table: Table) -> list[Sequence[str]]:
    """The terms of each row."""
    rows: list[list[str]] = [[] for _ in table.ids]
    for name, values in _described(table).items():
        reading = Reading.of(name, values)
        for row, value in zip(rows, values.tolist(), strict=True):
            row.extend(words_of(value) if name in table.textual else reading.terms(value))
    return list(rows)


def _described(table: Table) -> Mapping[str, NDArray[Any]]:
    return {name: column for name, column in sorted(table.columns.items()) if name != CREATED}
