"""What the state machine is told of a validated drop, and the reports beside it."""

from collections.abc import Mapping, Sequence

from pydantic import BaseModel, ConfigDict
from pydantic.alias_generators import to_camel

from lambdas.validate.bucket import Bucket, Pinned
from lambdas.validate.findings import Level, in_one, worst_first
from lambdas.validate.page import render
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
    """The user's file; the first one of several."""
    version_id: str
    size: int
    rows: int
    s3_uri: str
    """What the import reads; empty if the drop is refused."""


class Answer(_Model):
    """The verdict."""

    ok: bool
    message: str
    findings: list[Said]
    objects: list[Dataset]
    report_key: str


def answer(
    bucket: Bucket,
    drop_id: str,
    seen: Seen,
    pinned: Sequence[Pinned],
    locations: Mapping[str, str],
) -> Answer:
    """Write the reports beside the drop's run and return what the state machine goes by.

    Args:
        bucket: Where the reports go.
        drop_id: The drop.
        seen: What was seen of it.
        pinned: Its files.
        locations: Key of what is imported, by dataset; none if the drop is refused.
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
        objects=_datasets(bucket.name, seen, pinned, locations),
        report_key=f"{base}.json",
    )


def _datasets(
    bucket: str, seen: Seen, pinned: Sequence[Pinned], locations: Mapping[str, str]
) -> list[Dataset]:
    first = {one.kind: one for one in reversed(pinned)}
    return [
        Dataset(
            dataset=kind,
            key=one.key,
            version_id=one.version_id,
            size=sum(other.size for other in pinned if other.kind == kind),
            rows=seen.facts[kind].rows if kind in seen.facts else 0,
            s3_uri=f"s3://{bucket}/{locations[kind]}" if kind in locations else "",
        )
        for kind, one in sorted(first.items(), key=lambda item: KINDS.index(item[0]))
    ]
