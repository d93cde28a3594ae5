"""Cron expressions of EventBridge Scheduler (user guide, "Schedule types"), field by field."""

import re
from collections.abc import Iterator

_MONTHS = ["JAN", "FEB", "MAR", "APR", "MAY", "JUN", "JUL", "AUG", "SEP", "OCT", "NOV", "DEC"]
_DAYS = ["SUN", "MON", "TUE", "WED", "THU", "FRI", "SAT"]
# What each field is called, its least and greatest number, and the words for its numbers.
_FIELDS: tuple[tuple[str, int, int, list[str]], ...] = (
    ("minutes", 0, 59, []),
    ("hours", 0, 23, []),
    ("day of month", 1, 31, []),
    ("month", 1, 12, _MONTHS),
    ("day of week", 1, 7, _DAYS),
    ("year", 1970, 2199, []),
)
_DAY_FIELDS = (2, 4)


def wrong_in(expression: str) -> Iterator[str]:
    """Yield what is wrong with ``cron(…)`` of six fields; nothing about other forms."""
    if not expression.startswith("cron("):
        return
    fields = expression.removeprefix("cron(").removesuffix(")").split()
    for text, (name, least, greatest, words) in zip(fields, _FIELDS, strict=True):
        for number in _numbers(text, words):
            if not least <= number <= greatest:
                yield f"{name} {text}: {number} is not from {least} to {greatest}"
    if [fields[index] for index in _DAY_FIELDS].count("?") != 1:
        yield "one of day of month and day of week has to be ?, and the other not"


def _numbers(text: str, words: list[str]) -> Iterator[int]:
    """Yield the moments that a field names; steps (/5) and occurrences (#2) are none."""
    for part in re.split(r"[,\-]", re.sub(r"[/#]\d+", "", text.upper())):
        if part in words:
            yield words.index(part) + 1
        elif number := re.fullmatch(r"(\d+)[LW]?", part):
            yield int(number[1])
