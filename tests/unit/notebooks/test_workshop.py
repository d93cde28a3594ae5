"""The notebooks' own module: finding the stack, running a cell twice, waiting, MovieLens."""

import importlib
import io
import json
import zipfile
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from botocore.exceptions import ClientError

from localcloud.settings import PROJECT_ROOT

OUTPUTS = {
    "DataBucketName": "data",
    "DatasetGroupName": "movielens",
    "PersonalizeRoleArn": "arn:aws:iam::123456789012:role/reader",
    "StateMachineArn": "arn:aws:states:ap-south-1:123456789012:stateMachine:movielens",
}


@pytest.fixture
def module(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Any:
    """notebooks/workshop.py, which finds the outputs in a file of this test."""
    (tmp_path / "stack.json").write_text(json.dumps({"movielens-pipeline": OUTPUTS}))
    monkeypatch.setenv("WORKSHOP_STACK", str(tmp_path / "stack.json"))
    monkeypatch.syspath_prepend(str(PROJECT_ROOT / "notebooks"))
    return importlib.reload(importlib.import_module("workshop"))


@pytest.fixture
def workshop(module: Any) -> Any:
    return module.connect()


def refused(code: str) -> ClientError:
    return ClientError({"Error": {"Code": code, "Message": ""}}, "Operation")


class Exists:
    """Personalize where everything that is created is there already."""

    def __init__(self, trackers: list[dict[str, str]] | None = None) -> None:
        self._trackers = trackers or []

    def __getattr__(self, name: str) -> Any:
        def create(**_request: Any) -> None:
            raise refused("ResourceAlreadyExistsException")

        return create

    def get_paginator(self, _name: str) -> Any:
        return SimpleNamespace(paginate=lambda: [{"eventTrackers": self._trackers}])


def test_account_region_and_names_come_from_the_stacks_outputs(workshop: Any) -> None:
    assert (workshop.account, workshop.region) == ("123456789012", "ap-south-1")
    assert workshop.bucket == "data"
    assert workshop.name("movielens") == "movielens-workshop-movielens"


def test_without_outputs_the_reader_is_told_how_to_get_them(
    module: Any, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setattr(module, "STACK_FILE", tmp_path / "missing.json")

    with pytest.raises(module.WorkshopError, match=r"make notebooks.*--outputs-file"):
        module.connect()


@pytest.mark.parametrize(
    ("kind", "request_", "arn"),
    [
        ("campaign", {"name": "a"}, "campaign/a"),
        ("datasetGroup", {"name": "a"}, "dataset-group/a"),
        ("datasetImportJob", {"jobName": "a"}, "dataset-import-job/a"),
        ("batchSegmentJob", {"jobName": "a"}, "batch-segment-job/a"),
        (
            "dataset",
            {"name": "a", "datasetGroupArn": "arn:x/group", "datasetType": "Items"},
            "dataset/group/ITEMS",
        ),
        ("eventTracker", {"name": "a"}, "event-tracker/1f2e3d"),
    ],
)
def test_a_cell_that_is_run_again_finds_what_it_has_made(
    workshop: Any, kind: str, request_: dict[str, str], arn: str
) -> None:
    prefix = "arn:aws:personalize:ap-south-1:123456789012:"
    trackers = [
        {"name": "b", "eventTrackerArn": f"{prefix}event-tracker/000000"},
        {"name": "a", "eventTrackerArn": f"{prefix}event-tracker/1f2e3d"},
    ]
    workshop.__dict__["personalize"] = Exists(trackers)

    assert workshop.create(kind, **request_) == prefix + arn


def test_a_refusal_of_another_kind_is_not_hidden(workshop: Any) -> None:
    def create_solution(**_request: Any) -> None:
        raise refused("LimitExceededException")

    workshop.__dict__["personalize"] = SimpleNamespace(create_solution=create_solution)

    with pytest.raises(ClientError, match="LimitExceededException"):
        workshop.create("solution", name="a")


def test_waiting_ends_with_the_services_own_reason(module: Any, workshop: Any) -> None:
    answers = iter(
        [
            {"status": "CREATE PENDING"},
            {"status": "CREATE FAILED", "failureReason": "no events"},
        ]
    )

    with pytest.raises(module.WorkshopError, match="import: CREATE FAILED: no events"):
        workshop.wait(lambda: next(answers), "import")


class Bucket:
    """S3 with what was put there."""

    def __init__(self, **objects: bytes) -> None:
        self.objects: dict[str, bytes] = dict(objects)

    def get_object(self, *, Bucket: str, Key: str) -> dict[str, Any]:  # noqa: ARG002, N803
        if Key not in self.objects:
            raise refused("NoSuchKey")
        return {"Body": io.BytesIO(self.objects[Key])}

    def put_object(self, *, Bucket: str, Key: str, Body: bytes) -> None:  # noqa: ARG002, N803
        self.objects[Key] = Body


def movielens() -> bytes:
    archive = io.BytesIO()
    with zipfile.ZipFile(archive, "w") as files:
        files.writestr("ml-100k/u.data", "7\t50\t5\t881250949\n")
        flags = "|".join("1" if n in (1, 2) else "0" for n in range(19))
        files.writestr("ml-100k/u.item", f"50|Star Wars (1977)||||{flags}\n")
        files.writestr("ml-100k/u.user", "7|57|M|administrator|91344\n")
    return archive.getvalue()


def test_movielens_is_fetched_once_and_kept_in_the_readers_own_bucket(
    workshop: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    fetched: list[str] = []

    def urlopen(url: str, *, timeout: float) -> io.BytesIO:  # noqa: ARG001
        fetched.append(url)
        return io.BytesIO(movielens())

    monkeypatch.setattr("movielens.urlopen", urlopen)
    bucket = workshop.__dict__["s3"] = Bucket()

    data = [workshop.movielens() for _ in range(2)][-1]

    assert len(fetched) == 1
    assert list(bucket.objects) == ["workshop/ml-100k.zip"]
    assert data.films.loc[0, ["title", "genres", "year"]].tolist() == [
        "Star Wars (1977)",
        "Action|Adventure",
        1977,
    ]
