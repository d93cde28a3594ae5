"""Values as places in bytes: no value is ever cut out, each is looked at eight bytes at a time.

A block is some thousand rows, few enough for its bytes and everything made of them to stay in a
processor's cache. All arithmetic is numpy's, on whole columns, so that threads go side by side.
"""

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Words = NDArray[np.uint64]
Places = NDArray[np.int64]
Mask = NDArray[np.bool_]

PAD = 16
"""Bytes before the first value and after the last one, which may be read and mean nothing."""
WORD = 8
"""Bytes that are looked at in one go."""


class Bytes:
    """The bytes of a block, between ``PAD`` bytes of padding.

    Attributes:
        data: Each byte.
        words: At each place, the eight bytes from there on; the first one is the lowest.
    """

    def __init__(self, buffer: bytearray) -> None:
        self.data = np.frombuffer(buffer, np.uint8)
        self.words: Words = np.ndarray((len(buffer) - WORD + 1,), "<u8", buffer, strides=(1,))
        self._running: dict[tuple[int, int], NDArray[np.int32]] = {}

    def running(self, first: bytes, last: bytes) -> NDArray[np.int32]:
        """Return how many bytes from ``first`` to ``last`` there are up to each place."""
        wanted = (first[0], last[0])
        if wanted not in self._running:
            among = (self.data >= wanted[0]) & (self.data <= wanted[1])
            self._running[wanted] = np.cumsum(among, dtype=np.int32)
        return self._running[wanted]


@dataclass(frozen=True)
class Texts:
    """A column of a block.

    Attributes:
        held: Where the bytes are.
        starts: The place of each value's first byte.
        lengths: How many bytes each value has.
    """

    held: Bytes
    starts: Places
    lengths: Places

    @property
    def ends(self) -> Places:
        """Return the place after each value's last byte."""
        return self.starts + self.lengths

    def count(self, first: bytes, last: bytes) -> NDArray[np.int32]:
        """Return how many bytes from ``first`` to ``last`` each value has."""
        running = self.held.running(first, last)
        return running[self.ends - 1] - running[self.starts - 1]

    def one(self, row: int) -> bytes:
        """Return one value."""
        start = int(self.starts[row])
        return self.held.data[start : start + int(self.lengths[row])].tobytes()


@dataclass(frozen=True)
class Block:
    """Some rows of a file; only valid until the next block is asked for.

    Attributes:
        rows: How many.
        columns: Their values by column; an empty one has no bytes.
    """

    rows: int
    columns: Mapping[str, Texts]
