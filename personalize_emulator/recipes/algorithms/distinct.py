"""Distinct names and where each occurs, without sorting millions of texts.

``np.unique`` with its inverse compares texts some 25 times each. Here every text is hashed column
by column, the hashes are sorted instead, and only the distinct texts are compared. Two texts of one
hash would be noticed, and then everything is sorted after all.
"""

import numpy as np
from numpy.typing import NDArray

Names = NDArray[np.str_]

PRIME = np.uint64(0x100000001B3)
BASIS = np.uint64(0xCBF29CE484222325)
"""FNV-1a, a code point at a time (Fowler, Noll and Vo)."""

CHUNK = 1_000_000
"""Names that are compared at one time."""


def distinct(names: Names) -> tuple[Names, NDArray[np.int32]]:
    """Sorted distinct names, and the position in them of each of ``names`` (n,)."""
    if not len(names):
        return names[:0], np.empty(0, dtype=np.int32)
    _, first, inverse = np.unique(_hashes(names), return_index=True, return_inverse=True)
    found = names[first]
    if not _same(found, inverse, names):
        ids, codes = np.unique(names, return_inverse=True)
        return ids, codes.astype(np.int32)
    order = np.argsort(found)
    ranks = np.empty(len(order), dtype=np.int32)
    ranks[order] = np.arange(len(order), dtype=np.int32)
    return found[order], ranks[inverse]


def _hashes(names: Names) -> NDArray[np.uint64]:
    """(n,) FNV-1a of each name."""
    letters = np.ascontiguousarray(names).view(np.uint32).reshape(len(names), -1)
    hashes = np.full(len(names), BASIS)
    for place in range(letters.shape[1]):
        hashes ^= letters[:, place]
        hashes *= PRIME
    return hashes


def _same(found: Names, inverse: NDArray[np.intp], names: Names) -> bool:
    """Whether each name is the one that its hash stands for."""
    starts = range(0, len(names), CHUNK)
    spans = (slice(start, start + CHUNK) for start in starts)
    return all(bool((found[inverse[span]] == names[span]).all()) for span in spans)
