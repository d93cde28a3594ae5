"""One look at every byte of a file: what kinds there are, and how many lines."""

from dataclasses import dataclass
from pathlib import Path

import numpy as np

# As much as stays in a processor's cache while it is looked at three times.
_CHUNK = 256 * 1024
_NEWLINE = ord("\n")


@dataclass(frozen=True, kw_only=True)
class Survey:
    """The bytes of a file, counted.

    Attributes:
        size: Bytes.
        lines: Lines, the last one counted even without its LF.
        quoted: Whether there is a double quote anywhere.
        returns: Whether there is a CR anywhere.
    """

    size: int
    lines: int
    quoted: bool
    returns: bool


def survey(file: Path) -> Survey:
    """Return what the bytes of ``file`` are; in pieces, so any size will do."""
    buffer = bytearray(_CHUNK)
    view = np.frombuffer(buffer, dtype=np.uint8)
    size = newlines = 0
    seen = dict.fromkeys((b'"', b"\r"), False)
    last = _NEWLINE
    with file.open("rb", buffering=0) as source:
        while length := source.readinto(buffer):
            piece = view[:length]
            size += length
            newlines += int(np.count_nonzero(piece == _NEWLINE))
            for byte in seen:
                seen[byte] = seen[byte] or buffer.find(byte, 0, length) >= 0
            last = buffer[length - 1]
    return Survey(
        size=size,
        lines=newlines + (last != _NEWLINE),
        quoted=seen[b'"'],
        returns=seen[b"\r"],
    )
