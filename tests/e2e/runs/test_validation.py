"""Drops that are mapped and mended, on a real run each."""

import json
import random
import time
from typing import Any

import pytest

from localcloud.clients import Clients
from tests.e2e.runs.pipelines import Deployed, Execution, deploy

NOW = int(time.time())
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
