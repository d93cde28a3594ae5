"""Drops that are mapped and mended, on a real run each."""

import json
import random
import time
from pathlib import Path
from typing import Any

import pytest

from lambdas.shared.settings.loader import load_pipeline
from localcloud.clients import Clients
from localcloud.pipeline import drop
from localcloud.pipeline.catalogue import Catalogue
from tests.e2e.runs.pipelines import Deployed, Execution, deploy

NOW = int(time.time())
RATINGS = """\
name: ratings
datasets:
  interactions:
    fields:
      - { name: USER_ID, type: string }
      - { name: ITEM_ID, type: string }
      - { name: TIMESTAMP, type: long }
      - { name: EVENT_TYPE, type: string }
  items:
    fields:
      - { name: ITEM_ID, type: string }
      - { name: TITLE, type: string, textual: true }
      - { name: GENRES, type: string, categorical: true }
map:
  interactions:
    file: ratings.csv
    columns: { USER_ID: userId, ITEM_ID: movieId, TIMESTAMP: timestamp }
    eventTypes: { column: rating, atLeast: { watch: 4, click: 2 } }
  items:
    file: movies.csv
    columns: { ITEM_ID: movieId, TITLE: title, GENRES: genres }
solutions: [{name: popular, recipe: aws-popularity-count}]
eventTracker: null
notebook: null
"""
# As the workshop makes them: who rates 4 or more watched, who rates 2 or more clicked.
MAPPED = """\
name: mapped
datasets:
  interactions:
    fields:
      - { name: USER_ID, type: string }
      - { name: ITEM_ID, type: string }
      - { name: TIMESTAMP, type: long }
      - { name: EVENT_TYPE, type: string }
map:
  interactions:
    file: u.data
    separator: "\\t"
    header: [user, item, rating, when]
    columns: { USER_ID: user, ITEM_ID: item, TIMESTAMP: when }
    eventTypes: { column: rating, atLeast: { watch: 4, click: 2 } }
repair: true
solutions: [{name: popular, recipe: aws-popularity-count}]
eventTracker: null
notebook: null
"""


@pytest.fixture(scope="module")
def mapped(clients: Clients, tmp_path_factory: pytest.TempPathFactory) -> Deployed:
    return deploy(MAPPED, tmp_path_factory.mktemp("mapped"), clients)


def report(pipeline: Deployed, drop_id: str) -> dict[str, Any]:
    key = f"runs/{drop_id}/validation.json"
    body = pipeline.clients.s3.get_object(Bucket=pipeline.bucket, Key=key)["Body"].read()
    return dict(json.loads(body))


def run(pipeline: Deployed, drop_id: str) -> Execution:
    pipeline.put(drop_id, "_SUCCESS", b"")
    [ended] = pipeline.all_ended(1)
    return ended


def ratings(rows: int, factor: int = 1) -> bytes:
    draw = random.Random(4)
    lines = [
        f"{n % 60}\t{draw.randrange(40)}\t{1 + n % 5}\t{(NOW - n * 60) * factor}"
        for n in range(rows)
    ]
    return ("\n".join(lines) + "\n").encode()


def test_raw_ratings_are_dropped_as_they_are(mapped: Deployed) -> None:
    mapped.put("raw", "u.data", ratings(3_000))

    ended = run(mapped, "raw")

    seen = report(mapped, "raw")["facts"]["interactions"]
    assert ended.outcome == "succeeded"
    # Of five ratings each, 4 and 5 make a watch and a click, 2 and 3 a click, 1 nothing.
    assert seen["event_types"] == {"click": 2_400, "watch": 1_200}
    assert seen["files"][0]["name"] == "u.data"


def test_a_drop_is_mended_in_a_copy(mapped: Deployed) -> None:
    own = ratings(3_000, factor=1_000).replace(b"\n", b"\r\n")
    mapped.put("milliseconds", "u.data", own)

    ended = run(mapped, "milliseconds")

    findings = report(mapped, "milliseconds")["findings"]
    kept = mapped.clients.s3.get_object(Bucket=mapped.bucket, Key="drops/milliseconds/u.data")
    assert ended.outcome == "succeeded"
    assert kept["Body"].read() == own
    assert [(one["code"], one["count"]) for one in findings if one["level"] == "mended"] == [
        ("time-milliseconds", 3_600)
    ]


@pytest.fixture(scope="module")
def rated(clients: Clients, tmp_path_factory: pytest.TempPathFactory) -> Deployed:
    return deploy(RATINGS, tmp_path_factory.mktemp("ratings"), clients)


def grouplens(folder: Path) -> Path:
    """A folder with ratings.csv and movies.csv as GroupLens writes them, and what lies beside."""
    draw = random.Random(5)
    rows = [f"{n % 60},{draw.randrange(40)},{(1 + n % 5):.1f},{NOW - n * 60}" for n in range(3_000)]
    films = [f'{n},"Film, The ""{n}"" (1995)",Drama|Comedy' for n in range(40)]
    for name, lines in (
        ("ratings.csv", ["userId,movieId,rating,timestamp", *rows]),
        ("movies.csv", ["movieId,title,genres", *films]),
        ("README.txt", ["Summary"]),
    ):
        (folder / name).write_text("\r\n".join(lines) + "\r\n", newline="")
    return folder


def test_raw_grouplens_files_are_taken_by_the_command_that_runs(
    rated: Deployed, tmp_path: Path
) -> None:
    pipeline = tmp_path / "ratings.yaml"
    pipeline.write_text(RATINGS)
    names = drop.file_names(load_pipeline(pipeline))

    taken = drop.upload(
        grouplens(tmp_path), rated.clients, bucket=rated.bucket, drop_id="raw", names=names
    )
    [ended] = rated.all_ended(1)
    out = tmp_path / "imported"
    drop.fetch_imported(rated.clients, bucket=rated.bucket, drop_id="raw", folder=out)

    facts = report(rated, "raw")["facts"]
    assert ended.outcome == "succeeded", ended.output
    assert sorted(taken) == ["movies.csv", "ratings.csv"]
    assert facts["interactions"]["event_types"] == {"click": 2_400, "watch": 1_200}
    assert facts["items"]["things"] == 40
    assert Catalogue(out).title("7") == 'Film, The "7" (1995)'


def test_an_incremental_first_drop_is_refused_before_anything_is_created(
    clients: Clients, tmp_path: Path
) -> None:
    mode = "  interactions:\n    importMode: INCREMENTAL\n"
    text = RATINGS.replace("name: ratings", "name: adding").replace("  interactions:\n", mode, 1)
    adding = deploy(text, tmp_path, clients)
    files = grouplens(tmp_path)
    for name in ("ratings.csv", "movies.csv"):
        adding.put("first", name, (files / name).read_bytes())

    ended = run(adding, "first")

    groups = clients.personalize.list_dataset_groups()["datasetGroups"]
    [refused] = [one for one in report(adding, "first")["findings"] if one["level"] == "refuse"]
    assert ended.status == "FAILED"
    assert refused["code"] == "incremental-first"
    assert "importMode: FULL" in refused["remedy"]
    assert "adding" not in [one["name"] for one in groups]
