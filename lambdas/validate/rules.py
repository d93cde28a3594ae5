"""The judgement over a dataset: facts in, findings out. Pure: no file, no clock, no cloud."""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from lambdas.validate.counting.part import CATALOGUES, EVENTS, Wish
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
from lambdas.validate.schema_rules import metadata


def judge(
    facts: Facts, fields: Sequence[Mapping[str, Any]], wishes: Sequence[Wish], *, now: int
) -> Iterator[Finding]:
    """Yield what a dataset's numbers say.

    Args:
        facts: The dataset, counted.
        fields: Its schema's fields.
        wishes: What the solutions train on.
        now: Unix time in seconds.
    """
    if facts.kind in EVENTS:
        yield from _sameness(facts)
    else:
        yield from _catalogue(facts)
    if facts.kind == "interactions" and facts.rows:
        yield from _enough(facts)
        yield from _event_types(facts, fields)
        yield from _times(facts, now)
        yield from _unknown(facts)
        yield from _solutions(facts, wishes)
    if facts.kind in ("interactions", "items"):
        yield from _many_items(facts, [wish.recipe for wish in wishes])


def _sameness(facts: Facts) -> Iterator[Finding]:
    if facts.duplicates:
        yield _warn(
            "duplicates",
            facts,
            f"{_rows(facts.duplicates)} equal an earlier one in every column",
            "the service keeps one of them",
            "Nothing, or remove them",
        )


def _catalogue(facts: Facts) -> Iterator[Finding]:
    if facts.repeated_ids:
        yield _warn(
            "id-repeated",
            facts,
            f"{_rows(facts.repeated_ids)} have an {CATALOGUES[facts.kind]} that an earlier row has",
            "the last row of an id wins",
            "Keep one row an id",
        )


def _enough(facts: Facts) -> Iterator[Finding]:
    if facts.different_rows < MIN_INTERACTIONS:
        yield _refuse(
            "too-few-interactions",
            facts,
            f"has {_different(facts.rows, facts.different_rows)}",
            f"training needs at least {MIN_INTERACTIONS:,}",
            "Drop more data",
        )
    two = "two different interactions" if facts.duplicates else "two interactions"
    returning = _returning(facts)
    share = returning / facts.users if facts.users else 0.0
    if returning < MIN_USERS_WITH_TWO:
        yield _refuse(
            "too-few-users",
            facts,
            f"{returning:,} users have {two} or more",
            f"training needs at least {MIN_USERS_WITH_TWO}",
            "Drop more data",
        )
    if share < MIN_SHARE_OF_USERS_WITH_TWO:
        yield _refuse(
            "users-once",
            facts,
            f"{share:.2%} of {facts.users:,} users have {two} or more",
            f"training needs at least {MIN_SHARE_OF_USERS_WITH_TWO:.0%}",
            "Leave out users who came once, or drop a longer time",
        )
    few = facts.different_rows < ADVISED_INTERACTIONS or facts.users < ADVISED_USERS
    if few and facts.different_rows >= MIN_INTERACTIONS:
        yield _warn(
            "little-data",
            facts,
            f"has {facts.different_rows:,} interactions of {facts.users:,} users",
            f"{ADVISED_INTERACTIONS:,} of {ADVISED_USERS:,} are advised",
            "It trains; read the metrics with care",
        )


def _returning(facts: Facts) -> int:
    """Return how many users have two different interactions: at most so many, with duplicates.

    Every user has one, so there can't be more than there are interactions beyond the users'
    first. Which user's row it is that equals another one is not kept.
    """
    return min(facts.users_with_two, facts.different_rows - facts.users)


def _event_types(facts: Facts, fields: Sequence[Mapping[str, Any]]) -> Iterator[Finding]:
    optional = [field["name"] for field in fields if field["name"] in metadata(fields)]
    together = len(facts.event_types) + len(optional)
    if together > MAX_EVENT_TYPES_AND_METADATA:
        yield _refuse(
            "too-many-event-types",
            facts,
            f"has {len(facts.event_types)} event types and {len(optional)} metadata columns",
            f"at most {MAX_EVENT_TYPES_AND_METADATA} together",
            "Join rare event types, or leave columns out",
        )
    kind, count = next(iter(facts.event_types.items()), ("", 0))
    if len(facts.event_types) > 1 and count > DOMINANT_EVENT_TYPE * facts.rows:
        yield _warn(
            "one-event-type",
            facts,
            f"{kind!r} is {count / facts.rows:.1%} of all events",
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
    if facts.last_time < now - YEAR_SECONDS:
        years = (now - facts.last_time) / YEAR_SECONDS
        yield _warn(
            "data-old",
            facts,
            f"the newest event is {years:.1f} years old",
            "events of the last year say most about today",
            "Drop newer data if there is any",
        )


def _unknown(facts: Facts) -> Iterator[Finding]:
    if facts.unknown_things:
        yield _warn(
            "items-unknown",
            facts,
            f"{facts.unknown_things:,} of its {facts.things:,} items have no row in the items file",
            "the items file should know every item",
            "Add the missing items",
        )


def _solutions(facts: Facts, wishes: Sequence[Wish]) -> Iterator[Finding]:
    for wish in wishes:
        left = facts.trainable.get(wish.name, facts.rows)
        unlike = min(left, facts.different.get(wish.name, facts.different_rows))
        if unlike < MIN_INTERACTIONS <= facts.different_rows:
            yield _refuse(
                "event-type-leaves-too-few",
                facts,
                f"{_choice(wish)} by the solution {wish.name} leaves {_different(left, unlike)}",
                f"training needs at least {MIN_INTERACTIONS:,}; there are "
                f"{', '.join(facts.event_types) or 'no event types'}",
                "Train on another event type or a lower value, or on all",
            )


def _choice(wish: Wish) -> str:
    return "the choice of " + " or ".join(_words(*choice) for choice in wish.choices)


def _words(kind: str | None, least: float | None) -> str:
    words = [] if kind is None else [f"the event type {kind!r}"]
    return " ".join([*words, *([] if least is None else [f"values of at least {least:g}"])])


def _many_items(facts: Facts, recipes: Sequence[str]) -> Iterator[Finding]:
    v2 = bool(recipes) and all(recipe.endswith("-v2") for recipe in recipes)
    most = MAX_ITEMS_V2 if v2 else MAX_ITEMS
    if facts.things > most:
        yield _warn(
            "many-items",
            facts,
            f"has {facts.things:,} items",
            f"recipes consider at most {most:,}",
            "Leave out what is no longer offered, or use the -v2 recipes",
        )


def _different(rows: int, different: int) -> str:
    if rows == different:
        return _rows(rows)
    return f"{_rows(rows)}, {different:,} without those that equal an earlier one"


def _rows(count: int) -> str:
    return f"{count:,} row{'s' * (count != 1)}"


def _refuse(code: str, facts: Facts, found: str, allowed: str, remedy: str) -> Finding:
    return _of(Level.REFUSE, code, facts, found, allowed, remedy)


def _warn(code: str, facts: Facts, found: str, allowed: str, remedy: str) -> Finding:
    return _of(Level.WARN, code, facts, found, allowed, remedy)


def _of(level: Level, code: str, facts: Facts, *words: str) -> Finding:
    found, allowed, remedy = words
    return Finding(
        code=code, level=level, file=facts.name, found=found, allowed=allowed, remedy=remedy
    )
