"""How many events a solution is left with that takes some by their value."""

from collections.abc import Sequence

from lambdas.validate.counting.part import Wish
from lambdas.validate.reading.table import Room, Source, engine, text


def left_by_value(wishes: Sequence[Wish], source: Source, room: Room) -> dict[str, int]:
    """Return the number of events by solution; the engine reads the source once for all of them."""
    if not wishes:
        return {}
    sums = ", ".join(f"count(*) FILTER ({_takes(wish, source.columns)})" for wish in wishes)
    with engine(room) as connection:
        counts = connection.execute(f"SELECT {sums} FROM {source.sql}").fetchone() or ()
    return {wish.name: count for wish, count in zip(wishes, counts, strict=True)}


def _takes(wish: Wish, columns: Sequence[str]) -> str:
    """Return the condition that an event meets which the solution trains on."""
    return " OR ".join(f"({_meets(*choice, columns)})" for choice in wish.choices)


def _meets(kind: str | None, least: float | None, columns: Sequence[str]) -> str:
    needed = {"EVENT_TYPE": kind, "EVENT_VALUE": least}
    if any(value is not None and column not in columns for column, value in needed.items()):
        return "false"
    conditions = [] if kind is None else [f'"EVENT_TYPE" = {text(kind)}']
    if least is not None:
        conditions.append(f'TRY_CAST("EVENT_VALUE" AS DOUBLE) >= {float(least)!r}')
    return " AND ".join(conditions) or "true"
