"""A drop in its bucket: what was looked at is what is imported; a refused one leaves nothing."""

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from botocore.exceptions import ClientError

from lambdas.validate import large, steps
from lambdas.validate.answer import Answer
from lambdas.validate.drop import look_at_drop, pin
from lambdas.validate.findings import Level
from lambdas.validate.reading.table import Room
from lambdas.validate.wanted import Wanted
from tests.unit.validate.bucket_of_versions import VersionedS3
from tests.unit.validate.drops import NOW, SCHEMAS, START, sound

DROP = "drops/d/"
HEADER = b"USER_ID,ITEM_ID,TIMESTAMP,EVENT_TYPE"


def wanted(**more: Any) -> Wanted:
    return Wanted.model_validate({"schemas": SCHEMAS, **more})


@pytest.fixture
def s3() -> VersionedS3:
    s3 = VersionedS3()
    s3.put(f"{DROP}interactions.csv", sound("interactions"))
    return s3


def in_one_go(s3: VersionedS3, folder: Path, asked: Wanted) -> Answer:
    pinned, findings = pin(s3.bucket, DROP, asked)
    room = Room(memory_mib=300, folder=folder)
    return look_at_drop(s3.bucket, "d", asked, pinned, findings, room=room, now=NOW)


def in_parts(s3: VersionedS3, folder: Path, asked: Wanted) -> Answer:
    pinned, findings = pin(s3.bucket, DROP, asked)
    made = large.plan(s3.bucket, "d", asked, pinned, findings, now=NOW)
    for part in range(len(made.parts)):
        room = Room(memory_mib=300, folder=folder / f"part-{part}")
        room.folder.mkdir()
        large.count_part(s3.bucket, large.read_plan(s3.bucket, "d"), part, room)
    for share in range(made.shares):
        large.add_up_share(s3.bucket, made, share, folder / f"share-{share}")
    return large.judge(s3.bucket, made)


@pytest.mark.parametrize("way", [in_one_go, in_parts])
def test_an_object_that_is_changed_meanwhile_does_not_matter(
    s3: VersionedS3, tmp_path: Path, way: Any
) -> None:
    s3.after_head = [lambda: s3.put(f"{DROP}interactions.csv", b"overwritten")]

    said = way(s3, tmp_path, wanted())

    [imported] = said.objects
    assert said.ok
    assert s3.newest(imported.key) == sound("interactions")
    assert imported.source == f"{DROP}interactions.csv@0"


@pytest.mark.parametrize("way", [in_one_go, in_parts])
def test_a_refused_drop_sets_nothing_aside_and_stays_where_it_is(
    s3: VersionedS3, tmp_path: Path, way: Any
) -> None:
    spoiled = sound("interactions") + b",i1,5,watch\n"
    s3.put(f"{DROP}interactions.csv", spoiled)

    said = way(s3, tmp_path, wanted())

    assert not said.ok
    assert "line 60002, USER_ID: is empty" in said.message
    assert [one.s3_uri for one in said.objects] == [""]
    assert s3.under("runs/d/import") == []
    assert s3.newest(f"{DROP}interactions.csv") == spoiled


def test_a_manifest_is_held_against_what_is_there(s3: VersionedS3, tmp_path: Path) -> None:
    s3.put(f"{DROP}stray.txt", b"?")
    names = [{"name": "interactions.csv"}, {"name": "items.csv"}]
    s3.put(f"{DROP}manifest.json", json.dumps({"objects": names}).encode())

    said = in_one_go(s3, tmp_path, wanted())

    assert not said.ok
    assert {one.code for one in said.findings} == {"manifest-missing", "manifest-outside"}


def test_each_part_of_a_mended_drop_is_a_file_that_can_be_imported(
    s3: VersionedS3, tmp_path: Path
) -> None:
    lines = sound("interactions").splitlines()
    lines[-1] = f"u1,i1,{START}000,watch".encode()
    s3.put(f"{DROP}interactions.csv", b"\n".join(lines) + b"\n")
    asked = wanted(repair=True, validation={"wholeMB": 1, "partMB": 1})

    said = in_parts(s3, tmp_path, asked)

    files = [s3.newest(key).splitlines() for key in s3.under("runs/d/import")]
    mended = [f"u1,i1,{START},watch".encode()]
    assert said.ok
    assert len(files) > 1
    assert [file[0] for file in files] == [HEADER] * len(files)
    assert [line for file in files for line in file[1:]] == lines[1:-1] + mended
    assert s3.newest(f"{DROP}interactions.csv") == b"\n".join(lines) + b"\n"


