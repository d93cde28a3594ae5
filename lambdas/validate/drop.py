"""One drop in the bucket: pinned by version, looked at, and set aside for the import.

What was validated is what is imported: the service reads by key, not by version, so the looked-at
version of each file is copied to ``runs/<drop>/import/``, where no user writes.
"""

import tempfile
import time
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import boto3
from pydantic import BaseModel, ConfigDict
from pydantic.alias_generators import to_camel

from lambdas.shared.clients import Client
from lambdas.shared.errors import named_errors
from lambdas.validate.findings import Finding, in_one, worst_first
from lambdas.validate.look import look_at
from lambdas.validate.manifest import judge_manifest
from lambdas.validate.page import render
from lambdas.validate.reading.table import Room
from lambdas.validate.seen import Seen
from lambdas.validate.wanted import Wanted

KINDS = ("interactions", "items", "users", "actions", "actionInteractions")
_MARKERS = ("_SUCCESS", "manifest.json")
_MEMORY_MIB = 800
_FINDINGS_RETURNED = 20


class Request(BaseModel):
    """What the state machine asks to be looked at."""

    model_config = ConfigDict(alias_generator=to_camel, extra="ignore")

    bucket: str
    prefix: str
    drop_id: str


class Pinned(BaseModel):
    """One object of the drop, by the version that was looked at."""

    model_config = ConfigDict(alias_generator=to_camel, populate_by_name=True)

    dataset: str
    key: str
    version_id: str
    size: int
    rows: int = 0
    s3_uri: str = ""


def validate(event: Mapping[str, Any]) -> dict[str, Any]:
    """Look at a drop; return the verdict, one message, and the objects to import.

    Raises:
        PipelineError: The bucket could not be read or written.
    """
    request, wanted = Request.model_validate(dict(event)), Wanted.model_validate(dict(event))
    client: Client = boto3.client("s3")
    with named_errors(), tempfile.TemporaryDirectory() as folder:
        pinned, others = _pin(client, request)
        files = _download(client, request.bucket, pinned, Path(folder))
        room = Room(memory_mib=_MEMORY_MIB, folder=Path(folder))
        seen = look_at(
            {kind: [file] for kind, file in files.items()}, wanted, room, now=int(time.time())
        )
        seen.findings.extend(_manifest(client, request, pinned, others))
        if not seen.refused:
            pinned = [_set_aside(client, request, one, seen) for one in pinned]
        return _answer(client, request, pinned, seen)


def _pin(client: Client, request: Request) -> tuple[list[Pinned], list[str]]:
    """Return the files of the drop by their present versions, and what else lies there."""
    pinned, others = [], []
    for entry in _listed(client, request):
        name = str(entry["Key"]).removeprefix(request.prefix)
        kind = name.removesuffix(".csv")
        if name.endswith(".csv") and kind in KINDS:
            head = client.head_object(Bucket=request.bucket, Key=entry["Key"])
            version = head.get("VersionId", "null")
            pinned.append(
                Pinned(dataset=kind, key=entry["Key"], version_id=version, size=entry["Size"])
            )
        elif name not in _MARKERS and name:
            others.append(name)
    return sorted(pinned, key=lambda one: KINDS.index(one.dataset)), others


def _listed(client: Client, request: Request) -> Iterator[dict[str, Any]]:
    pages = client.get_paginator("list_objects_v2").paginate(
        Bucket=request.bucket, Prefix=request.prefix
    )
    for page in pages:
        yield from page.get("Contents", [])


def _download(client: Client, bucket: str, pinned: list[Pinned], folder: Path) -> dict[str, Path]:
    files = {}
    for one in pinned:
        file = folder / f"{one.dataset}.csv"
        client.download_file(bucket, one.key, str(file), ExtraArgs={"VersionId": one.version_id})
        files[one.dataset] = file
    return files


def _manifest(
    client: Client, request: Request, pinned: list[Pinned], others: list[str]
) -> Iterator[Finding]:
    """Yield what is wrong between the manifest, where the drop has one, and what is there."""
    key = f"{request.prefix}manifest.json"
    keys = [entry["Key"] for entry in _listed(client, request)]
    if key not in keys:
        return
    text = client.get_object(Bucket=request.bucket, Key=key)["Body"].read()
    there = {one.key.removeprefix(request.prefix): one.size for one in pinned}
    yield from judge_manifest(text, there, others)


def _set_aside(client: Client, request: Request, one: Pinned, seen: Seen) -> Pinned:
    key = f"runs/{request.drop_id}/import/{one.dataset}.csv"
    source = {"Bucket": request.bucket, "Key": one.key, "VersionId": one.version_id}
    client.copy(source, request.bucket, key)
    rows = seen.facts[one.dataset].rows
    return one.model_copy(update={"rows": rows, "s3_uri": f"s3://{request.bucket}/{key}"})


def _answer(client: Client, request: Request, pinned: list[Pinned], seen: Seen) -> dict[str, Any]:
    """Write the reports beside the drop's run and return what the state machine goes by."""
    base = f"runs/{request.drop_id}/validation"
    client.put_object(
        Bucket=request.bucket,
        Key=f"{base}.json",
        Body=seen.model_dump_json(indent=2).encode(),
        ContentType="application/json",
    )
    client.put_object(
        Bucket=request.bucket,
        Key=f"{base}.html",
        Body=render(request.drop_id, seen).encode(),
        ContentType="text/html; charset=utf-8",
    )
    findings = worst_first(seen.findings)[:_FINDINGS_RETURNED]
    return {
        "ok": not seen.refused,
        "message": in_one([f for f in seen.findings if f.level == "refuse"] or seen.findings),
        "findings": [
            {"level": finding.level.value, "message": finding.message} for finding in findings
        ],
        "objects": [one.model_dump(by_alias=True) for one in pinned],
        "reportKey": f"{base}.json",
    }
