"""Item by item matrices at rest: weighted sums of the rows of a history, quickly."""

from typing import Any, Protocol

import numpy as np
from numpy.typing import NDArray
from scipy import sparse

from personalize_emulator.recipes.eventlog import Codes, Floats
from personalize_emulator.recipes.store import StoredModel, csr_parts

DENSE_BELOW = 2_500
"""Up to so many items (25 MB a matrix) even sparse counts are faster read as dense rows."""

ROW_LENGTH = 300
"""Entries kept of each row of a sparse matrix: what bounds the time of an answer."""


class ItemMatrix(Protocol):
    """Row = past item, column = scored item."""

    def mix(self, rows: Codes, weights: Floats) -> Floats:
        """Sums of ``rows`` under each of the ``weights`` (n_sums, n_rows): (n_sums, n_items)."""

    def column(self, rows: Codes, column: int) -> Floats:
        """What each of ``rows`` says about one item, (n_rows,)."""

    def parts(self, name: str) -> dict[str, NDArray[Any]]:
        """Arrays to be stored."""


class DenseMatrix:
    """All pairs of the core items; items outside say nothing and are said nothing about.

    Args:
        values: (n_core, n_core).
        core: (n_core,) positions of the covered items, sorted.
        n_items: of the whole catalogue.
    """

    def __init__(self, values: Floats, core: Codes, n_items: int) -> None:
        self.values = values
        self.core = core
        self.n_items = n_items
        self.is_whole = len(core) == n_items
        self._places = np.full(n_items, -1, dtype=np.int32)
        self._places[core] = np.arange(len(core), dtype=np.int32)

    @classmethod
    def of_all(cls, values: Floats) -> "DenseMatrix":
        """A matrix whose core is the whole catalogue."""
        return cls(values, np.arange(len(values), dtype=np.int32), len(values))

    def mix(self, rows: Codes, weights: Floats) -> Floats:
        """See :class:`ItemMatrix`."""
        if self.is_whole:
            return weights @ self.values.take(rows, axis=0)
        places = self._places[rows]
        known = places >= 0
        out = np.zeros((len(weights), self.n_items), dtype=np.float32)
        out[:, self.core] = weights[:, known] @ self.values.take(places[known], axis=0)
        return out

    def column(self, rows: Codes, column: int) -> Floats:
        """See :class:`ItemMatrix`."""
        places, place = self._places[rows], self._places[column]
        values = self.values[places, place]
        return np.where((places >= 0) & (place >= 0), values, 0).astype(np.float32)

    def parts(self, name: str) -> dict[str, NDArray[Any]]:
        """See :class:`ItemMatrix`."""
        return {f"{name}.values": self.values, f"{name}.core": self.core}


class SparseMatrix:
    """Only the pairs that occur."""

    def __init__(self, matrix: sparse.csr_array) -> None:
        self.matrix = matrix

    def mix(self, rows: Codes, weights: Floats) -> Floats:
        """See :class:`ItemMatrix`."""
        sums = np.zeros((len(weights), self.matrix.shape[1]), dtype=np.float32)
        if not len(rows):
            return sums
        starts, stops = self.matrix.indptr[rows], self.matrix.indptr[rows + 1]
        spans = [slice(*ends) for ends in zip(starts.tolist(), stops.tolist(), strict=True)]
        # Whole rows copied one after the other: half the time of one index over all their entries.
        columns = np.concatenate([self.matrix.indices[span] for span in spans])
        values = np.concatenate([self.matrix.data[span] for span in spans])
        for total, each in zip(sums, weights, strict=True):
            shares = values * np.repeat(each, stops - starts)
            total[:] = np.bincount(columns, shares, len(total))
        return sums

    def column(self, rows: Codes, column: int) -> Floats:
        """See :class:`ItemMatrix`."""
        return np.asarray(self.matrix[rows, column].toarray(), dtype=np.float32).ravel()

    def parts(self, name: str) -> dict[str, NDArray[Any]]:
        """See :class:`ItemMatrix`."""
        return csr_parts(name, self.matrix)


def restore_matrix(stored: StoredModel, name: str, n_items: int) -> ItemMatrix:
    """The matrix stored under a name."""
    if f"{name}.values" in stored.arrays:
        values, core = stored.arrays[f"{name}.values"], stored.arrays[f"{name}.core"]
        return DenseMatrix(values, core, n_items)
    return SparseMatrix(stored.csr(name, (n_items, n_items)))
