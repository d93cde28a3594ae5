"""Looks at the files of a drop on a local disk: openings, schemas, one pass each, then judgement.

The handler calls it on what it has downloaded, the command line on a folder; the rules are the
same.
"""

from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

from pydantic import BaseModel, ConfigDict, Field
from pydantic.alias_generators import to_camel

from lambdas.validate import engine, rules
from lambdas.validate.facts import Facts
from lambdas.validate.findings import Finding, Level
from lambdas.validate.header_rules import Opening
from lambdas.validate.limits import MAX_FULL_BYTES, MAX_INCREMENTAL_BYTES
from lambdas.validate.probes import probes
from lambdas.validate.schema_rules import REQUIRED, judge_schema

_HEAD = 256 * 1024
_IDENTITIES = {"items": "ITEM_ID", "users": "USER_ID", "actions": "ACTION_ID"}
_EVENTS = ("interactions", "actionInteractions")


class SolutionWish(BaseModel):
    """What a solution trains on."""

    model_config = ConfigDict(alias_generator=to_camel, extra="ignore")

    name: str
    recipe: str = ""
    event_type: str | None = None


class Wanted(BaseModel):
    """What the drop has to fit."""

    model_config = ConfigDict(alias_generator=to_camel, extra="ignore")

    schemas: dict[str, dict[str, Any]]
    """Avro schema by kind of dataset."""
    solutions: list[SolutionWish] = Field(default_factory=list)
    import_modes: dict[str, str] = Field(default_factory=dict)
    """FULL or INCREMENTAL by kind; FULL unless given."""

    def fields(self, kind: str) -> Sequence[Mapping[str, Any]]:
        """Return the schema's fields."""
        fields: Sequence[Mapping[str, Any]] = self.schemas[kind]["fields"]
        return fields

    def columns(self, kind: str) -> list[str]:
        """Return the schema's columns in their order."""
        return [str(field["name"]) for field in self.fields(kind)]


class Seen(BaseModel):
    """Everything that looking at a drop brought to light."""

    findings: list[Finding] = Field(default_factory=list)
    facts: dict[str, Facts] = Field(default_factory=dict)

    @property
    def refused(self) -> bool:
        """Return whether anything stops the run."""
        return any(finding.level is Level.REFUSE for finding in self.findings)


def look_at(files: Mapping[str, Path], wanted: Wanted, room: engine.Room, *, now: int) -> Seen:
    """Return what is wrong with a drop, everything at once, and what it holds.

    Args:
        files: File by kind of dataset: ``interactions``, ``items`` …
        wanted: Schemas, solutions and import modes of the pipeline.
        room: Memory, threads and spill folder of the passes.
        now: Unix time in seconds.
    """
    seen = Seen()
    if "interactions" not in files:
        seen.findings.append(_missing_interactions(wanted))
    for kind, file in files.items():
        seen.findings.extend(_look_at_one(kind, file, files, wanted, room, now, seen.facts))
    return seen


def _missing_interactions(wanted: Wanted) -> Finding:
    return Finding(
        code="interactions-missing",
        level=Level.REFUSE,
        file="interactions.csv",
        found="is not in the drop",
        allowed=f"every drop has it, with {', '.join(wanted.columns('interactions'))}",
        remedy="Put it beside the other files before the marker",
    )


def _look_at_one(  # noqa: PLR0917 - one caller, and each of them is needed
    kind: str,
    file: Path,
    files: Mapping[str, Path],
    wanted: Wanted,
    room: engine.Room,
    now: int,
    facts: dict[str, Facts],
) -> Iterator[Finding]:
    if kind not in wanted.schemas:
        yield _without_schema(kind, file)
        return
    fields, size = wanted.fields(kind), file.stat().st_size
    yield from judge_schema(kind, fields)
    yield from _size(kind, file.name, size, wanted.import_modes.get(kind, "FULL"))
    opening = Opening(file.name, _head(file))
    unreadable = list(opening.readable())
    yield from unreadable
    header = [] if unreadable else list(opening.judged(wanted.columns(kind), REQUIRED[kind]))
    yield from header
    if unreadable or any(finding.code.startswith("column-") for finding in header):
        return
    counted = _count(kind, file, files, wanted, room, now)
    facts[kind] = counted.model_copy(update={"size": size})
    yield from _judge(kind, facts[kind], wanted, now)


def _without_schema(kind: str, file: Path) -> Finding:
    return Finding(
        code="dataset-unknown",
        level=Level.REFUSE,
        file=file.name,
        found=f"the pipeline has no dataset {kind}",
        allowed="files of the pipeline's datasets",
        remedy=f"Add datasets.{kind} to the pipeline file, or leave the file out",
    )


def _size(kind: str, name: str, size: int, mode: str) -> Iterator[Finding]:
    most = MAX_INCREMENTAL_BYTES if mode == "INCREMENTAL" else MAX_FULL_BYTES
    if size > most:
        yield Finding(
            code="too-large",
            level=Level.REFUSE,
            file=name,
            found=f"has {size / 1e9:.1f} GB",
            allowed=f"an {mode} import of {kind} takes at most {most / 1e9:g} GB",
            remedy="Split it into several drops, or import FULL",
        )


def _head(file: Path) -> bytes:
    with file.open("rb") as source:
        return source.read(_HEAD)


def _count(  # noqa: PLR0917 - one caller
    kind: str,
    file: Path,
    files: Mapping[str, Path],
    wanted: Wanted,
    room: engine.Room,
    now: int,
) -> Facts:
    columns, asked = wanted.columns(kind), list(probes(wanted.fields(kind)))
    with engine.table(file, columns, room) as connection:
        facts = engine.read_facts(connection, file.name, asked, now=now)
        if kind in _EVENTS:
            types = {s.name: s.event_type for s in wanted.solutions if kind == "interactions"}
            facts = engine.add_interaction_facts(
                connection, facts, columns=columns, event_types=types
            )
        elif kind in _IDENTITIES:
            facts = engine.add_metadata_facts(connection, facts, identity=_IDENTITIES[kind])
        if kind == "interactions" and "items" in files and "items" in wanted.schemas:
            unknown, cold = engine.compare_items(
                connection, files["items"], wanted.columns("items")
            )
            facts = facts.model_copy(update={"unknown_items": unknown, "cold_items": cold})
    return facts


def _judge(kind: str, facts: Facts, wanted: Wanted, now: int) -> Iterator[Finding]:
    yield from rules.judge_values(facts, list(probes(wanted.fields(kind))))
    yield from rules.judge_rows(kind, facts)
    if kind == "interactions":
        types = {s.name: s.event_type for s in wanted.solutions if s.event_type}
        yield from rules.judge_interactions(facts, wanted.fields(kind), now=now)
        yield from rules.judge_solutions(facts, types)
    if kind in ("interactions", "items"):
        yield from rules.judge_items(facts, [s.recipe for s in wanted.solutions])
