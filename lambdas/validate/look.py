"""Looks at the files of a drop: openings, counts, judgement.

The steps are apart, so that a small drop takes them in one call and a large one spreads the
counting over many: the same code, the same rules, the same words.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from pydantic import BaseModel

from lambdas.validate import rules
from lambdas.validate.changing.prepare import Ready, Wishes, prepare
from lambdas.validate.counting.merge import merge
from lambdas.validate.counting.part import Counted, Part
from lambdas.validate.counting.runs import Runs
from lambdas.validate.counting.shares import all_shares
from lambdas.validate.drop_rules import judge_drop
from lambdas.validate.facts import Facts
from lambdas.validate.file_rules import judge_file
from lambdas.validate.findings import MENDABLE, Finding
from lambdas.validate.header_rules import HEAD, Opening, judge_mapped, without_schema
from lambdas.validate.probes import probes
from lambdas.validate.reading.table import Room
from lambdas.validate.seen import Seen
from lambdas.validate.wanted import Wanted

# So many rows of a share take about 80 MB of memory while they are compared, in each thread.
ROWS_A_SHARE = 4_000_000
_ALL_PAIRS_BYTES = 100_000_000


@dataclass(frozen=True, kw_only=True)
class DropFile:
    """A file of a drop on a local disk.

    Attributes:
        kind: The dataset.
        name: Its name in the drop.
        file: Where it is.
    """

    kind: str
    name: str
    file: Path


class Opened(BaseModel):
    """A file whose beginning has been looked at."""

    kind: str
    name: str
    size: int
    columns: list[str] | None = None
    """The file's own columns, in its order; None if its rows mean nothing."""
    of_header: tuple[str, ...] = ()
    """Codes of what is to be mended in its header."""


@dataclass(frozen=True, kw_only=True)
class Looked:
    """A drop that was looked at.

    Attributes:
        seen: What was seen.
        ready: What would be imported, by the file's name in the drop.
    """

    seen: Seen
    ready: Mapping[str, Ready]


def look_at(files: Sequence[DropFile], wanted: Wanted, room: Room, *, now: int) -> Looked:
    """Return what is wrong with a drop, everything at once, and what it holds.

    Args:
        files: Its files.
        wanted: What the drop has to fit.
        room: Memory, threads and a folder for the passes and for new files.
        now: Unix time in seconds.
    """
    sizes = sizes_of((one.kind, one.file.stat().st_size) for one in files)
    findings = list(judge_drop(sizes, wanted))
    ready: dict[str, Ready] = {}
    runs: dict[str, list[Runs]] = {}
    for one in files:
        opened, found = open_file(one.kind, one.name, one.file.stat().st_size, _head(one), wanted)
        findings.extend(found)
        if opened.columns is not None:
            place = Runs(room.folder / "runs" / str(len(ready)))
            runs.setdefault(one.kind, []).append(place)
            follow = one_pair_in(sizes[one.kind])
            part = part_of(opened, one.file, wanted, now=now, follow=follow)
            ready[one.name] = prepare(part, wishes_of(opened, wanted), room, place)
    counted = [one.counted for one in ready.values()]
    facts = merge(counted, all_shares(runs, shares_for(counted), room.threads))
    findings.extend(judge_facts(facts, wanted, now=now))
    return Looked(seen=Seen(findings=findings, facts=facts), ready=ready)


def sizes_of(files: Iterable[tuple[str, int]]) -> dict[str, int]:
    """Return the bytes of each dataset, given the dataset and the bytes of every file."""
    sizes: dict[str, int] = {}
    for kind, size in files:
        sizes[kind] = sizes.get(kind, 0) + size
    return sizes


def one_pair_in(size: int) -> int:
    """Return of how many pairs of user and thing one is followed in a dataset of ``size`` bytes.

    A pair is chosen by its fingerprint, in every part alike. A sixteenth of a large dataset tells
    the repeat rate to a tenth of a percent, and sorting it all would cost a fifth of the pass.
    """
    return 1 if size <= _ALL_PAIRS_BYTES else 16


def _head(one: DropFile) -> bytes:
    with one.file.open("rb") as source:
        return source.read(HEAD)


def shares_for(counted: Iterable[Counted]) -> int:
    """Return into how many shares fingerprints have to be cut to be compared in bounded memory."""
    rows: dict[str, int] = {}
    for one in counted:
        rows[one.kind] = rows.get(one.kind, 0) + one.rows
    return 1 + max(rows.values(), default=0) // ROWS_A_SHARE


def open_file(
    kind: str, name: str, size: int, head: bytes, wanted: Wanted
) -> tuple[Opened, list[Finding]]:
    """Return what a file's beginning says of it.

    Args:
        kind: The dataset.
        name: The file's name in messages.
        size: Its bytes.
        head: Its first ``HEAD`` bytes.
        wanted: What it has to fit.
    """
    opened, opening = Opened(kind=kind, name=name, size=size), Opening(name, head)
    if kind not in wanted.schemas:
        return opened, [without_schema(kind, name)]
    if kind in wanted.map:
        columns, found = judge_mapped(opening, wanted.map[kind], wanted.fields(kind))
        return opened.model_copy(update={"columns": columns}), found
    unreadable = opening.unreadable()
    if unreadable:
        return opened, [unreadable]
    found = list(opening.judged(kind, wanted.fields(kind)))
    to_mend = [one for one in found if wanted.repair and one.code in MENDABLE]
    update = {
        "columns": opening.header if opening.is_countable(kind) else None,
        "of_header": tuple(one.code for one in to_mend),
    }
    return opened.model_copy(update=update), [one for one in found if one not in to_mend]


def part_of(
    opened: Opened, file: Path, wanted: Wanted, *, now: int, number: int = 0, follow: int = 1
) -> Part:
    """Return a part of an opened file that is to be counted; the first one has the header."""
    columns, fields = opened.columns or [], wanted.fields(opened.kind)
    is_mapped = opened.kind in wanted.map
    return Part(
        kind=opened.kind,
        name=opened.name,
        file=file,
        columns=columns,
        fields=[field for field in fields if is_mapped or field["name"] in columns],
        now=now,
        header=number == 0,
        wishes=wanted.solutions if opened.kind == "interactions" else (),
        number=number,
        one_pair_in=follow,
    )


def wishes_of(opened: Opened, wanted: Wanted) -> Wishes:
    """Return what is asked for a file."""
    return Wishes(
        mapping=wanted.map.get(opened.kind), repair=wanted.repair, of_header=opened.of_header
    )


def judge_facts(facts: Mapping[str, Facts], wanted: Wanted, *, now: int) -> Iterator[Finding]:
    """Yield what the rows of every dataset say."""
    for kind, one in facts.items():
        asked = list(probes(wanted.fields(kind), wanted.map.get(kind)))
        for file in one.files:
            yield from judge_file(file, asked)
        yield from rules.judge(one, wanted.fields(kind), wanted.solutions, now=now)
