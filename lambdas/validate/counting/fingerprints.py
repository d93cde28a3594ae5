"""Arithmetic on 64-bit fingerprints of values and rows.

Equal values have equal fingerprints, always. Different values of up to eight bytes have different
ones, always; longer ones, and rows, have the same one with a chance of 2⁻⁶⁴ a pair. Of n different
ones some two agree with a chance of about n²/2⁶⁵: 3 in a million for 10 million long user ids, 3 in
ten thousand for 100 million rows. So "no duplicates" is proved, and a count is off by one at worst,
that seldom.
"""

import hashlib
from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from lambdas.validate.reading.texts import PAD, WORD, Bytes, Texts

Fingerprints = NDArray[np.uint64]
Counts = NDArray[np.int64]

# Odd, so that multiplying loses nothing; the first is 2⁶⁴ over the golden ratio.
_FACTORS = tuple(
    np.uint64(factor)
    for factor in (
        0x9E3779B97F4A7C15,
        0xC2B2AE3D27D4EB4F,
        0x165667B19E3779F9,
        0xD6E8FEB86659FD93,
        0xA0761D6478BD642F,
    )
)

# Of a word that begins with a value: which bytes are the value's.
_OWN = np.array([2 ** (8 * n) - 1 for n in range(WORD + 1)], np.uint64)
# Longer texts are rare, and a hash of the library is faster for each of them.
_LONG = 512


def fingerprints(texts: Texts) -> Fingerprints:
    """Return a fingerprint of each value, all of its bits alike; no value has a NUL in it."""
    lengths, words = texts.lengths, texts.held.words
    found = words[texts.starts]
    if not len(lengths) or lengths.max() <= WORD:
        return _scattered(found & _OWN[lengths])
    found = _scattered(found & _OWN[np.minimum(lengths, WORD)])
    done, left = WORD, np.flatnonzero((lengths > WORD) & (lengths <= _LONG))
    while len(left):
        own = _OWN[np.minimum(lengths[left] - done, WORD)]
        found[left] = _scattered(found[left] ^ (words[texts.starts[left] + done] & own))
        done += WORD
        left = left[lengths[left] > done]
    for row in np.flatnonzero(lengths > _LONG).tolist():
        digest = hashlib.blake2b(texts.one(row), digest_size=WORD).digest()
        found[row] = int.from_bytes(digest, "little")
    return found


def fingerprint(value: str) -> int:
    """Return the fingerprint of one value."""
    data = value.encode()
    held = Bytes(bytearray(PAD) + data + bytearray(PAD))
    return int(fingerprints(Texts(held, np.array([PAD]), np.array([len(data)])))[0])


def _scattered(words: Fingerprints) -> Fingerprints:
    """Return words with each bit of theirs spread over all; different words stay different."""
    words *= _FACTORS[0]
    words ^= words >> np.uint64(32)
    words *= _FACTORS[3]
    words ^= words >> np.uint64(29)
    return words


def joined(columns: Sequence[Fingerprints]) -> Fingerprints:
    """Return one fingerprint a row out of any number of columns; their order matters."""
    total = columns[0].copy()
    for column in columns[1:]:
        total = _scattered(total ^ column)
    return total


def mixed(*columns: Fingerprints) -> Fingerprints:
    """Return one fingerprint a row out of one a column; the order of columns matters."""
    return mixed_on(columns[0] * _FACTORS[0], 1, *columns[1:])


def mixed_on(mixture: Fingerprints, count: int, *more: Fingerprints) -> Fingerprints:
    """Return a mixture of ``count`` columns with more columns mixed in."""
    total, product = mixture.copy(), np.empty_like(mixture)
    for column, factor in zip(more, _FACTORS[count:], strict=False):
        total += np.multiply(column, factor, out=product)
    return total


def counted(ascending: Fingerprints) -> tuple[Fingerprints, Counts]:
    """Return the different values of a sorted array and how often each is in it."""
    starts = _starts(ascending)
    return ascending[starts], np.diff(starts, append=len(ascending))


def _starts(ascending: Fingerprints) -> NDArray[np.intp]:
    """Return where each different value of a sorted array begins."""
    first = np.ones(min(1, len(ascending)), np.bool_)
    return np.flatnonzero(np.concatenate((first, ascending[1:] != ascending[:-1])))


def steps(ascending: Fingerprints) -> int:
    """Return how often a sorted array goes from one value to another."""
    return int(np.count_nonzero(ascending[1:] != ascending[:-1]))


def added_up(tallies: Sequence[tuple[Fingerprints, Counts]]) -> tuple[Fingerprints, Counts]:
    """Return several tallies as one, ascending."""
    if len(tallies) < 2:  # noqa: PLR2004 - nothing to add
        return tallies[0] if tallies else (np.empty(0, np.uint64), np.empty(0, np.int64))
    values = np.concatenate([values for values, _ in tallies])
    order = np.argsort(values)
    values, counts = values[order], np.concatenate([counts for _, counts in tallies])[order]
    starts = _starts(values)
    return values[starts], np.add.reduceat(counts, starts) if len(values) else counts


def edges_of_shares(ascending: Fingerprints, shares: int) -> list[int]:
    """Return where the values of each share begin, and where the last one's end.

    Shares cut the range of values evenly.
    """
    width = 2**64 // shares
    lows = np.array([share * width for share in range(shares)], np.uint64)
    return [*np.searchsorted(ascending, lows).tolist(), len(ascending)]
