"""Item by item matrices at rest: weighted sums of the rows of a history, quickly."""

from typing import Any, Protocol

import numpy as np
from numpy.typing import NDArray
from scipy import sparse

from personalize_emulator.recipes.eventlog import Codes, Floats
from personalize_emulator.recipes.store import StoredModel

DENSE_BELOW = 2_500
"""Up to so many items (25 MB a matrix) even sparse counts are faster read as dense rows."""

ROW_LENGTH = 300
"""Entries kept of each row of a sparse matrix: what bounds the time of an answer."""

FEW = 16
"""Up to so many rows BLAS sums them under all weights at once sooner than one after the other."""


class ItemMatrix(Protocol):
    """Row = past item, column = scored item."""

    def mix(self, rows: Codes, weights: Floats, out: Floats) -> None:
        """Write sums of ``rows`` under each of the ``weights`` (n_sums, n_rows).

        Args:
            rows: past items.
            weights: what each of them counts.
            out: (n_sums, n_items), where the sums go.
        """

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
        self._targets = core.astype(np.intp)  # writes to them are thrice as fast
        self._places = np.full(n_items, -1, dtype=np.int32)
        self._places[core] = np.arange(len(core), dtype=np.int32)

    @classmethod
    def of_all(cls, values: Floats) -> "DenseMatrix":
        """A matrix whose core is the whole catalogue, or several of them one below the other."""
        n_items = values.shape[1]
        return cls(values, np.arange(n_items, dtype=np.int32), n_items)

    def mix(self, rows: Codes, weights: Floats, out: Floats) -> None:
        """See :class:`ItemMatrix`."""
        if self.is_whole:
            gathered = self.values.take(rows, axis=0)
            if len(rows) <= FEW:
                np.matmul(weights, gathered, out=out)
                return
            for total, each in zip(out, weights, strict=True):
                np.dot(each, gathered, out=total)
            return
        places = self._places[rows]
        known = places >= 0
        gathered = self.values.take(places[known], axis=0)
        out[:] = 0
        for total, each in zip(out, weights[:, known], strict=True):
            total[self._targets] = each @ gathered

    def column(self, rows: Codes, column: int) -> Floats:
        """See :class:`ItemMatrix`."""
        places, place = self._places[rows], self._places[column]
        values = self.values[places, place]
        return np.where((places >= 0) & (place >= 0), values, 0).astype(np.float32)

    def parts(self, name: str) -> dict[str, NDArray[Any]]:
        """See :class:`ItemMatrix`."""
        return {f"{name}.values": self.values, f"{name}.core": self.core}


def split(stack: DenseMatrix) -> list[DenseMatrix]:
    """The matrices that lie one below the other."""
    parts = np.split(stack.values, len(stack.values) // stack.n_items)
    return [DenseMatrix.of_all(values) for values in parts]


class SparseMatrix:
    """The largest pairs of each row.

    All rows are as long as the longest: so those of a history are gathered in one go, in half the
    time of rows of many lengths. What fills up a short one adds 0 to the first item.

    Args:
        columns: (n_items, length) positions of the scored items.
        values: (n_items, length) what is said about them.
    """

    def __init__(self, columns: Codes, values: Floats) -> None:
        self.columns = columns
        self.values = values

    @classmethod
    def of(cls, matrix: sparse.csr_array) -> "SparseMatrix":
        """All entries of a matrix, whose rows are short."""
        lengths = np.diff(matrix.indptr)
        filled = np.arange(lengths.max(initial=0)) < lengths[:, None]
        columns = np.zeros(filled.shape, dtype=np.int32)
        values = np.zeros(filled.shape, dtype=np.float32)
        columns[filled], values[filled] = matrix.indices, matrix.data
        return cls(columns, values)

    def mix(self, rows: Codes, weights: Floats, out: Floats) -> None:
        """See :class:`ItemMatrix`."""
        columns = self.columns.take(rows, axis=0).ravel()
        values = self.values.take(rows, axis=0)
        for total, each in zip(out, weights, strict=True):
            total[:] = np.bincount(columns, (values * each[:, None]).ravel(), len(total))

    def column(self, rows: Codes, column: int) -> Floats:
        """See :class:`ItemMatrix`."""
        there = self.columns[rows] == column
        return np.asarray((self.values[rows] * there).sum(axis=1))

    def parts(self, name: str) -> dict[str, NDArray[Any]]:
        """See :class:`ItemMatrix`."""
        return {f"{name}.columns": self.columns, f"{name}.values": self.values}


def restore_matrix(stored: StoredModel, name: str, n_items: int) -> ItemMatrix:
    """The matrix stored under a name."""
    values = stored.arrays[f"{name}.values"]
    if f"{name}.core" in stored.arrays:
        return DenseMatrix(values, stored.arrays[f"{name}.core"], n_items)
    return SparseMatrix(stored.arrays[f"{name}.columns"], values)
