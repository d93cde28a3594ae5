"""One drop in the bucket: pinned by version, looked at, and set aside for the import.

What was validated is what is imported: the service reads by key, not by version, so the looked-at
version of each file is copied to ``runs/<drop>/import/``, where no user writes.
"""

import tempfile
import time
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

import boto3
from pydantic import BaseModel, ConfigDict
from pydantic.alias_generators import to_camel

from lambdas.shared.errors import named_errors
from lambdas.validate.answer import Answer, answer
from lambdas.validate.bucket import Bucket, Pinned
from lambdas.validate.changing.prepare import Ready
from lambdas.validate.findings import Finding
from lambdas.validate.look import DropFile, look_at
from lambdas.validate.manifest import judge_manifest
from lambdas.validate.naming import files_of
from lambdas.validate.reading.table import Room
from lambdas.validate.wanted import Wanted

_MANIFEST = "manifest.json"
_MEMORY_MIB = 500


class Request(BaseModel):
    """What the state machine asks to be looked at."""

    model_config = ConfigDict(alias_generator=to_camel, extra="ignore")

    bucket: str
    prefix: str
    drop_id: str


def validate(event: Mapping[str, Any]) -> dict[str, Any]:
    """Look at a drop; return the verdict, one message, and the objects to import.

    Raises:
        PipelineError: The bucket could not be read or written.
    """
    request, wanted = Request.model_validate(dict(event)), Wanted.model_validate(dict(event))
    with named_errors(), tempfile.TemporaryDirectory() as folder:
        bucket = Bucket(boto3.client("s3"), request.bucket)
        pinned, findings = pin(bucket, request, wanted)
        result = _look(bucket, request, wanted, pinned, findings, Path(folder))
        return result.model_dump(by_alias=True)


def pin(bucket: Bucket, request: Request, wanted: Wanted) -> tuple[list[Pinned], list[Finding]]:
    """Return the files of a drop by their present versions, and what its manifest says of them."""
    names = bucket.names(request.prefix)
    named, others = files_of(names, wanted)
    pinned = [bucket.pin(kind, name, request.prefix) for name, kind in named.items()]
    if _MANIFEST not in names:
        return pinned, []
    text = bucket.get(f"{request.prefix}{_MANIFEST}")
    return pinned, list(judge_manifest(text, {one.name: one.size for one in pinned}, others))


def _look(  # noqa: PLR0917 - one caller
    bucket: Bucket,
    request: Request,
    wanted: Wanted,
    pinned: Sequence[Pinned],
    findings: Sequence[Finding],
    folder: Path,
) -> Answer:
    files = []
    for one in pinned:
        files.append(DropFile(kind=one.kind, name=one.name, file=folder / "drop" / one.name))
        bucket.download(one, files[-1].file)
    room = Room(memory_mib=_MEMORY_MIB, folder=folder)
    looked = look_at(files, wanted, room, now=int(time.time()))
    seen = looked.seen.model_copy(update={"findings": [*looked.seen.findings, *findings]})
    locations = {}
    if not seen.refused:
        locations = dict(_set_aside(bucket, request.drop_id, pinned, looked.ready))
    return answer(bucket, request.drop_id, seen, pinned, locations)


def _set_aside(
    bucket: Bucket, drop_id: str, pinned: Sequence[Pinned], ready: Mapping[str, Ready]
) -> Iterator[tuple[str, str]]:
    """Put what is imported where nobody changes it; yield where that is, by dataset."""
    for one in pinned:
        key = import_key(drop_id, one)
        made = ready[one.name]
        if made.is_new:
            bucket.upload(made.file, key)
        else:
            bucket.copy(one, key)
        yield one.kind, location(key, one)


def import_key(drop_id: str, pinned: Pinned) -> str:
    """Return where a file is imported from: a dataset's one file, or its folder of part files."""
    own = pinned.name if "/" in pinned.name else f"{pinned.kind}.csv"
    return f"runs/{drop_id}/import/{own}"


def location(key: str, pinned: Pinned) -> str:
    """Return the key that the import names: the file, or the folder of part files."""
    return key.rsplit("/", maxsplit=1)[0] + "/" if "/" in pinned.name else key
