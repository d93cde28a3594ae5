"""A file cut into stretches of whole lines, without looking at it first.

A stretch is a range of bytes; it owns the lines that begin in it. So every line has one owner,
wherever the cuts fall, and nobody has to know where the others' lines end.
"""

from collections.abc import Callable, Iterator
from itertools import pairwise
from typing import BinaryIO

Range = tuple[int, int]
_NEWLINE = b"\n"


def ranges(size: int, at_most: int) -> list[Range]:
    """Return ranges (from, to) of about equal length that make up ``size`` bytes; one at least."""
    count = max(1, -(-size // at_most))
    edges = [size * number // count for number in range(count + 1)]
    return list(pairwise(edges))


def copy_lines(read_from: Callable[[int], Iterator[bytes]], part: Range, target: BinaryIO) -> None:
    """Copy the lines that begin within a range.

    Args:
        read_from: Returns the bytes from a position on, in pieces.
        part: The range.
        target: Where they go.
    """
    start, end = part
    if start == end:
        return
    position = max(start - 1, 0)  # a line begins at start if the byte before it is a newline
    begun = start == 0
    for whole in read_from(position):
        piece, length = whole, len(whole)
        if not begun:
            skipped = piece.find(_NEWLINE) + 1
            if position + (skipped or length) >= end:
                return
            if not skipped:
                position += length
                continue
            piece, begun = piece[skipped:], True
        # The last line goes on to the first newline that is not before the range's last byte.
        stop = whole.find(_NEWLINE, max(end - 1 - position, 0))
        if stop >= 0:
            target.write(piece[: len(piece) - (length - stop - 1)])
            return
        target.write(piece)
        position += length
