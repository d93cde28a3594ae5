"""Exports: which rows there are in each mode."""

import json
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from tests.emulator.conftest import to_csv
from tests.emulator.support.clients import ROLE, Clients
from tests.emulator.support.world import ITEMS

MOMENT = datetime(2026, 1, 1, tzinfo=UTC)


def exported(aws: Clients, s3_root: Path, dataset: str, mode: Any) -> list[str]:
    """Return the lines of an export's file, without the header, sorted."""
    arn = aws.personalize.create_dataset_export_job(
        jobName=f"export-{mode}",
        datasetArn=dataset,
        ingestionMode=mode,
        roleArn=ROLE,
        jobOutput={"s3DataDestination": {"path": f"s3://bucket/{mode}/"}},
    )["datasetExportJobArn"]
    job = aws.settled(
        lambda: aws.personalize.describe_dataset_export_job(datasetExportJobArn=arn)[
            "datasetExportJob"
        ]
    )
    assert job["status"] == "ACTIVE"
    (file,) = (s3_root / "bucket" / mode).rglob("*.csv")
    return sorted(file.read_text().splitlines()[1:])


@pytest.mark.parametrize(
    ("mode", "lines"),
    [
        ("PUT", ["a,1.0,x", "a,2.0,x", "b,1.0,y"]),
        ("BULK", ["a,9.0,z", "c,9.0,z"]),
        ("ALL", ["a,1.0,x", "b,1.0,y", "c,9.0,z"]),
    ],
)
def test_of_equal_items_one_is_exported_and_of_equal_ids_the_newest_of_all(
    aws: Clients, s3_root: Path, mode: str, lines: list[str]
) -> None:
    items = aws.dataset(aws.group(), aws.schema(ITEMS), "ITEMS")
    aws.import_csv(
        items, to_csv(("ITEM_ID", "PRICE", "CATEGORY_L1"), [("a", 9, "z"), ("c", 9, "z")])
    )
    for name, price, category in [("a", 1, "x"), ("b", 1, "y"), ("a", 2, "x"), ("a", 1, "x")]:
        properties = json.dumps({"price": price, "categoryL1": category})
        aws.events.put_items(datasetArn=items, items=[{"itemId": name, "properties": properties}])

    assert exported(aws, s3_root, items, mode) == lines


@pytest.mark.parametrize(("mode", "rows"), [("PUT", 2), ("BULK", 2), ("ALL", 3)])
def test_of_equal_interactions_one_is_exported(
    aws: Clients, s3_root: Path, mode: str, rows: int
) -> None:
    group = aws.group()
    dataset, at = aws.dataset(group, aws.schema()), int(MOMENT.timestamp())
    header = ("USER_ID", "ITEM_ID", "TIMESTAMP", "EVENT_TYPE")
    aws.import_csv(
        dataset, to_csv(header, [("u", "i", at, "x"), ("u", "i", at, "x"), ("u", "j", at, "x")])
    )
    tracking = aws.personalize.create_event_tracker(name="t", datasetGroupArn=group)["trackingId"]
    for item in ("i", "i", "k"):
        event: Any = {"eventType": "x", "itemId": item, "sentAt": MOMENT}
        aws.events.put_events(trackingId=tracking, userId="u", sessionId="s", eventList=[event])

    assert len(exported(aws, s3_root, dataset, mode)) == rows
