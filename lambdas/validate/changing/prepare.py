"""A part of a drop, mapped and mended as the pipeline file asks, and counted."""

from dataclasses import dataclass, replace
from pathlib import Path

from lambdas.shared.map_settings import DatasetMap
from lambdas.validate.changing.mapping import map_file
from lambdas.validate.changing.mending import mend
from lambdas.validate.counting.count import Count, count
from lambdas.validate.counting.merge import file_of
from lambdas.validate.counting.part import Counted, Mended, Part
from lambdas.validate.counting.runs import Runs
from lambdas.validate.file_rules import judge_file
from lambdas.validate.findings import MENDABLE
from lambdas.validate.probes import probes
from lambdas.validate.reading.records import Fault
from lambdas.validate.reading.survey import survey
from lambdas.validate.reading.table import Room


@dataclass(frozen=True, kw_only=True)
class Wishes:
    """What is asked for one file.

    Attributes:
        mapping: How the user's file becomes the dataset's; None if it is one.
        repair: Whether what can be mended is to be mended.
        of_header: Codes of what is to be mended in the header, which only the first part sees.
    """

    mapping: DatasetMap | None = None
    repair: bool = False
    of_header: tuple[str, ...] = ()


@dataclass(frozen=True, kw_only=True)
class Ready:
    """A part that was counted as it would be imported.

    Attributes:
        counted: Its count; line numbers and bytes are those of the user's file.
        file: What would be imported: the user's own bytes, or a new file.
        is_new: Whether it is a new file.
    """

    counted: Counted
    file: Path
    is_new: bool


def prepare(part: Part, wishes: Wishes, room: Room, runs: Runs) -> Ready:
    """Map, count and mend a part.

    Args:
        part: Whole lines of the user's file, with the user's columns.
        wishes: What is asked for the file.
        room: Memory, threads and a folder for the new files.
        runs: Takes the fingerprints.
    """
    if wishes.mapping is None:
        own = count(part, room, runs)
        return _mended(part, own, wishes, room, runs)
    mapped, of_user = _mapped(part, wishes.mapping, room)
    ready = _mended(mapped, count(mapped, room, runs), wishes, room, runs)
    counted = ready.counted.model_copy(update=of_user)
    return Ready(counted=counted, file=ready.file, is_new=True)


def _mapped(part: Part, mapping: DatasetMap, room: Room) -> tuple[Part, dict[str, object]]:
    """Return the part in the dataset's form, and what is to be said of the user's lines."""
    target = room.folder / f"{part.kind}-{part.number}-mapped.csv"
    made = map_file(
        part.file,
        mapping,
        part.fields,
        part.columns,
        header=part.header and not mapping.header,
        target=target,
        room=room,
    )
    seen = survey(part.file)
    of_user: dict[str, object] = {
        "size": seen.size,
        "lines": seen.lines,
        "broken": list(made.broken),
        "faults": dict(made.faults),
        "doubled": 0,
        "returns": False,
    }
    fields = [field for field in part.fields if field["name"] in made.columns]
    mapped = replace(
        part, file=target, columns=made.columns, fields=fields, header=True, origin=made
    )
    return mapped, of_user


def _mended(part: Part, first: Count, wishes: Wishes, room: Room, runs: Runs) -> Ready:
    """Return the part mended, or as it was if there is nothing to mend or no wish for it."""
    as_it_is = Ready(counted=first.counted, file=part.file, is_new=False)
    done = _to_mend(part, first.counted, wishes)
    if not done or first.source is None:
        return as_it_is
    target = room.folder / f"{part.kind}-{part.number}-mended.csv"
    columns = mend(first.source, part.fields, target, room)
    runs.clear()
    better = replace(part, file=target, columns=columns, header=True, origin=first.origin)
    second = count(better, room, runs).counted
    faults = {fault: n for fault, n in first.counted.faults.items() if fault is not Fault.EMPTY}
    of_user = {
        "size": first.counted.size,
        "lines": first.counted.lines,
        "broken": [one for one in first.counted.broken if one.fault in faults],
        "faults": faults,
        "doubled": 0,
        "returns": False,
        "mended": done,
    }
    return Ready(counted=second.model_copy(update=of_user), file=target, is_new=True)


def _to_mend(part: Part, counted: Counted, wishes: Wishes) -> list[Mended]:
    if not wishes.repair:
        return []
    found = judge_file(file_of([counted]), list(probes(part.fields)))
    of_rows = [
        Mended(code=one.code, column=one.column, count=one.count, line=one.line or 1)
        for one in found
        if one.code in MENDABLE
    ]
    return [*(Mended(code=code) for code in wishes.of_header), *of_rows]
