"""A drop that is too large for one function: planned, counted in parts, added up, judged.

What the steps tell each other lies under ``runs/<drop>/validation/``::

    plan.json                 the files by version, the parts, what the drop has to fit
    parts/<part>.json         the count of a part
    shares/<share>/<part>.npz the part's fingerprints that belong to a share
    shares/<share>.json       what a share adds up to

Each step may run again: it writes what it wrote before.
"""

import shutil
from collections.abc import Iterator, Sequence
from pathlib import Path

from pydantic import BaseModel

from lambdas.validate.answer import Answer, Imported, answer
from lambdas.validate.bucket import Bucket
from lambdas.validate.changing.prepare import prepare
from lambdas.validate.counting.merge import merge
from lambdas.validate.counting.part import Counted, Part
from lambdas.validate.counting.runs import Runs
from lambdas.validate.counting.shares import ShareFacts, one_share, together
from lambdas.validate.drop_rules import judge_drop
from lambdas.validate.findings import Finding
from lambdas.validate.look import (
    Opened,
    judge_facts,
    one_pair_in,
    open_file,
    part_of,
    sizes_of,
    wishes_of,
)
from lambdas.validate.naming import ImportKeys
from lambdas.validate.pinned import Pinned
from lambdas.validate.ranges import ranges
from lambdas.validate.reading.table import Room
from lambdas.validate.seen import Seen
from lambdas.validate.wanted import Wanted

# So many bytes of files have rows whose fingerprints are compared in about 500 MB of memory.
_SHARE_BYTES = 512_000_000


class PlannedPart(BaseModel):
    """A part to be counted."""

    file: int
    """The file's place in the plan."""
    number: int
    """The part's place in the file."""
    start: int
    end: int


class Plan(BaseModel):
    """How a large drop is looked at."""

    drop_id: str
    wanted: Wanted
    pinned: list[Pinned]
    opened: list[Opened]
    findings: list[Finding]
    parts: list[PlannedPart]
    shares: int
    now: int

    @property
    def copies(self) -> set[str]:
        """Return the datasets of which new files are imported, not the user's own."""
        changed = {one.kind for one in self.pinned if self.wanted.repair}
        return changed | set(self.wanted.map)

    @property
    def keys(self) -> ImportKeys:
        """Return where the import finds what was looked at."""
        return ImportKeys(self.drop_id, self.now)


def work_prefix(drop_id: str) -> str:
    """Return where the steps leave what they tell each other."""
    return f"runs/{drop_id}/validation/"


def plan(
    bucket: Bucket,
    drop_id: str,
    wanted: Wanted,
    pinned: Sequence[Pinned],
    findings: Sequence[Finding],
    *,
    now: int,
) -> Plan:
    """Open every file, cut it into parts, and write the plan down.

    Args:
        bucket: Where the drop is.
        drop_id: The drop.
        wanted: What it has to fit.
        pinned: Its files.
        findings: What is known to be wrong already.
        now: Unix time in seconds, for all parts the same.
    """
    sizes = sizes_of((one.kind, one.size) for one in pinned)
    found, opened, parts = [*findings, *judge_drop(sizes, wanted)], [], []
    for place, one in enumerate(pinned):
        file, more = open_file(one.kind, one.name, one.size, bucket.head(one), wanted)
        opened.append(file)
        found.extend(more)
        if file.columns is not None:
            parts += [
                PlannedPart(file=place, number=number, start=start, end=end)
                for number, (start, end) in enumerate(ranges(one.size, _part_bytes(one, wanted)))
            ]
    made = Plan(
        drop_id=drop_id,
        wanted=wanted,
        pinned=list(pinned),
        opened=opened,
        findings=found,
        parts=parts,
        shares=1 + max(sizes.values(), default=0) // _SHARE_BYTES,
        now=now,
    )
    bucket.put(f"{work_prefix(drop_id)}plan.json", made.model_dump_json())
    return made


def _part_bytes(one: Pinned, wanted: Wanted) -> int:
    """Return how large the parts of a file are: all of it where a byte does not show a line end."""
    mapping = wanted.map.get(one.kind)
    return max(one.size, 1) if mapping and mapping.encoding == "utf-16" else wanted.part_bytes


