"""A query's result as numpy arrays, block by block, without a copy and without pyarrow.

DuckDB hands its results out through the Arrow C stream interface, a stable binary contract of two
small structures (https://arrow.apache.org/docs/format/CStreamInterface.html). All that is asked of
it here are 64-bit numbers and texts, neither with nulls: the values of a column are one plain
buffer, or one of bytes and one of where each text begins.
"""

import ctypes as c
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import TypeVar

import duckdb
import numpy as np
from numpy.typing import NDArray

Numbers = NDArray[np.uint64]
_Column = TypeVar("_Column")


@dataclass(frozen=True)
class ArrowTexts:
    """A column of texts.

    Attributes:
        edges: Where each one begins, and at last where the last one ends.
        data: The bytes of all of them.
    """

    edges: NDArray[np.int32]
    data: NDArray[np.uint8]


class _Array(c.Structure):
    """``struct ArrowArray``."""


_Release = c.CFUNCTYPE(None, c.POINTER(_Array))
_Array._fields_ = [
    ("length", c.c_int64),
    ("null_count", c.c_int64),
    ("offset", c.c_int64),
    ("n_buffers", c.c_int64),
    ("n_children", c.c_int64),
    ("buffers", c.POINTER(c.c_void_p)),
    ("children", c.POINTER(c.POINTER(_Array))),
    ("dictionary", c.POINTER(_Array)),
    ("release", _Release),
    ("private_data", c.c_void_p),
]


class _Stream(c.Structure):
    """``struct ArrowArrayStream``."""


_Stream._fields_ = [
    ("get_schema", c.c_void_p),
    ("get_next", c.CFUNCTYPE(c.c_int, c.POINTER(_Stream), c.POINTER(_Array))),
    ("get_last_error", c.CFUNCTYPE(c.c_char_p, c.POINTER(_Stream))),
    ("release", c.CFUNCTYPE(None, c.POINTER(_Stream))),
    ("private_data", c.c_void_p),
]
_pointer_of = c.pythonapi.PyCapsule_GetPointer
_pointer_of.restype = c.c_void_p
_pointer_of.argtypes = [c.py_object, c.c_char_p]


def blocks(relation: duckdb.DuckDBPyRelation) -> Iterator[list[Numbers]]:
    """Yield the result's blocks, one array a column.

    A block is only valid until the next one is asked for.

    Args:
        relation: A query whose columns are all UBIGINT and never NULL.

    Raises:
        duckdb.Error: The engine could not go on.
    """
    return _blocks(relation, _numbers)


def text_blocks(relation: duckdb.DuckDBPyRelation) -> Iterator[list[ArrowTexts]]:
    """Yield the blocks of a result whose columns are all VARCHAR and never NULL; else the same."""
    return _blocks(relation, _texts)


def _blocks(
    relation: duckdb.DuckDBPyRelation, read: Callable[[_Array], _Column]
) -> Iterator[list[_Column]]:
    capsule = relation.__arrow_c_stream__()
    stream = _Stream.from_address(_pointer_of(capsule, b"arrow_array_stream"))
    while True:
        array = _Array()
        if stream.get_next(c.byref(stream), c.byref(array)):
            reason = stream.get_last_error(c.byref(stream)) or b""
            raise duckdb.Error(reason.decode(errors="replace"))
        if not array.release:  # the end of the stream, says the contract
            return
        try:
            yield [read(array.children[k].contents) for k in range(array.n_children)]
        finally:
            array.release(c.byref(array))


def _numbers(column: _Array) -> Numbers:
    end = column.offset + column.length
    buffer = (c.c_uint64 * end).from_address(column.buffers[1])
    return np.frombuffer(buffer, dtype=np.uint64)[column.offset :]


def _texts(column: _Array) -> ArrowTexts:
    count = column.offset + column.length + 1
    places = (c.c_int32 * count).from_address(column.buffers[1])
    edges = np.frombuffer(places, dtype=np.int32)[column.offset :]
    start, size = int(edges[0]), int(edges[-1] - edges[0])
    if not size:
        return ArrowTexts(edges - start, np.empty(0, np.uint8))
    data = (c.c_uint8 * size).from_address((column.buffers[2] or 0) + start)
    return ArrowTexts(edges - start, np.frombuffer(memoryview(data), dtype=np.uint8))