@pytest.mark.parametrize("repair", [False, True])
def test_parts_report_what_one_look_reports(s3: VersionedS3, tmp_path: Path, repair: bool) -> None:
    lines = sound("interactions").decode().splitlines()
    lines[30_000], lines[50_000] = f"u1,i1,{START}000,watch", "u1,i1"
    s3.put(f"{DROP}interactions.csv", ("\r\n".join(lines) + "\r\n").encode())
    s3.put(f"{DROP}items.csv", sound("items"))
    asked = wanted(repair=repair, validation={"wholeMB": 1, "partMB": 1})
    for folder in ("parts", "whole"):
        (tmp_path / folder).mkdir()

    in_parts(s3, tmp_path / "parts", asked)
    parts = json.loads(s3.newest("runs/d/validation.json"))
    in_one_go(s3, tmp_path / "whole", asked)

    assert parts == json.loads(s3.newest("runs/d/validation.json"))
    assert parts["findings"]


def test_a_large_file_in_utf_16_is_one_part(s3: VersionedS3, tmp_path: Path) -> None:
    own = sound("interactions").decode().replace("i1", "Ċ")  # a newline is one of its bytes
    s3.put(f"{DROP}interactions.csv", own.encode("utf-16"))
    asked = wanted(
        map={"interactions": {"encoding": "utf-16"}}, validation={"wholeMB": 1, "partMB": 1}
    )
    pinned, findings = pin(s3.bucket, DROP, asked)

    made = large.plan(s3.bucket, "d", asked, pinned, findings, now=NOW)
    said = in_parts(s3, tmp_path, asked)

    [key] = s3.under("runs/d/import")
    assert [(part.start, part.end) for part in made.parts] == [(0, len(own.encode("utf-16")))]
    assert len(own.encode("utf-16")) > 2_000_000
    assert said.ok, said.message
    assert s3.newest(key).decode() == own


class Personalize:
    """Just enough of the service: the status of each dataset's import jobs."""

    def __init__(self, **jobs: list[str]) -> None:
        self.jobs = jobs

    def get_paginator(self, _: str) -> "Personalize":
        return self

    def paginate(self, *, datasetArn: str) -> Iterator[dict[str, Any]]:  # noqa: N803 - the API's
        if datasetArn not in self.jobs:
            raise ClientError(
                {"Error": {"Code": "ResourceNotFoundException", "Message": "no such dataset"}},
                "ListDatasetImportJobs",
            )
        for status in self.jobs[datasetArn]:
            yield {"datasetImportJobs": [{"status": status}]}


@pytest.mark.parametrize("jobs", [{}, {"arn": []}, {"arn": ["CREATE FAILED"]}])
@pytest.mark.parametrize("repair", [False, True])
def test_the_first_import_is_not_incremental(
    s3: VersionedS3,
    jobs: dict[str, list[str]],
    repair: bool,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    said = taken(s3, Personalize(**jobs), monkeypatch, repair=repair)

    [finding] = [one for one in said.findings if one.code == "incremental-first"]
    assert said.ok is repair
    assert finding.level is (Level.MENDED if repair else Level.REFUSE)
    assert "the dataset interactions has no data yet" in finding.message
    assert (s3.under("runs/d/import") != []) is repair


def test_a_later_import_may_be_incremental(
    s3: VersionedS3, monkeypatch: pytest.MonkeyPatch
) -> None:
    said = taken(s3, Personalize(arn=["CREATE FAILED", "ACTIVE"]), monkeypatch)

    assert said.ok
    assert "incremental-first" not in {one.code for one in said.findings}


def taken(
    s3: VersionedS3, service: Personalize, monkeypatch: pytest.MonkeyPatch, **more: Any
) -> Answer:
    """Take the step as the state machine asks for it, of a pipeline that imports incrementally."""
    clients = {"s3": s3, "personalize": service}
    monkeypatch.setattr("boto3.client", clients.__getitem__)
    monkeypatch.setattr("time.time", lambda: NOW)
    modes = {"importModes": {"interactions": "INCREMENTAL"}, "incremental": {"interactions": "arn"}}
    asked = wanted(**modes, **more).model_dump(by_alias=True, mode="json")
    event = {"step": "drop", "bucket": "b", "dropId": "d", "prefix": DROP, "wanted": asked}
    return Answer.model_validate(steps.take(event))
