"""What is looked for in the values: one probe a rule and column, said without saying how.

A probe is data. The engine counts how often it holds and finds its first line; the words are here.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from enum import StrEnum
from typing import Any

from lambdas.shared.map_settings import DatasetMap, Dated
from lambdas.validate.findings import Finding, Level
from lambdas.validate.limits import MAX_CATEGORICAL, MAX_ID, MAX_TEXT
from lambdas.validate.schema_rules import REQUIRED, types

IDS = frozenset({"USER_ID", "ITEM_ID", "ACTION_ID"})
TIMES = frozenset({"TIMESTAMP", "CREATION_TIMESTAMP", "EXPIRATION_TIMESTAMP"})
_NEVER_NULL = frozenset(column for columns in REQUIRED.values() for column in columns)
_WHOLE, _REAL = frozenset({"int", "long"}), frozenset({"float", "double"})


class Predicate(StrEnum):
    """A question about one value; the engine knows how to ask it."""

    EMPTY = "empty"
    LONGER_THAN = "longer than"
    HAS_QUOTE = "has a double quote"
    NOT_WHOLE = "not a whole number"
    OUT_OF_INT = "not within 32 bits"
    OUT_OF_LONG = "not within 64 bits"
    NOT_A_NUMBER = "not a number"
    NEGATIVE = "below zero"
    MILLISECONDS = "milliseconds"
    A_DATE = "a date"
    IN_THE_FUTURE = "in the future"
    NOT_BOOLEAN = "neither true nor false"
    THE_HEADER = "the header again"
    BOOLEAN_MISSPELLED = "true or false in another spelling"


@dataclass(frozen=True, kw_only=True)
class Probe:
    """One question to every value of a column, and the words for when it holds.

    Attributes:
        code: The finding's code.
        column: The column.
        predicate: What is asked.
        limit: The number that goes with it, where one does.
        level: Whether it stops the run.
        verdict: What a value is for which it holds, if the predicate's own words don't say it.
        allowed: What may be there.
        remedy: How to mend it.
    """

    code: str
    column: str
    predicate: Predicate
    allowed: str
    remedy: str
    limit: int = 0
    level: Level = Level.REFUSE
    verdict: str = ""

    @property
    def key(self) -> str:
        """Return what tells it from the schema's other probes."""
        return f"{self.column}:{self.predicate.name}"

    def finding(self, *, file: str, count: int, line: int, value: str | None) -> Finding:
        """Return the finding for a probe that holds ``count`` times, first in ``line``."""
        return Finding(
            code=self.code,
            level=self.level,
            file=file,
            line=line,
            column=self.column,
            found=self._found(value),
            allowed=self.allowed,
            remedy=self.remedy,
            count=count,
        )

    def _found(self, value: str | None) -> str:
        if not value:
            return "is empty"
        if self.predicate is Predicate.LONGER_THAN:
            return f"has {len(value):,} characters"
        shown = value if len(value) <= _SHOWN else f"{value[:_SHOWN]}…"
        if self.verdict:
            return f"{shown!r} {self.verdict}"
        return (
            f"{shown!r} is {self.predicate}"
            if self.predicate is not Predicate.HAS_QUOTE
            else (f"{shown!r} {self.predicate}")
        )


_SHOWN = 60


def probes(
    fields: Sequence[Mapping[str, Any]], mapping: DatasetMap | None = None
) -> Iterator[Probe]:
    """Yield every probe that a schema's columns call for, in the words of a map if there is one."""
    ways = {} if mapping is None else mapping.columns
    for probe in _of_columns(fields):
        way = ways.get(probe.column)
        yield _dated(probe, way.date) if isinstance(way, Dated) else probe


def _dated(probe: Probe, written: str) -> Probe:
    """Return a probe of what map: turns into seconds, and leaves as it is where it can't."""
    if probe.predicate not in {Predicate.A_DATE, Predicate.NOT_WHOLE}:
        return probe
    return replace(
        probe,
        verdict=f"does not fit map's date format {written}",
        allowed="every date of the column is written alike",
        remedy="Write it so, or change date: (strptime, as in %d.%m.%Y)",
    )


def _of_columns(fields: Sequence[Mapping[str, Any]]) -> Iterator[Probe]:
    first = next((str(field["name"]) for field in fields if field["name"] in IDS), None)
    if first:
        yield _header(first)
    for field in fields:
        name, kinds = str(field["name"]), set(types(field))
        if name in IDS:
            yield from _id(name)
        elif "null" not in kinds:
            yield _null(name)
        if name in TIMES:
            yield from _time(name)
        elif kinds & _WHOLE:
            yield from _whole(name, kinds)
        elif kinds & _REAL:
            yield _real(name)
        elif "boolean" in kinds:
            yield from _boolean(name)
        yield from _texts(name, field)


