"""The screen: whether any value could be wrong, asked cheaply of whole columns.

It may be wrong in one direction only. Sound data, and most data is, passes and is never asked
anything else; whatever does not is asked each probe, exactly.
"""

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np

from lambdas.validate.counting.fingerprints import fingerprint, fingerprints
from lambdas.validate.limits import MAX_CATEGORICAL, MAX_ID, MAX_TEXT
from lambdas.validate.probes import IDS, TIMES
from lambdas.validate.reading.numbers import Numbers, numbers
from lambdas.validate.reading.texts import Block, Mask, Texts
from lambdas.validate.schema_rules import types

_MAX_INT = np.uint64(2**31 - 1)
# Below this no number of this many digits is beyond any double.
_FINITE_DIGITS = 300
_SPELLED = np.array([fingerprint("true"), fingerprint("false")], np.uint64)


def is_sound(
    fields: Sequence[Mapping[str, Any]], block: Block, known: Mapping[str, Numbers], *, now: int
) -> bool:
    """Return whether no probe of ``fields`` holds for any row.

    Args:
        fields: The schema's fields; the block has them all, and no quotes in them.
        block: The rows.
        known: Columns whose numbers are at hand already.
        now: Unix time in seconds.
    """
    for field in fields:
        name = str(field["name"])
        texts = block.columns[name]
        if not _is_of_fit_length(name, field, texts):
            return False
        if name in TIMES:
            fits: Mask | None = _is_past(known.get(name) or numbers(texts), now)
        else:
            fits = _fits(field, texts)
        if fits is not None and not fits.all() and not (fits | (texts.lengths == 0)).all():
            return False
    return True


def _is_of_fit_length(name: str, field: Mapping[str, Any], texts: Texts) -> bool:
    """Return whether no value is too long, in bytes, or empty where the schema has no null."""
    may_be_empty = name not in IDS and "null" in types(field)
    if not may_be_empty and not texts.lengths.all():
        return False
    most = _most(name, field)
    return most is None or bool(texts.lengths.max() <= most)


def _most(name: str, field: Mapping[str, Any]) -> int | None:
    if name in IDS:
        return MAX_ID
    if field.get("categorical"):
        return MAX_CATEGORICAL
    return MAX_TEXT if field.get("textual") else None


def _is_past(times: Numbers, now: int) -> Mask:
    past: Mask = times.plain & (times.values <= np.uint64(now))
    return past


def _fits(field: Mapping[str, Any], texts: Texts) -> Mask | None:
    """Return which values fit their type, None if any text does."""
    kinds = set(types(field))
    if kinds & {"int", "long"}:
        return _is_whole(texts, most=_MAX_INT if "int" in kinds else None)
    if kinds & {"float", "double"}:
        return _is_real(texts)
    return np.isin(fingerprints(texts), _SPELLED) if "boolean" in kinds else None


def _is_whole(texts: Texts, *, most: np.uint64 | None) -> Mask:
    signs = _signs(texts)
    digits = Texts(texts.held, texts.starts + signs, texts.lengths - signs)
    found = numbers(digits)
    return found.plain if most is None else found.plain & (found.values <= most)


def _is_real(texts: Texts) -> Mask:
    digits, points = texts.count(b"0", b"9"), texts.count(b".", b".")
    nothing_else: Mask = digits + points + _signs(texts) == texts.lengths
    return nothing_else & (points <= 1) & (digits > 0) & (digits <= _FINITE_DIGITS)


def _signs(texts: Texts) -> Mask:
    """Return which values begin with a minus."""
    signs: Mask = (texts.held.data[texts.starts] == ord("-")) & (texts.lengths > 0)
    return signs
