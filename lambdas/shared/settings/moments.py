"""Moments in a text: ``{{now - 30 days}}`` becomes epoch seconds."""

import re
from collections.abc import Iterator
from datetime import datetime, timedelta

_MOMENT = re.compile(r"\{\{(.*?)\}\}")
_FORM = re.compile(r"\s*now\s*(?:([+-])\s*(\d{1,5})\s*(minute|hour|day|week)s?)?\s*")
FORM = "{{now}} or {{now - 30 days}}; units are minutes, hours, days and weeks"


def has_moments(text: str) -> bool:
    """Return whether ``text`` has anything between double braces."""
    return _MOMENT.search(text) is not None


def unreadable_moments(text: str) -> Iterator[str]:
    """Yield what stands between double braces and is no moment."""
    yield from (found for found in _MOMENT.findall(text) if not _FORM.fullmatch(found))


def fill_in(text: str, now: datetime) -> str:
    """Return ``text`` with every moment as epoch seconds, counted from ``now``.

    Raises:
        ValueError: Something between double braces is no moment.
    """
    return _MOMENT.sub(lambda match: str(int(_moment(match.group(1), now).timestamp())), text)


def _moment(text: str, now: datetime) -> datetime:
    form = _FORM.fullmatch(text)
    if form is None:
        raise ValueError(f"{text.strip()} is no moment; write {FORM}")
    sign, count, unit = form.groups()
    if sign is None:
        return now
    distance = timedelta(**{f"{unit}s": int(count)})
    return now - distance if sign == "-" else now + distance
