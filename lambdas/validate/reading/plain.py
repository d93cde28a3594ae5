"""A plain file's blocks: values between commas, records between newlines, and nothing else.

That is what most files are. In one without a quote, a carriage return or a NUL, commas and
newlines are all there is to find; whatever else a file has in it, somebody slower has to read it.
"""

from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import BinaryIO

import numpy as np

from lambdas.validate.ranges import Range
from lambdas.validate.reading.texts import PAD, Block, Bytes, Mask, Places, Texts

# So much is read at a time: little enough to stay in a processor's cache with all that is made of
# it, and enough for threads not to wait for the interpreter at every step.
_CHUNK = 1024 * 1024
_NEWLINE, _COMMA = ord("\n"), ord(",")
_LAST_ASCII = 127


class _Scratch:
    """Memory that blocks are worked out in, one after the other.

    Memory that is taken anew for each block costs as much as what is done with it.

    Attributes:
        marks: For each byte whether it is a newline, and whether a value ends there.
        places: Starts and lengths of values, in the order of the file, and column by column.
    """

    def __init__(self) -> None:
        self.marks = np.empty((2, _CHUNK + 1), np.bool_)
        self.places = np.empty((2, 2, _CHUNK + 1), np.int64)


class NotPlainError(Exception):
    """The file is to be read another way."""


def plain_blocks(
    file: Path, columns: Sequence[str], stretch: Range, *, header: bool, separator: int = _COMMA
) -> Iterator[Block]:
    """Yield the records that begin within a stretch of a file's bytes.

    Args:
        file: The file.
        columns: Its columns, in its order.
        stretch: From which byte to which.
        header: Whether the file's first line is its header.
        separator: The byte between two values.

    Raises:
        NotPlainError: Not all of it is plain; what was yielded is to be forgotten.
    """
    buffer = bytearray(PAD + _CHUNK + 1 + PAD)
    scratch = _Scratch()
    with file.open("rb") as source:
        position = _first_record(source, stretch, header=header)
        for end in _pieces(source, buffer, position, stretch[1]):
            _refuse_odd_bytes(buffer, end)
            yield _block(Bytes(buffer), end, columns, separator, scratch)


def _first_record(source: BinaryIO, stretch: Range, *, header: bool) -> int:
    """Return where the first record is that begins within the stretch, or after it."""
    start = stretch[0]
    if not start and not header:
        return 0
    source.seek(max(start - 1, 0))
    passed = source.readline(_CHUNK)
    of_header = header and not start
    if len(passed) == _CHUNK or (of_header and b"\r" in passed):
        raise NotPlainError
    return max(start - 1, 0) + len(passed)


def _pieces(source: BinaryIO, buffer: bytearray, position: int, end: int) -> Iterator[int]:
    """Yield, whenever whole lines are in the buffer, the place after them; every line once."""
    view, held = memoryview(buffer), 0
    source.seek(position)
    while position < end:
        got = source.readinto(view[PAD + held : PAD + _CHUNK])  # type: ignore[attr-defined]
        filled = PAD + held + got
        if not got and held:  # the last line has no end of its own
            buffer[filled] = _NEWLINE
            filled += 1
        after = buffer.rfind(b"\n", PAD, filled) + 1
        if not after:
            if held + got == 0:
                return
            if held + got < _CHUNK:
                held += got
                continue
            raise NotPlainError  # a line as long as the buffer
        # The stretch's last line goes on to the first newline from its last byte on.
        last = buffer.find(b"\n", PAD + end - 1 - position, after) + 1
        yield last or after
        held = filled - after
        buffer[PAD : PAD + held] = buffer[after:filled]
        position = end if last else position + after - PAD


def _refuse_odd_bytes(buffer: bytearray, end: int) -> None:
    if any(buffer.find(odd, PAD, end) >= 0 for odd in (b'"', b"\r", b"\0")):
        raise NotPlainError
    if np.frombuffer(buffer, np.uint8, end - PAD, PAD).max() > _LAST_ASCII:
        try:
            buffer[PAD:end].decode()
        except UnicodeDecodeError:
            raise NotPlainError from None


def _block(
    held: Bytes, end: int, columns: Sequence[str], separator: int, scratch: _Scratch
) -> Block:
    piece = held.data[PAD:end]
    newlines, both = scratch.marks[:, : len(piece)]
    np.equal(piece, _NEWLINE, out=newlines)
    np.equal(piece, separator, out=both)
    both |= newlines
    rows = int(np.count_nonzero(newlines))
    stops = _stops(both, newlines, rows, len(columns))
    in_order, by_column = scratch.places[:, :, : len(stops)]
    in_order[0, 0] = PAD
    np.add(stops[:-1], 1, out=in_order[0, 1:])
    np.subtract(stops, in_order[0], out=in_order[1])
    if len(columns) == 1 and not in_order[1].all():
        raise NotPlainError  # an empty line
    starts, lengths = (places.reshape(-1, rows) for places in by_column)
    for places, ordered in zip((starts, lengths), in_order, strict=True):
        places[:] = ordered.reshape(rows, -1).T
    return Block(rows, {name: Texts(held, starts[k], lengths[k]) for k, name in enumerate(columns)})


def _stops(marks: Mask, newlines: Mask, rows: int, columns: int) -> Places:
    """Return where each value ends, if each line has as many as there are columns."""
    stops = np.flatnonzero(marks)
    if len(stops) != rows * columns or not newlines[stops[columns - 1 :: columns]].all():
        raise NotPlainError
    stops += PAD
    return stops
