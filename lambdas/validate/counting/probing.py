"""The second pass: each probe asked of each value, with its count and its first line."""

from collections.abc import Sequence

import duckdb
import numpy as np

from lambdas.validate.counting.part import Held, Origin, Part
from lambdas.validate.probes import Probe, probes
from lambdas.validate.reading.arrow_blocks import blocks
from lambdas.validate.reading.questions import condition
from lambdas.validate.reading.table import Room, Source, engine, name

_BITS = 60


def find_held(part: Part, source: Source, origin: Origin, room: Room) -> dict[str, Held]:
    """Return the probes that hold, by their keys.

    Args:
        part: The part, for its schema.
        source: Where its records are.
        origin: Where they come from.
        room: Memory, threads and folder.
    """
    asked = list(probes(part.fields))
    if not asked:
        return {}
    with engine(room, in_order=True) as connection:
        counts, firsts = np.zeros(len(asked), np.int64), np.full(len(asked), -1, np.int64)
        rows = 0
        for block in blocks(connection.sql(_query(source, asked, part.now))):
            for place in range(len(asked)):
                word, bit = divmod(place, _BITS)
                held = np.flatnonzero(block[word] & np.uint64(1 << bit))
                if len(held) and not counts[place]:
                    firsts[place] = rows + held[0]
                counts[place] += len(held)
            rows += len(block[0])
        return {
            asked[place].key: Held(
                count=int(counts[place]),
                line=origin.line(int(firsts[place])),
                value=_value(source, asked[place].column, int(firsts[place]), connection),
            )
            for place in np.flatnonzero(counts).tolist()
        }


def _query(source: Source, asked: Sequence[Probe], now: int) -> str:
    words = [asked[start : start + _BITS] for start in range(0, len(asked), _BITS)]
    sums = [
        " + ".join(
            f"CASE WHEN {condition(probe, now)} THEN {1 << bit}::UBIGINT ELSE 0::UBIGINT END"
            for bit, probe in enumerate(word)
        )
        for word in words
    ]
    return f"SELECT {', '.join(sums)} FROM {source.sql}"


def _value(
    source: Source, column: str, row: int, connection: duckdb.DuckDBPyConnection
) -> str | None:
    found = connection.execute(
        f"SELECT {name(column)} FROM {source.sql} LIMIT 1 OFFSET {row}"
    ).fetchone()
    assert found is not None  # noqa: S101 - the probe held there
    return found[0] if found[0] is None else str(found[0])
