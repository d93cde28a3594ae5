"""A part, counted: bytes, lines, values, sums; the exact and slow ways only where they are needed.

1. A survey of the bytes says whether a plain parser reads them as the service does.
2. If not, or if it stumbles, each line is judged by itself and the records are copied out.
3. One parallel pass over the records adds everything up and screens every value.
4. Only if the screen is doubtful, a second pass asks each probe and finds its first line.
"""

import duckdb

from lambdas.validate.counting.catalogue import CataloguePass
from lambdas.validate.counting.events import EventPass
from lambdas.validate.counting.part import EVENTS, BrokenLine, Counted, Part
from lambdas.validate.counting.probing import find_held
from lambdas.validate.counting.runs import Runs
from lambdas.validate.reading.arrow_blocks import blocks
from lambdas.validate.reading.records import Records, read_records
from lambdas.validate.reading.survey import Survey, survey
from lambdas.validate.reading.table import Room, Source, engine


def count(part: Part, room: Room, runs: Runs) -> Counted:
    """Count a part and leave its fingerprints in ``runs``.

    Args:
        part: Whole lines of a file; its columns are those of the schema.
        room: Memory, threads and a folder for copies.
        runs: Takes the fingerprints of ids and rows.

    Raises:
        duckdb.Error: There was not enough room.
    """
    seen = survey(part.file)
    if not seen.size:
        return Counted(kind=part.kind, name=part.name, number=part.number)
    counted = _directly(part, seen, room, runs) or _by_lines(part, seen, room, runs)
    of_bytes = {"size": seen.size, "lines": seen.lines, "returns": seen.returns}
    return counted.model_copy(update=of_bytes)


def _directly(part: Part, seen: Survey, room: Room, runs: Runs) -> Counted | None:
    """Return the count of a file that a plain parser reads, None if this is not one."""
    values = seen.lines * (len(part.columns) - 1)
    if seen.quoted or seen.zeros or seen.commas != values:
        return None
    source = Source(file=part.file, columns=part.columns, header=part.header, quoted=False)
    try:
        counted = _add_up(part, source, None, room, runs)
    except duckdb.InvalidInputException:
        counted = None
    if counted is not None and counted.rows == seen.lines - part.header:
        return counted
    runs.clear()
    return None


def _by_lines(part: Part, seen: Survey, room: Room, runs: Runs) -> Counted:
    copy = room.folder / f"{part.kind}-{part.number}-records.csv"
    records = read_records(part.file, len(part.columns), header=part.header, copy=copy)
    source = Source(file=records.file, columns=part.columns, header=part.header, quoted=seen.quoted)
    if records.given_up:
        counted = Counted(kind=part.kind, name=part.name, number=part.number)
    else:
        counted = _add_up(part, source, records, room, runs)
    copy.unlink(missing_ok=True)
    return counted.model_copy(update=_of_lines(records))


def _add_up(part: Part, source: Source, records: Records | None, room: Room, runs: Runs) -> Counted:
    adding = EventPass(part, runs) if part.kind in EVENTS else CataloguePass(part, runs)
    with engine(room) as connection:
        for block in blocks(connection.sql(adding.sql(source))):
            adding.add(block)
        counted = adding.finish(connection, source)
    if not adding.suspicious:
        return counted
    return counted.model_copy(update={"held": find_held(part, source, records, room)})


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
