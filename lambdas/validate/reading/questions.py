"""Probes and screens in SQL.

A probe asks one exact question of each value. A screen asks, cheaply and of all columns at once,
whether any probe could hold: it may be wrong in one direction only. Sound data, and most data is,
passes its screen and is never asked anything else.
"""

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from lambdas.validate.limits import MAX_CATEGORICAL, MAX_ID, MAX_TEXT, MILLISECONDS_FROM
from lambdas.validate.probes import IDS, TIMES, Predicate, Probe
from lambdas.validate.reading.table import name, text
from lambdas.validate.schema_rules import types

_WHOLE = "regexp_full_match({v}, '[+-]?[0-9]+')"
_DATE = r"regexp_full_match({v}, '[0-9]{{4}}[-/.][0-9]{{1,2}}[-/.][0-9]{{1,2}}.*')"
_NUMBER = r"regexp_full_match({v}, '[+-]?([0-9]+\.?[0-9]*|\.[0-9]+)([eE][+-]?[0-9]+)?')"
_SPELLINGS = "('true', 'false', 't', 'f', 'yes', 'no', 'y', 'n', '1', '0')"
# An empty value is the business of EMPTY alone: everywhere else NULL makes a condition not hold.
_CONDITIONS: dict[Predicate, str] = {
    Predicate.EMPTY: "{v} IS NULL",
    Predicate.LONGER_THAN: "length({v}) > {limit}",
    Predicate.HAS_QUOTE: "contains({v}, '\"')",
    Predicate.NOT_WHOLE: f"NOT {_WHOLE} AND NOT {_DATE}",
    Predicate.OUT_OF_INT: f"{_WHOLE} AND TRY_CAST({{v}} AS INTEGER) IS NULL",
    Predicate.OUT_OF_LONG: f"{_WHOLE} AND TRY_CAST({{v}} AS BIGINT) IS NULL",
    Predicate.NOT_A_NUMBER: f"NOT {_NUMBER}",
    Predicate.NEGATIVE: f"{_WHOLE} AND TRY_CAST({{v}} AS BIGINT) < 0",
    Predicate.MILLISECONDS: f"{_WHOLE} AND TRY_CAST({{v}} AS BIGINT) >= {MILLISECONDS_FROM}",
    Predicate.A_DATE: _DATE,
    Predicate.IN_THE_FUTURE: (
        f"{_WHOLE} AND TRY_CAST({{v}} AS BIGINT) BETWEEN {{now}} + 1 AND {MILLISECONDS_FROM} - 1"
    ),
    Predicate.BOOLEAN_MISSPELLED: (
        f"{{v}} NOT IN ('true', 'false') AND lower({{v}}) IN {_SPELLINGS}"
    ),
    Predicate.NOT_BOOLEAN: f"lower({{v}}) NOT IN {_SPELLINGS}",
}
# A time of nine or ten digits without a sign, that is 1973 to now: the plain case, told apart by
# its length, its number and its first digit (0x6a000000 is a number of ten characters, too).
_PLAIN_TIME = (
    "{number} BETWEEN 100000000 AND {now} AND {v} >= '1' "
    "AND strlen({v}) = 9 + ({number} >= 1000000000)::INT"
)
_PLAIN_WHOLE = "strlen({v}) = strlen(TRY_CAST({v} AS {type})::VARCHAR)"
_PLAIN_REAL = (
    "isfinite(TRY_CAST({v} AS DOUBLE)) AND NOT contains({v}, ' ') AND NOT contains({v}, '_')"
)


def condition(probe: Probe, now: int) -> str:
    """Return a probe's question; NULL where it does not hold because there is no value."""
    return _CONDITIONS[probe.predicate].format(v=name(probe.column), limit=probe.limit, now=now)


def number(column: str) -> str:
    """Return the expression for a column's value as a whole number, NULL if it is none."""
    return f"TRY_CAST({name(column)} AS BIGINT)"


def screen(
    fields: Sequence[Mapping[str, Any]],
    *,
    quoted: bool,
    now: int,
    numbers: Mapping[str, str] | None = None,
) -> str:
    """Return a condition that fails for every row in which any probe of ``fields`` holds.

    Args:
        fields: The schema's fields.
        quoted: Whether there are quotes in the file.
        now: Unix time in seconds.
        numbers: Expressions for columns whose number the query has at hand already.
    """
    known = numbers or {}
    passed = [
        part
        for field in fields
        for part in _passes(field, quoted=quoted, now=now, number_of=known.get)
    ]
    return f"coalesce({' AND '.join(passed)}, false)" if passed else "true"


def _passes(
    field: Mapping[str, Any], *, quoted: bool, now: int, number_of: Callable[[str], str | None]
) -> list[str]:
    column, kinds = str(field["name"]), set(types(field))
    value = name(column)
    if column in IDS:
        fits = f"strlen({value}) <= {MAX_ID}"
        return [fits, f"NOT contains({value}, '\"')"] if quoted else [fits]
    whole = number_of(column) or number(column)
    plain = _plain(column, kinds, field, _PLAIN_TIME.format(v=value, now=now, number=whole))
    if "null" not in kinds:
        return [plain or f"{value} IS NOT NULL"]
    return [f"({value} IS NULL OR {plain})"] if plain else []


def _plain(column: str, kinds: set[str], field: Mapping[str, Any], time: str) -> str | None:
    """Return a condition that is not true for an empty value, None if any value will do."""
    value = name(column)
    if column in TIMES:
        return time
    if kinds & {"int", "long"}:
        size = "INTEGER" if "int" in kinds else "BIGINT"
        return _PLAIN_WHOLE.format(v=value, type=size)
    if kinds & {"float", "double"}:
        return _PLAIN_REAL.format(v=value)
    if "boolean" in kinds:
        return f"{value} IN ({text('true')}, {text('false')})"
    if field.get("categorical"):
        return f"strlen({value}) <= {MAX_CATEGORICAL}"
    return f"strlen({value}) <= {MAX_TEXT}" if field.get("textual") else None
