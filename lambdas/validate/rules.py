"""The judgement over a whole drop: facts in, findings out. Pure: no file, no clock, no cloud."""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from lambdas.validate.facts import Facts
from lambdas.validate.findings import Finding, Level
from lambdas.validate.limits import (
    ADVISED_INTERACTIONS,
    ADVISED_USERS,
    DOMINANT_EVENT_TYPE,
    MAX_EVENT_TYPES_AND_METADATA,
    MAX_ITEMS,
    MAX_ITEMS_V2,
    MIN_INTERACTIONS,
    MIN_SHARE_OF_USERS_WITH_TWO,
    MIN_USERS_WITH_TWO,
    YEAR_SECONDS,
)
from lambdas.validate.probes import Probe
from lambdas.validate.schema_rules import metadata

# DuckDB's name for a line that is not UTF-8.
_ENCODING = "INVALID ENCODING"
_METADATA_FILES = {"items": "ITEM_ID", "users": "USER_ID", "actions": "ACTION_ID"}


def judge_values(facts: Facts, probes: Sequence[Probe]) -> Iterator[Finding]:
    """Yield a finding for each probe that held, and for lines that are no records."""
    for place, held in sorted(facts.held.items()):
        yield probes[place].finding(
            file=facts.file, count=held.count, line=held.line, value=held.value
        )
    yield from _not_records(facts)


def _not_records(facts: Facts) -> Iterator[Finding]:
    foreign = [line for line in facts.ragged if line.kind == _ENCODING]
    ragged = [line for line in facts.ragged if line.kind != _ENCODING]
    if foreign:
        yield Finding(
            code="not-utf8",
            level=Level.REFUSE,
            file=facts.file,
            line=foreign[0].line,
            found="the line has bytes that are not UTF-8 (Latin-1 or Windows-1252, perhaps)",
            allowed="UTF-8",
            remedy="Save the file as UTF-8",
            count=len(foreign),
        )
    if ragged:
        shown = ragged[0].text.split("\n", 1)[0][:80]
        yield Finding(
            code="ragged",
            level=Level.REFUSE,
            file=facts.file,
            line=ragged[0].line,
            found=f"{ragged[0].error}: {shown!r}",
            allowed="each line has one value for each column, quotes closed and doubled inside",
            remedy="Mend or remove the line",
            count=facts.ragged_lines - len(foreign),
        )


def judge_rows(kind: str, facts: Facts) -> Iterator[Finding]:
    """Yield what the number and the sameness of rows say."""
    if facts.rows == 0 and not facts.ragged:
        yield _refuse(
            "header-only", facts, "has a header and no rows", "at least one row", "Export it again"
        )
        return
    if facts.duplicates and kind in ("interactions", "actionInteractions"):
        yield _warn(
            "duplicates",
            facts,
            f"{facts.duplicates:,} rows equal an earlier one in every column",
            "the service keeps one of them",
            "Nothing, or remove them",
        )
    if facts.repeated_ids:
        yield _warn(
            "id-repeated",
            facts,
            f"{facts.repeated_ids:,} rows have an {_METADATA_FILES[kind]} that an earlier row has",
            "the last row of an id wins",
            "Keep one row an id",
        )


def judge_interactions(
    facts: Facts, fields: Sequence[Mapping[str, Any]], *, now: int
) -> Iterator[Finding]:
    """Yield what training needs of the interactions, and what it would rather have."""
    if facts.rows == 0:
        return
    yield from _enough(facts)
    yield from _event_types(facts, fields)
    yield from _times(facts, now)
    if facts.unknown_items:
        yield _warn(
            "items-unknown",
            facts,
            f"{facts.unknown_items:,} items have interactions and no row in items.csv",
            "items.csv should know every item",
            "Add the missing items",
        )


