"""A part, counted: bytes, lines, values, sums; the exact and slow ways only where they are needed.

1. A survey of the bytes says whether a plain parser reads them as the service does.
2. If not, or if it stumbles, each line is judged by itself and the records are copied out.
3. One parallel pass over the records adds everything up and screens every value.
4. Only if the screen is doubtful, a second pass asks each probe and finds its first line.
"""

from dataclasses import dataclass

import duckdb

from lambdas.validate.counting.catalogue import CataloguePass
from lambdas.validate.counting.events import EventPass
from lambdas.validate.counting.part import EVENTS, BrokenLine, Counted, Lines, Origin, Part
from lambdas.validate.counting.probing import find_held
from lambdas.validate.counting.runs import Runs
from lambdas.validate.reading.arrow_blocks import blocks
from lambdas.validate.reading.records import Records, read_records
from lambdas.validate.reading.survey import Survey, survey
from lambdas.validate.reading.table import Room, Source, engine


@dataclass(frozen=True, kw_only=True)
class Count:
    """A count, and what was counted.

    Attributes:
        counted: The count.
        source: The records; None if there are none to speak of.
        origin: Where they come from.
    """

    counted: Counted
    source: Source | None
    origin: Origin


def count(part: Part, room: Room, runs: Runs) -> Count:
    """Count a part and leave its fingerprints in ``runs``.

    Args:
        part: Whole lines of a file; its columns are those of the schema.
        room: Memory, threads and a folder, in which a copy of the records may be left.
        runs: Takes the fingerprints of ids and rows.

    Raises:
        duckdb.Error: There was not enough room.
    """
    seen = survey(part.file)
    if not seen.size:
        nothing = Counted(kind=part.kind, name=part.name, number=part.number)
        return Count(counted=nothing, source=None, origin=Lines(header=part.header))
    return _directly(part, seen, room, runs) or _by_lines(part, seen, room, runs)


def _directly(part: Part, seen: Survey, room: Room, runs: Runs) -> Count | None:
    """Return the count of a file that a plain parser reads, None if this is not one."""
    values = seen.lines * (len(part.columns) - 1)
    if seen.quoted or seen.zeros or seen.commas != values:
        return None
    source = Source(file=part.file, columns=part.columns, header=part.header, quoted=False)
    origin = part.origin or Lines(header=part.header)
    try:
        counted = _add_up(part, source, origin, room, runs)
    except duckdb.InvalidInputException:
        counted = None
    if counted is not None and counted.rows == seen.lines - part.header:
        update = _of_bytes(seen)
        return Count(counted=counted.model_copy(update=update), source=source, origin=origin)
    runs.clear()
    return None


def _by_lines(part: Part, seen: Survey, room: Room, runs: Runs) -> Count:
    copy = room.folder / f"{part.kind}-{part.number}-records.csv"
    records = read_records(part.file, len(part.columns), header=part.header, copy=copy)
    origin = part.origin or Lines(header=part.header, dropped=records.dropped)
    update = {**_of_bytes(seen), **_of_lines(records)}
    if records.given_up:
        nothing = Counted(kind=part.kind, name=part.name, number=part.number)
        return Count(counted=nothing.model_copy(update=update), source=None, origin=origin)
    source = Source(file=records.file, columns=part.columns, header=part.header, quoted=seen.quoted)
    counted = _add_up(part, source, origin, room, runs).model_copy(update=update)
    return Count(counted=counted, source=source, origin=origin)


def _add_up(part: Part, source: Source, origin: Origin, room: Room, runs: Runs) -> Counted:
    adding = EventPass(part, runs) if part.kind in EVENTS else CataloguePass(part, runs)
    with engine(room) as connection:
        for block in blocks(connection.sql(adding.sql(source))):
            adding.add(block)
        counted = adding.finish(connection, source)
    if not adding.suspicious:
        return counted
    return counted.model_copy(update={"held": find_held(part, source, origin, room)})


def _of_bytes(seen: Survey) -> dict[str, object]:
    return {"size": seen.size, "lines": seen.lines, "returns": seen.returns}


def _of_lines(records: Records) -> dict[str, object]:
    return {
        "broken": [
            BrokenLine(line=one.line, fault=one.fault, detail=one.detail, text=one.text)
            for one in records.broken
        ],
        "faults": dict(records.faults),
        "doubled": records.doubled,
        "first_doubled": records.first_doubled,
    }
