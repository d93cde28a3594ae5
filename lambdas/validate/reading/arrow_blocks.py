"""A query's result as numpy arrays, block by block, without a copy and without pyarrow.

DuckDB hands its results out through the Arrow C stream interface, a stable binary contract of two
small structures (https://arrow.apache.org/docs/format/CStreamInterface.html). All that is asked of
it here are 64-bit numbers without nulls, so the values of a column are one plain buffer.
"""

import ctypes as c
from collections.abc import Iterator

import duckdb
import numpy as np
from numpy.typing import NDArray

Block = list[NDArray[np.uint64]]


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


def blocks(relation: duckdb.DuckDBPyRelation) -> Iterator[Block]:
    """Yield the result's blocks, one array a column.

    A block is only valid until the next one is asked for.

    Args:
        relation: A query whose columns are all UBIGINT and never NULL.

    Raises:
        duckdb.InvalidInputException: The file that the query reads is not as the query says.
        duckdb.Error: Anything else went wrong.
    """
    capsule = relation.__arrow_c_stream__()
    stream = _Stream.from_address(_pointer_of(capsule, b"arrow_array_stream"))
    while True:
        array = _Array()
        if stream.get_next(c.byref(stream), c.byref(array)):
            reason = (stream.get_last_error(c.byref(stream)) or b"").decode(errors="replace")
            unreadable = reason.startswith("Invalid Input Error")
            raise (duckdb.InvalidInputException if unreadable else duckdb.Error)(reason)
        if not array.release:  # the end of the stream, says the contract
            return
        try:
            yield [_values(array.children[k].contents) for k in range(array.n_children)]
        finally:
            array.release(c.byref(array))


def _values(column: _Array) -> NDArray[np.uint64]:
    end = column.offset + column.length
    buffer = (c.c_uint64 * end).from_address(column.buffers[1])
    return np.frombuffer(buffer, dtype=np.uint64)[column.offset :]
