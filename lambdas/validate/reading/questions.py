"""Probes in SQL: one exact question of each value."""

from lambdas.validate.limits import MILLISECONDS_FROM
from lambdas.validate.probes import Predicate, Probe
from lambdas.validate.reading.table import name, text

_WHOLE = "regexp_full_match({v}, '[+-]?[0-9]+')"
_DATE = r"regexp_full_match({v}, '[0-9]{{4}}[-/.][0-9]{{1,2}}[-/.][0-9]{{1,2}}.*')"
_NUMBER = r"regexp_full_match({v}, '[+-]?([0-9]+\.?[0-9]*|\.[0-9]+)([eE][+-]?[0-9]+)?')"
# Of a file that was joined out of several the later headers may have byte-order marks.
_HEADER = "ltrim({v}, '\ufeff') = {column}"
_SPELLINGS = "('true', 'false', 't', 'f', 'yes', 'no', 'y', 'n', '1', '0')"
# An empty value is the business of EMPTY alone: everywhere else NULL makes a condition not hold.
_CONDITIONS: dict[Predicate, str] = {
    Predicate.EMPTY: "{v} IS NULL",
    Predicate.LONGER_THAN: "length({v}) > {limit}",
    Predicate.HAS_QUOTE: "contains({v}, '\"')",
    Predicate.NOT_WHOLE: f"NOT {_WHOLE} AND NOT {_DATE} AND NOT {_HEADER}",
    Predicate.OUT_OF_INT: f"{_WHOLE} AND TRY_CAST({{v}} AS INTEGER) IS NULL",
    Predicate.OUT_OF_LONG: f"{_WHOLE} AND TRY_CAST({{v}} AS BIGINT) IS NULL",
    Predicate.NOT_A_NUMBER: f"NOT {_NUMBER} AND NOT {_HEADER}",
    Predicate.NEGATIVE: f"{_WHOLE} AND TRY_CAST({{v}} AS BIGINT) < 0",
    Predicate.MILLISECONDS: f"{_WHOLE} AND TRY_CAST({{v}} AS BIGINT) >= {MILLISECONDS_FROM}",
    Predicate.A_DATE: _DATE,
    Predicate.IN_THE_FUTURE: (
        f"{_WHOLE} AND TRY_CAST({{v}} AS BIGINT) BETWEEN {{now}} + 1 AND {MILLISECONDS_FROM} - 1"
    ),
    Predicate.BOOLEAN_MISSPELLED: (
        f"{{v}} NOT IN ('true', 'false') AND lower({{v}}) IN {_SPELLINGS}"
    ),
    Predicate.NOT_BOOLEAN: f"lower({{v}}) NOT IN {_SPELLINGS} AND NOT {_HEADER}",
    Predicate.THE_HEADER: _HEADER,
}


def condition(probe: Probe, now: int) -> str:
    """Return a probe's question; NULL where it does not hold because there is no value."""
    return _CONDITIONS[probe.predicate].format(
        v=name(probe.column), column=text(probe.column), limit=probe.limit, now=now
    )