def _enough(facts: Facts) -> Iterator[Finding]:
    if facts.rows < MIN_INTERACTIONS:
        yield _refuse(
            "too-few-interactions",
            facts,
            f"has {facts.rows:,} rows",
            f"training needs at least {MIN_INTERACTIONS:,}",
            "Drop more data",
        )
    share = facts.users_with_two / facts.users if facts.users else 0.0
    if facts.users_with_two < MIN_USERS_WITH_TWO:
        yield _refuse(
            "too-few-users",
            facts,
            f"{facts.users_with_two:,} users have two interactions or more",
            f"training needs at least {MIN_USERS_WITH_TWO}",
            "Drop more data",
        )
    elif share < MIN_SHARE_OF_USERS_WITH_TWO:
        yield _refuse(
            "users-once",
            facts,
            f"{share:.2%} of {facts.users:,} users have two interactions or more",
            f"at least {MIN_SHARE_OF_USERS_WITH_TWO:.0%}",
            "Leave out users who came once, or drop a longer time",
        )
    if MIN_INTERACTIONS <= facts.rows < ADVISED_INTERACTIONS or facts.users < ADVISED_USERS:
        yield _warn(
            "little-data",
            facts,
            f"has {facts.rows:,} interactions of {facts.users:,} users",
            f"{ADVISED_INTERACTIONS:,} of {ADVISED_USERS:,} are advised",
            "It trains; read the metrics with care",
        )


def _event_types(facts: Facts, fields: Sequence[Mapping[str, Any]]) -> Iterator[Finding]:
    together = len(facts.event_types) + len(metadata(fields))
    if together > MAX_EVENT_TYPES_AND_METADATA:
        yield _refuse(
            "too-many-event-types",
            facts,
            f"{len(facts.event_types)} event types and {len(metadata(fields))} metadata columns",
            f"at most {MAX_EVENT_TYPES_AND_METADATA} together",
            "Join rare event types, or leave columns out",
        )
    top = max(facts.event_types.items(), key=lambda entry: entry[1], default=None)
    if top and len(facts.event_types) > 1 and top[1] > DOMINANT_EVENT_TYPE * facts.rows:
        yield _warn(
            "one-event-type",
            facts,
            f"{top[0]!r} is {top[1] / facts.rows:.1%} of all events",
            "a model can hardly learn the others",
            "Train on one event type, or weigh them",
        )


def _times(facts: Facts, now: int) -> Iterator[Finding]:
    if facts.first_time is None or facts.last_time is None:
        return
    if facts.first_time == facts.last_time:
        yield _warn(
            "times-equal",
            facts,
            "all time stamps are equal",
            "sequences are learned from their order",
            "Give each event its time",
        )
    elif facts.last_time < now - YEAR_SECONDS:
        years = (now - facts.last_time) / YEAR_SECONDS
        yield _warn(
            "data-old",
            facts,
            f"the newest event is {years:.1f} years old",
            "events of the last year say most about today",
            "Drop newer data if there is any",
        )


def judge_items(facts: Facts, recipes: Sequence[str]) -> Iterator[Finding]:
    """Yield whether there are more items than the recipes consider."""
    v2 = bool(recipes) and all(recipe.endswith("-v2") for recipe in recipes)
    most = MAX_ITEMS_V2 if v2 else MAX_ITEMS
    if facts.items > most:
        yield _warn(
            "many-items",
            facts,
            f"has {facts.items:,} items",
            f"recipes consider at most {most:,}",
            "Leave out what is no longer offered, or use the -v2 recipes",
        )


def judge_solutions(facts: Facts, event_types: Mapping[str, str]) -> Iterator[Finding]:
    """Yield each solution that its own event type leaves with too little."""
    for name, left in facts.trainable.items():
        if left < MIN_INTERACTIONS <= facts.rows:
            yield _refuse(
                "event-type-leaves-too-few",
                facts,
                f"the event type {event_types[name]!r} of the solution {name} leaves {left:,} rows",
                f"training needs at least {MIN_INTERACTIONS:,}; there are "
                f"{', '.join(facts.event_types) or 'no event types'}",
                "Train on another event type, or on all",
            )


def _refuse(code: str, facts: Facts, found: str, allowed: str, remedy: str) -> Finding:
    return _of(Level.REFUSE, code, facts, found, allowed, remedy)


def _warn(code: str, facts: Facts, found: str, allowed: str, remedy: str) -> Finding:
    return _of(Level.WARN, code, facts, found, allowed, remedy)


def _of(level: Level, code: str, facts: Facts, *words: str) -> Finding:
    found, allowed, remedy = words
    return Finding(
        code=code, level=level, file=facts.file, found=found, allowed=allowed, remedy=remedy
    )
