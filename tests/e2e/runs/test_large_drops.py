"""A drop that is looked at in parts is told what one pass over it would have told."""

import json
import random
import time
from pathlib import Path
from typing import Any

import pytest

from lambdas.shared.settings.loader import load_pipeline
from lambdas.validate.local import validate_folder
from localcloud.clients import Clients
from tests.e2e.runs.pipelines import Deployed, Execution, deploy

LARGE = """\
name: large
validation: {wholeMB: 1, partMB: 1}
repair: true
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
      - { name: GENRES, type: string, categorical: true }
solutions: [{name: popular, recipe: aws-popularity-count}]
eventTracker: null
notebook: null
"""
NOW = int(time.time())
HEADER, ITEMS_HEADER = "USER_ID,ITEM_ID,TIMESTAMP,EVENT_TYPE", "ITEM_ID,GENRES"
PARTS = {"Count the parts", "Add up the shares", "Judge the large drop"}


@pytest.fixture(scope="module")
def large(clients: Clients, tmp_path_factory: pytest.TempPathFactory) -> Deployed:
    return deploy(LARGE, tmp_path_factory.mktemp("large"), clients)


def events(rows: int = 75_000) -> list[str]:
    """Lines of 2.4 MB, in which users, items and months are spread over the parts."""
    draw = random.Random(7)
    return [
        f"u{draw.randrange(9_000)},i{draw.randrange(700)},{NOW - 90 - n * 200},"
        f"{'watch' if draw.random() < 0.7 else 'click'}"
        for n in range(rows)
    ]


def items() -> list[str]:
    return [ITEMS_HEADER, *(f"i{n},Drama|Comedy" for n in range(650)), "i3,Horror"]


def whole(folder: Path, files: dict[str, bytes]) -> dict[str, Any]:
    """What one pass over the same files says."""
    pipeline, drop, room = folder / "large.yaml", folder / "drop", folder / "room"
    pipeline.write_text(LARGE)
    drop.mkdir()
    room.mkdir()
    for name, body in files.items():
        (drop / f"{name}.csv").write_bytes(body)
    seen = validate_folder(load_pipeline(pipeline), drop, room=room, now=NOW)
    return dict(json.loads(seen.model_dump_json()))


def run(large: Deployed, drop_id: str, files: dict[str, bytes]) -> tuple[Execution, dict[str, Any]]:
    large.drop(drop_id, **files)
    [ended] = large.all_ended(1)
    key = f"runs/{drop_id}/validation.json"
    body = large.clients.s3.get_object(Bucket=large.bucket, Key=key)["Body"].read()
    return ended, dict(json.loads(body))


def test_a_sound_drop_in_parts_is_mended_and_imported(large: Deployed, tmp_path: Path) -> None:
    own = events()
    # The last part has duplicates of the first one, and the only line that is to be mended.
    rows = [HEADER, *own, *own[:40], *own[-40:], f"u1,i1,{NOW - 5_000}000,watch"]
    files = {
        "interactions": ("\n".join(rows) + "\n").encode(),
        "items": ("\n".join(items()) + "\n").encode(),
    }

    ended, report = run(large, "sound", files)

    assert report == whole(tmp_path, files)
    said = {one["code"]: (one["level"], one["count"]) for one in report["findings"]}
    facts = report["facts"]["interactions"]
    assert set(ended.states) >= PARTS
    assert ended.outcome == "succeeded"
    assert said["time-milliseconds"] == ("mended", 1)
    assert {"duplicates", "id-repeated", "items-unknown"} <= said.keys()
    assert facts["duplicates"] == 80


def test_an_unsound_drop_in_parts_is_refused_at_its_lines(large: Deployed, tmp_path: Path) -> None:
    rows = [HEADER, *events()]
    rows[30_000] = f",i1,{NOW - 50},watch"
    rows[60_000] = "u1,i1,yesterday,watch"
    rows[70_000] = "u1,i1"
    rows[74_999] = f'u1,"i""1",{NOW - 50},watch'
    files = {"interactions": ("\n".join(rows) + "\n").encode()}

    ended, report = run(large, "unsound", files)

    refused = {(f["code"], f["line"]) for f in report["findings"] if f["level"] == "refuse"}
    assert set(ended.states) >= PARTS
    assert ended.outcome == "DropRefused"
    assert refused >= {
        *(("id-empty", 30_001), ("time-not-whole", 60_001)),
        *(("ragged", 70_001), ("id-quote", 75_000)),
    }
    assert report == whole(tmp_path, files)
