"""Whole numbers out of digits, eight of them at a time.

Each step joins neighbours, digits to pairs, pairs to fours, fours to eights, with one
multiplication for all of them (D. Lemire, "Quickly parsing eight digits", 2018).
"""

import re
from typing import NamedTuple

import numpy as np

from lambdas.validate.reading.texts import WORD, Mask, Places, Texts, Words

_LONGEST = 2 * WORD
_EIGHT_DIGITS = np.uint64(10**8)
_ZEROS = 0x3030303030303030
# Of a word that ends with a value: which bytes are the value's, and zeros for the others.
_OWN = np.array([(2**64 - 1) ^ (2 ** (8 * (8 - n)) - 1) for n in range(9)], np.uint64)
_FILL = ~_OWN & np.uint64(_ZEROS)
# The digits' own bits; then what joins neighbours, and where the result stands.
_JOINTS = tuple(
    (np.uint64(mask), np.uint64(factor), np.uint64(shift))
    for mask, factor, shift in (
        (0x0F0F0F0F0F0F0F0F, 10 * 2**8 + 1, 8),
        (0x00FF00FF00FF00FF, 100 * 2**16 + 1, 16),
        (0x0000FFFF0000FFFF, 10_000 * 2**32 + 1, 32),
    )
)
_SIGNED = re.compile(rb"([+-]?)0*([0-9]{1,16})")


class Numbers(NamedTuple):
    """A column as whole numbers.

    Attributes:
        values: The numbers; anything where there is none.
        plain: Which values are one to sixteen digits and nothing else.
    """

    values: Words
    plain: Mask


def numbers(texts: Texts) -> Numbers:
    """Return a column as whole numbers."""
    lengths = texts.lengths
    if not len(lengths):
        return Numbers(np.empty(0, np.uint64), np.empty(0, np.bool_))
    alike = _alike(texts) if lengths.min() == lengths.max() else None
    if alike:
        return alike
    of_low, of_high = np.minimum(lengths, WORD), np.clip(lengths - WORD, 0, WORD)
    low, low_plain = _eight(_last(texts, WORD, of_low))
    high, high_plain = _eight(_last(texts, _LONGEST, of_high))
    fits = (lengths > 0) & (lengths <= _LONGEST)
    return Numbers(low + high * _EIGHT_DIGITS, low_plain & high_plain & fits)


def _alike(texts: Texts) -> Numbers | None:
    """Return numbers of equal length that begin with the same digits, as times do; else None."""
    first = texts.one(0)[:-WORD]
    if len(first) > WORD or not first.isdigit():
        return None
    for place, digit in enumerate(first):
        if not (texts.held.data[texts.starts + place] == digit).all():
            return None
    low, plain = _eight(texts.held.words[texts.ends - WORD])
    return Numbers(low + np.uint64(int(first) * 10**WORD), plain)


def _last(texts: Texts, back: int, own: Places) -> Words:
    """Return the words so many bytes before the values' ends; zeros for what is not theirs."""
    words = texts.held.words[texts.ends - back]
    words &= _OWN[own]
    words |= _FILL[own]
    return words


def _eight(words: Words) -> tuple[Words, Mask]:
    """Return eight digits a word as numbers, and which words are digits."""
    # Digits are 0x30 to 0x39: their upper half is 3, and still is when 6 is added.
    upper, threes = np.uint64(0xF0F0F0F0F0F0F0F0), np.uint64(_ZEROS)
    plain = ((words & upper) == threes) & (
        ((words + np.uint64(0x0606060606060606)) & upper) == threes
    )
    for mask, factor, shift in _JOINTS:
        words &= mask
        words *= factor
        words >>= shift
    return words, plain


def signed(text: bytes) -> int | None:
    """Return a whole number of at most sixteen digits that may have a sign, None if it is none."""
    found = _SIGNED.fullmatch(text)
    return int(found[1] + found[2]) if found else None
