"""Looks at the files of a drop: openings, counts, judgement.

The steps are apart, so that a small drop takes them in one call and a large one spreads the
counting over many: the same code, the same rules, the same words.
"""

from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path

from pydantic import BaseModel

from lambdas.validate import rules
from lambdas.validate.counting.count import count
from lambdas.validate.counting.merge import merge
from lambdas.validate.counting.part import Counted, Part
from lambdas.validate.counting.runs import Runs
from lambdas.validate.counting.shares import all_shares
from lambdas.validate.facts import Facts
from lambdas.validate.file_rules import judge_file
from lambdas.validate.findings import Finding, Level
from lambdas.validate.header_rules import HEAD, Opening
from lambdas.validate.limits import MAX_FULL_BYTES, MAX_INCREMENTAL_BYTES
from lambdas.validate.probes import probes
from lambdas.validate.reading.table import Room
from lambdas.validate.schema_rules import judge_schema
from lambdas.validate.seen import Seen
from lambdas.validate.wanted import Wanted

# So many rows of a share take about 300 MB of memory while they are compared.
ROWS_A_SHARE = 8_000_000


class Opened(BaseModel):
    """A file whose beginning has been looked at.

    The columns are the file's own, in its order; None if its rows mean nothing.
    """

    kind: str
    name: str
    size: int
    columns: list[str] | None = None


def look_at(files: Mapping[str, Sequence[Path]], wanted: Wanted, room: Room, *, now: int) -> Seen:
    """Return what is wrong with a drop, everything at once, and what it holds.

    Args:
        files: The files of each dataset: ``interactions``, ``items`` …
        wanted: Schemas, solutions and import modes of the pipeline.
        room: Memory, threads and a folder for the passes.
        now: Unix time in seconds.
    """
    sizes = {kind: sum(file.stat().st_size for file in files[kind]) for kind in files}
    findings = list(judge_drop(sizes, wanted))
    counted: list[Counted] = []
    runs: dict[str, list[Runs]] = {}
    for kind, file in [(kind, file) for kind, group in files.items() for file in group]:
        name = file.name if len(files[kind]) == 1 else f"{kind}/{file.name}"
        opened, found = open_file(kind, name, file.stat().st_size, _head(file), wanted)
        findings.extend(found)
        if opened.columns is not None:
            place = Runs(room.folder / "runs" / f"{kind}-{len(counted)}")
            runs.setdefault(kind, []).append(place)
            counted.append(count(part_of(opened, file, wanted, now=now), room, place))
    rows = max((one.rows for one in counted), default=0)
    facts = merge(counted, all_shares(runs, 1 + rows // ROWS_A_SHARE))
    findings.extend(judge_facts(facts, wanted, now=now))
    return Seen(findings=findings, facts=facts)


def _head(file: Path) -> bytes:
    with file.open("rb") as source:
        return source.read(HEAD)


def judge_drop(sizes: Mapping[str, int], wanted: Wanted) -> Iterator[Finding]:
    """Yield what is wrong with the schemas, the sizes, and the datasets that are there or not.

    Args:
        sizes: Bytes of each dataset.
        wanted: What the drop has to fit.
    """
    if "interactions" not in sizes:
        yield Finding(
            code="interactions-missing",
            level=Level.REFUSE,
            file="interactions.csv",
            found="is not in the drop",
            allowed=f"every drop has it, with {', '.join(wanted.columns('interactions'))}",
            remedy="Put it beside the other files before the marker",
        )
    for kind in sizes:
        if kind in wanted.schemas:
            yield from judge_schema(kind, wanted.fields(kind))
    yield from _sizes(sizes, wanted)


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
    opened = Opened(kind=kind, name=name, size=size)
    if kind not in wanted.schemas:
        return opened, [_without_schema(kind, name)]
    opening = Opening(name, head)
    unreadable = opening.unreadable()
    if unreadable:
        return opened, [unreadable]
    columns = opening.header if opening.is_countable(kind) else None
    judged = list(opening.judged(kind, wanted.fields(kind)))
    return opened.model_copy(update={"columns": columns}), judged


def part_of(opened: Opened, file: Path, wanted: Wanted, *, now: int, number: int = 0) -> Part:
    """Return a part of an opened file that is to be counted; the first one has the header."""
    columns = opened.columns or []
    return Part(
        kind=opened.kind,
        name=opened.name,
        file=file,
        columns=columns,
        fields=[field for field in wanted.fields(opened.kind) if field["name"] in columns],
        now=now,
        header=number == 0,
        wishes=wanted.solutions if opened.kind == "interactions" else (),
        number=number,
    )


def judge_facts(facts: Mapping[str, Facts], wanted: Wanted, *, now: int) -> Iterator[Finding]:
    """Yield what the rows of every dataset say."""
    for kind, one in facts.items():
        asked = list(probes(wanted.fields(kind)))
        for file in one.files:
            yield from judge_file(file, asked)
        yield from rules.judge(one, wanted.fields(kind), wanted.solutions, now=now)


def _without_schema(kind: str, name: str) -> Finding:
    return Finding(
        code="dataset-unknown",
        level=Level.REFUSE,
        file=name,
        found=f"the pipeline has no dataset {kind}",
        allowed="files of the pipeline's datasets",
        remedy=f"Add datasets.{kind} to the pipeline file, or leave the file out",
    )


def _sizes(sizes: Mapping[str, int], wanted: Wanted) -> Iterator[Finding]:
    for kind, size in sizes.items():
        incremental = wanted.import_mode(kind) == "INCREMENTAL"
        most = MAX_INCREMENTAL_BYTES if incremental else MAX_FULL_BYTES
        if size > most:
            yield Finding(
                code="too-large",
                level=Level.REFUSE,
                file=f"{kind}.csv",
                found=f"has {size / 1e9:.1f} GB",
                allowed=f"an import of {kind} ({wanted.import_mode(kind)}) takes at most "
                f"{most / 1e9:g} GB",
                remedy="Drop it in several goes" + (", or import FULL" if incremental else ""),
            )