def _header(name: str) -> Probe:
    return Probe(
        code="header-repeated",
        column=name,
        predicate=Predicate.THE_HEADER,
        allowed="one header, in the first line",
        remedy="Take the line out: files that are joined bring one each",
    )


def _id(name: str) -> Iterator[Probe]:
    yield Probe(
        code="id-empty",
        column=name,
        predicate=Predicate.EMPTY,
        allowed=f"1 to {MAX_ID} characters",
        remedy="Leave the row out, or give it its id",
    )
    yield Probe(
        code="id-too-long",
        column=name,
        predicate=Predicate.LONGER_THAN,
        limit=MAX_ID,
        allowed=f"1 to {MAX_ID} characters",
        remedy="Use a shorter id, a hash of it for instance",
    )
    yield Probe(
        code="id-quote",
        column=name,
        predicate=Predicate.HAS_QUOTE,
        allowed="ids without double quotes",
        remedy="Take the quotes out of the id",
    )


def _null(name: str) -> Probe:
    return Probe(
        code="null-not-allowed",
        column=name,
        predicate=Predicate.EMPTY,
        allowed='the schema has no "null" for it',
        remedy="Fill it in, or leave the row out"
        if name in _NEVER_NULL
        else 'Fill it in, or make its type ["null", …] in the schema',
    )


def _time(name: str) -> Iterator[Probe]:
    seconds = "whole seconds since 1970 (UTC)"
    for code, predicate, remedy in (
        ("time-milliseconds", Predicate.MILLISECONDS, "Divide by 1,000 (repair: true does it)"),
        ("time-date", Predicate.A_DATE, "Turn dates into seconds (map: does it)"),
        ("time-not-whole", Predicate.NOT_WHOLE, "Write whole seconds, in digits only"),
        ("time-negative", Predicate.NEGATIVE, "Leave rows from before 1970 out"),
    ):
        yield Probe(code=code, column=name, predicate=predicate, allowed=seconds, remedy=remedy)
    yield Probe(
        code="time-future",
        column=name,
        predicate=Predicate.IN_THE_FUTURE,
        level=Level.WARN,
        allowed="a time that has been",
        remedy="Check the clock or the time zone it comes from",
    )


def _whole(name: str, kinds: set[str]) -> Iterator[Probe]:
    is_int = "int" in kinds
    yield Probe(
        code="type-whole",
        column=name,
        predicate=Predicate.NOT_WHOLE,
        allowed="the schema's type is int or long",
        remedy="Write whole numbers, or change the schema to float",
    )
    yield Probe(
        code="type-whole",
        column=name,
        predicate=Predicate.A_DATE,
        allowed="the schema's type is int or long",
        remedy="Write whole numbers, or change the schema to string",
    )
    yield Probe(
        code="type-range",
        column=name,
        predicate=Predicate.OUT_OF_INT if is_int else Predicate.OUT_OF_LONG,
        allowed=f"the schema's type is {'int' if is_int else 'long'}",
        remedy="Make its type long in the schema" if is_int else "Make its type string",
    )


def _real(name: str) -> Probe:
    return Probe(
        code="type-number",
        column=name,
        predicate=Predicate.NOT_A_NUMBER,
        allowed="the schema's type is float or double",
        remedy="Write numbers with a point, or change the schema to string",
    )


def _boolean(name: str) -> Iterator[Probe]:
    yield Probe(
        code="boolean-spelling",
        column=name,
        predicate=Predicate.BOOLEAN_MISSPELLED,
        allowed="true or false, in small letters",
        remedy="Write true and false (repair: true does it)",
    )
    yield Probe(
        code="type-boolean",
        column=name,
        predicate=Predicate.NOT_BOOLEAN,
        allowed="true or false, in small letters",
        remedy="Write true and false, or change the schema",
    )


def _texts(name: str, field: Mapping[str, Any]) -> Iterator[Probe]:
    if field.get("categorical"):
        yield Probe(
            code="category-too-long",
            column=name,
            predicate=Predicate.LONGER_THAN,
            limit=MAX_CATEGORICAL,
            allowed=f"at most {MAX_CATEGORICAL:,} characters",
            remedy="Use fewer or shorter categories",
        )
    if field.get("textual"):
        yield Probe(
            code="text-too-long",
            column=name,
            predicate=Predicate.LONGER_THAN,
            limit=MAX_TEXT,
            level=Level.WARN,
            allowed=f"the service cuts texts at {MAX_TEXT:,} characters",
            remedy="Shorten it where you choose",
        )
