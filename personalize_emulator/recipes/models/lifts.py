"""Values of columns, and how each shifts every item."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from personalize_emulator.recipes.algorithms.features import Reading
from personalize_emulator.recipes.eventlog import Codes, Floats, Strings
from personalize_emulator.recipes.models.catalogue import Index
from personalize_emulator.recipes.store import StoredModel


@dataclass(frozen=True)
class Lifts:
    """The shifts of a group of columns.

    Args:
        readings: how each column is read, by its name.
        terms: (n_values,) sorted terms of columns and values.
        rows: (n_values, n_items) logarithms of lifts.
    """

    readings: Mapping[str, Reading]
    terms: Strings
    rows: Floats

    @classmethod
    def none(cls, n_items: int) -> "Lifts":
        """No columns."""
        return cls({}, np.empty(0, dtype=np.str_), np.zeros((0, n_items), dtype=np.float32))

    def find(self, cells: Iterable[tuple[str, str]]) -> Codes:
        """Positions of the values of some cells, columns and values; unknown ones say nothing."""
        terms = [
            term
            for name, value in cells
            if name in self.readings
            for term in self.readings[name].terms(value)
        ]
        return Index(self.terms).find_all(terms)

    def of(self, values: Codes) -> Floats:
        """The summed lifts of every item under some values, (n_items,); zeros without values."""
        return np.asarray(self.rows[values].sum(axis=0), dtype=np.float32)

    def dismantle(self, name: str) -> dict[str, NDArray[Any]]:
        """Arrays to be stored under a name."""
        return {f"{name}.terms": self.terms, f"{name}.rows": self.rows}

    @property
    def settings(self) -> dict[str, tuple[float, ...] | None]:
        """What is stored in words: the edges of each column's quarters."""
        return {name: reading.edges for name, reading in self.readings.items()}

    @classmethod
    def restore(cls, stored: StoredModel, name: str) -> "Lifts":
        """The lifts stored under a name."""
        edges = stored.settings[name]
        readings = {
            column: Reading(column, None if each is None else tuple(each))
            for column, each in edges.items()
        }
        return cls(readings, stored.arrays[f"{name}.terms"], stored.arrays[f"{name}.rows"])