def read_plan(bucket: Bucket, drop_id: str) -> Plan:
    """Return the plan of a drop."""
    return Plan.model_validate_json(bucket.get(f"{work_prefix(drop_id)}plan.json"))


def count_part(bucket: Bucket, made: Plan, place: int, room: Room) -> None:
    """Count one part; leave its count, its fingerprints and, if it is changed, its new file."""
    planned = made.parts[place]
    pinned, opened = made.pinned[planned.file], made.opened[planned.file]
    raw = room.folder / "part.csv"
    bucket.download_lines(pinned, (planned.start, planned.end), raw)
    follow = one_pair_in(sizes_of((one.kind, one.size) for one in made.pinned)[pinned.kind])
    part = part_of(opened, raw, made.wanted, now=made.now, number=planned.number, follow=follow)
    runs = Runs(room.folder / "runs")
    ready = prepare(part, wishes_of(opened, made.wanted), room, runs)
    base = work_prefix(made.drop_id)
    if pinned.kind in made.copies:
        file = ready.file if ready.is_new else _with_header(part, room.folder)
        bucket.upload(file, made.keys.of_part(pinned, planned.number))
    for share in range(made.shares):
        archive = room.folder / f"{share}.npz"
        runs.pack(share, made.shares, archive)
        bucket.upload(archive, f"{base}shares/{share}/{place}.npz")
    bucket.put(f"{base}parts/{place}.json", ready.counted.model_dump_json())


def _with_header(part: Part, folder: Path) -> Path:
    """Return a part as a file of its own, which the import reads like any other."""
    if part.header:
        return part.file
    file = folder / "with-header.csv"
    with file.open("wb") as target, part.file.open("rb") as source:
        target.write(",".join(part.columns).encode() + b"\n")
        shutil.copyfileobj(source, target)
    return file


def add_up_share(bucket: Bucket, made: Plan, share: int, folder: Path) -> None:
    """Add up one share of all parts."""
    base = f"{work_prefix(made.drop_id)}shares/{share}"
    runs: dict[str, list[Runs]] = {}
    for place, planned in enumerate(made.parts):
        archive = folder / f"{place}.npz"
        bucket.fetch(f"{base}/{place}.npz", archive)
        kind = made.pinned[planned.file].kind
        runs.setdefault(kind, []).append(Runs.unpack(archive, folder / str(place)))
        archive.unlink()
    # The archives hold one share only, so all that they hold is asked for.
    totals = one_share(runs, 0, 1)
    bucket.put(f"{base}.json", ShareTotals(totals=totals).model_dump_json())


class ShareTotals(BaseModel):
    """What one share adds up to, by dataset."""

    totals: dict[str, ShareFacts]


def judge(bucket: Bucket, made: Plan) -> Answer:
    """Put counts and shares together and return the verdict."""
    base = work_prefix(made.drop_id)
    counted = [
        Counted.model_validate_json(bucket.get(f"{base}parts/{place}.json"))
        for place in range(len(made.parts))
    ]
    shares = [
        ShareTotals.model_validate_json(bucket.get(f"{base}shares/{share}.json")).totals
        for share in range(made.shares)
    ]
    facts = merge(counted, together(shares))
    findings = [*made.findings, *judge_facts(facts, made.wanted, now=made.now)]
    seen = Seen(findings=findings, facts=facts)
    imported = [] if seen.refused else list(_set_aside(bucket, made))
    return answer(bucket, made.drop_id, seen, made.pinned, imported)


def _set_aside(bucket: Bucket, made: Plan) -> Iterator[Imported]:
    """Put what is imported where nobody changes it; yield where each file is."""
    for one in made.pinned:
        if one.kind in made.copies:
            key, is_folder = made.keys.of_part(one, 0), True
        else:
            key, is_folder = made.keys.of_file(one), "/" in one.name
            bucket.copy(one, key)
        location = made.keys.of_dataset(one.kind, is_folder=is_folder)
        yield Imported(kind=one.kind, key=key, location=location)
