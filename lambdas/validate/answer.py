"""What the state machine is told of a validated drop, and the reports beside it."""

from collections.abc import Sequence
from dataclasses import dataclass

from pydantic import BaseModel, ConfigDict
from pydantic.alias_generators import to_camel

from lambdas.validate.bucket import Bucket
from lambdas.validate.findings import Level, in_one, worst_first
from lambdas.validate.page import render
from lambdas.validate.pinned import Pinned
from lambdas.validate.seen import Seen
from lambdas.validate.wanted import KINDS

_FINDINGS_RETURNED = 20
_MESSAGE_SHOWN = 1_000


class _Model(BaseModel):
    model_config = ConfigDict(alias_generator=to_camel, populate_by_name=True)


class Said(_Model):
    """A finding, as far as the state machine passes it on."""

    level: Level
    code: str
    message: str


class Dataset(_Model):
    """One dataset of the drop, as it is to be imported."""

    dataset: str
    key: str
    """The file that is imported, in the dataset's form; the first one of several."""
    version_id: str
    size: int
    """Bytes of the user's files."""
    rows: int
    users: int
    """Users with two events or more, of whom the service holds a tenth out for its metrics."""
    s3_uri: str
    """What the import reads; empty if the drop is refused."""
    source: str
    """The user's files by their versions; the same for the same data."""


@dataclass(frozen=True, kw_only=True)
class Imported:
    """A file that was set aside for the import.

    Attributes:
        kind: Its dataset.
        key: The file.
        location: What the import names: the file, or its folder.
    """

    kind: str
    key: str
    location: str


class Answer(_Model):
    """The verdict."""

    ok: bool
    message: str
    findings: list[Said]
    objects: list[Dataset]
    report_key: str
    large: bool = False
    """Whether the drop has to be looked at in parts; the verdict is not known then."""
    parts: int = 0
    shares: int = 0

    @classmethod
    def of_plan(cls, parts: int, shares: int) -> "Answer":
        """Return that there is no verdict yet, but so many parts and shares to look at."""
        return cls(
            ok=False,
            message="",
            findings=[],
            objects=[],
            report_key="",
            large=True,
            parts=parts,
            shares=shares,
        )


def answer(
    bucket: Bucket,
    drop_id: str,
    seen: Seen,
    pinned: Sequence[Pinned],
    imported: Sequence[Imported],
) -> Answer:
    """Write the reports beside the drop's run and return what the state machine goes by.

    Args:
        bucket: Where the reports go.
        drop_id: The drop.
        seen: What was seen of it.
        pinned: Its files.
        imported: Where what is imported was set aside; nothing if the drop is refused.
    """
    base = f"runs/{drop_id}/validation"
    bucket.put(f"{base}.json", seen.model_dump_json(indent=2))
    bucket.put(f"{base}.html", render(drop_id, seen), "text/html; charset=utf-8")
    refusals = [finding for finding in seen.findings if finding.level is Level.REFUSE]
    return Answer(
        ok=not refusals,
        message=in_one(refusals or seen.findings) or "sound",
        findings=[
            Said(level=one.level, code=one.code, message=one.message[:_MESSAGE_SHOWN])
            for one in worst_first(seen.findings)[:_FINDINGS_RETURNED]
        ],
        objects=_datasets(bucket, seen, pinned, imported),
        report_key=f"{base}.json",
    )


def _datasets(
    bucket: Bucket, seen: Seen, pinned: Sequence[Pinned], imported: Sequence[Imported]
) -> list[Dataset]:
    aside = {one.kind: one for one in reversed(imported)}
    kinds = sorted({one.kind for one in pinned}, key=KINDS.index)
    return [
        _dataset(bucket, kind, seen, [one for one in pinned if one.kind == kind], aside.get(kind))
        for kind in kinds
    ]


def _dataset(
    bucket: Bucket, kind: str, seen: Seen, files: Sequence[Pinned], imported: Imported | None
) -> Dataset:
    first = files[0]
    return Dataset(
        dataset=kind,
        key=imported.key if imported else first.key,
        version_id=bucket.version(imported.key) if imported else first.version_id,
        size=sum(one.size for one in files),
        rows=seen.facts[kind].rows if kind in seen.facts else 0,
        users=seen.facts[kind].users_with_two if kind in seen.facts else 0,
        s3_uri=f"s3://{bucket.name}/{imported.location}" if imported else "",
        source=" ".join(f"{one.key}@{one.version_id}" for one in files),
    )
