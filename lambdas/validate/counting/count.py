"""A part, counted: bytes, lines, values, sums; the exact and slow ways only where they are needed.

1. Most files are plain: threads add up the records of a stretch each, and screen every value.
2. Of any other, each line is judged by itself, the records are copied out, and the engine parses
   the copy.
3. Only if the screen is doubtful, or could not be asked, a second pass asks each probe and finds
   its first line.
"""

from collections.abc import Callable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass
from functools import partial
from typing import TypeVar

from lambdas.validate.counting.catalogue import CataloguePass
from lambdas.validate.counting.events import EventPass
from lambdas.validate.counting.part import EVENTS, Counted, Lines, Origin, Part, broken_lines
from lambdas.validate.counting.probing import find_held
from lambdas.validate.counting.runs import Runs
from lambdas.validate.ranges import Range, ranges
from lambdas.validate.reading.parsed import parsed_blocks
from lambdas.validate.reading.plain import NotPlainError, plain_blocks
from lambdas.validate.reading.records import Records, read_records
from lambdas.validate.reading.survey import Survey, survey
from lambdas.validate.reading.table import Room, Source, engine

# So much of a file is one thread's to read before it looks for more.
_STRETCH = 16 * 1024 * 1024
_Pass = EventPass | CataloguePass
_OnePass = TypeVar("_OnePass", EventPass, CataloguePass)


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
    size = part.file.stat().st_size
    if not size:
        nothing = Counted(kind=part.kind, name=part.name, number=part.number)
        return Count(counted=nothing, source=None, origin=Lines(header=part.header))
    try:
        return _plainly(part, size, room, runs)
    except NotPlainError:
        runs.clear()
        return _by_lines(part, survey(part.file), room, runs)


def _plainly(part: Part, size: int, room: Room, runs: Runs) -> Count:
    """Return the count of a plain file."""
    adding: _Pass
    if part.kind in EVENTS:
        adding = _side_by_side(partial(EventPass, part, runs), part, size, room.threads)
    else:
        adding = _side_by_side(partial(CataloguePass, part, runs), part, size, room.threads)
    source = Source(file=part.file, columns=part.columns, header=part.header, quoted=False)
    origin = part.origin or Lines(header=part.header)
    counted = adding.counted(source, room)
    if adding.suspicious:
        counted = counted.model_copy(update={"held": find_held(part, source, origin, room)})
    update = {"size": size, "lines": adding.rows + part.header}
    return Count(counted=counted.model_copy(update=update), source=source, origin=origin)


def _side_by_side(begin: Callable[[], _OnePass], part: Part, size: int, threads: int) -> _OnePass:
    """Return one pass over all of a plain file, taken by several threads."""
    todo = ranges(size, _STRETCH)
    stretches, workers = iter(todo), min(threads, len(todo))
    with ThreadPoolExecutor(workers) as pool:
        taken: list[Future[_OnePass]] = [
            pool.submit(_take, begin(), part, stretches) for _ in range(workers)
        ]
        adding = taken[0].result()
        for other in taken[1:]:
            adding.absorb(other.result())
    return adding


def _take(adding: _OnePass, part: Part, stretches: Iterator[Range]) -> _OnePass:
    """Add up as many stretches as one thread can get hold of."""
    try:
        for stretch in stretches:
            for block in plain_blocks(part.file, part.columns, stretch, header=part.header):
                adding.add(block)
    except NotPlainError:
        list(stretches)  # the others need not go on
        raise
    adding.close()
    return adding


def _by_lines(part: Part, seen: Survey, room: Room, runs: Runs) -> Count:
    copy = room.folder / f"{part.kind}-{part.number}-records.csv"
    records = read_records(part.file, len(part.columns), header=part.header, copy=copy)
    origin = part.origin or Lines(header=part.header, dropped=records.dropped)
    update = {**_of_bytes(seen), **_of_lines(records)}
    if records.given_up:
        nothing = Counted(kind=part.kind, name=part.name, number=part.number)
        return Count(counted=nothing.model_copy(update=update), source=None, origin=origin)
    source = Source(file=records.file, columns=part.columns, header=part.header, quoted=seen.quoted)
    adding = EventPass(part, runs) if part.kind in EVENTS else CataloguePass(part, runs)
    with engine(room) as connection:
        for block in parsed_blocks(connection, source, adding.columns):
            adding.add(block, screened=False)
    adding.close()
    counted = adding.counted(source, room).model_copy(update=update)
    held = find_held(part, source, origin, room)
    return Count(counted=counted.model_copy(update={"held": held}), source=source, origin=origin)


def _of_bytes(seen: Survey) -> dict[str, object]:
    return {"size": seen.size, "lines": seen.lines, "returns": seen.returns}


def _of_lines(records: Records) -> dict[str, object]:
    return {
        "broken": broken_lines(records),
        "faults": dict(records.faults),
        "doubled": records.doubled,
        "first_doubled": records.first_doubled,
    }
