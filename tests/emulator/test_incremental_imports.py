"""What an import does to what was put one by one: INCREMENTAL replaces equal ids, FULL does not."""

from pathlib import Path
from typing import Any

import pytest

from personalize_emulator.clock import VirtualClock
from personalize_emulator.resources.snapshots import snapshots_of
from personalize_emulator.scenarios.scripts import JobScript
from personalize_emulator.service import PersonalizeService
from tests.emulator.conftest import to_csv
from tests.emulator.support.clients import ROLE, Clients
from tests.emulator.support.world import ACTIONS, ITEMS, USERS

HEADER = ("ITEM_ID", "PRICE", "CATEGORY_L1")


@pytest.fixture
def items(aws: Clients) -> str:
    """An Items dataset with ``a`` of price 1 and ``b`` of price 2."""
    dataset = aws.dataset(aws.group(), aws.schema(ITEMS), "ITEMS")
    aws.import_csv(dataset, to_csv(HEADER, [("a", 1, "x"), ("b", 2, "x")]), "first")
    return dataset


def values(service: PersonalizeService, dataset: str, column: str = "PRICE") -> dict[str, Any]:
    """Return a column of a keyed dataset by id, as a training would see it now."""
    resource = service.backend.store.get(dataset)
    with service.backend.lock:
        group = snapshots_of(service.backend, resource.fields["datasetGroupArn"])
    table = group[resource.fields["datasetType"]].table()
    (key,) = table.schema.type.keys
    return dict(zip(table[key].tolist(), table[column].tolist(), strict=True))


def put(aws: Clients, dataset: str, item: str, price: float) -> None:
    properties = f'{{"price": {price}, "categoryL1": "x"}}'
    aws.events.put_items(datasetArn=dataset, items=[{"itemId": item, "properties": properties}])


def test_a_later_incremental_import_replaces_an_item_of_the_same_id(
    aws: Clients, service: PersonalizeService, items: str
) -> None:
    put(aws, items, "a", 10)
    put(aws, items, "c", 30)
    assert values(service, items) == {"a": 10, "b": 2, "c": 30}

    more = to_csv(HEADER, [("a", 100, "x"), ("d", 400, "x")])
    aws.import_csv(items, more, "more", importMode="INCREMENTAL")

    assert values(service, items) == {"a": 100, "b": 2, "c": 30, "d": 400}


def test_what_is_put_after_an_incremental_import_replaces_its_row(
    aws: Clients, service: PersonalizeService, items: str
) -> None:
    more = to_csv(HEADER, [("a", 100, "x")])
    aws.import_csv(items, more, "more", importMode="INCREMENTAL")

    put(aws, items, "a", 10)

    assert values(service, items)["a"] == 10


def test_what_is_put_while_an_incremental_import_runs_is_newer_than_it(
    aws: Clients, service: PersonalizeService, clock: VirtualClock, items: str
) -> None:
    put(aws, items, "a", 10)
    put(aws, items, "b", 20)
    service.scenarios.add(JobScript(kind="DatasetImportJob", name="slow", duration=60))
    content = to_csv(HEADER, [("a", 100, "x"), ("b", 200, "x")])
    job = aws.personalize.create_dataset_import_job(
        jobName="slow",
        datasetArn=items,
        dataSource={"dataLocation": aws.put("slow.csv", content)},
        roleArn=ROLE,
        importMode="INCREMENTAL",
    )["datasetImportJobArn"]

    put(aws, items, "a", 1000)
    assert values(service, items) == {"a": 1000, "b": 20}
    clock.advance(60)

    shown = aws.settled(
        lambda: aws.personalize.describe_dataset_import_job(datasetImportJobArn=job)[
            "datasetImportJob"
        ]
    )
    assert shown["status"] == "ACTIVE"
    assert values(service, items) == {"a": 1000, "b": 200}


def test_a_failed_incremental_import_replaces_nothing(
    aws: Clients, service: PersonalizeService, items: str
) -> None:
    put(aws, items, "a", 10)

    failed = aws.import_csv(items, b"ITEM_ID\na\n", "failed", importMode="INCREMENTAL")

    assert failed["status"] == "CREATE FAILED"
    assert values(service, items)["a"] == 10


def test_a_full_import_leaves_what_was_put_one_by_one(
    aws: Clients, service: PersonalizeService, items: str
) -> None:
    put(aws, items, "a", 10)

    aws.import_csv(items, to_csv(HEADER, [("a", 100, "x"), ("c", 300, "x")]), "whole")

    assert values(service, items) == {"a": 10, "c": 300}


def test_users_and_actions_are_replaced_too(aws: Clients, service: PersonalizeService) -> None:
    group = aws.group()
    users = aws.dataset(group, aws.schema(USERS, "users"), "USERS")
    actions = aws.dataset(group, aws.schema(ACTIONS, "actions"), "ACTIONS")
    aws.import_csv(users, to_csv(("USER_ID", "AGE"), [("u", 1)]), "users")
    aws.import_csv(actions, to_csv(("ACTION_ID", "CATEGORY"), [("a", "x")]), "actions")
    aws.events.put_users(datasetArn=users, users=[{"userId": "u", "properties": '{"age": 2}'}])
    aws.events.put_actions(
        datasetArn=actions, actions=[{"actionId": "a", "properties": '{"category": "y"}'}]
    )

    again: Any = {"importMode": "INCREMENTAL"}
    aws.import_csv(users, to_csv(("USER_ID", "AGE"), [("u", 3)]), "users2", **again)
    aws.import_csv(actions, to_csv(("ACTION_ID", "CATEGORY"), [("a", "z")]), "actions2", **again)

    assert values(service, users, "AGE") == {"u": 3}
    assert values(service, actions, "CATEGORY") == {"a": "z"}


def test_what_was_replaced_is_no_longer_exported_as_put(
    aws: Clients, s3_root: Path, items: str
) -> None:
    put(aws, items, "a", 10)
    put(aws, items, "c", 30)
    aws.import_csv(items, to_csv(HEADER, [("a", 100, "x")]), "more", importMode="INCREMENTAL")

    job = aws.personalize.create_dataset_export_job(
        jobName="export",
        datasetArn=items,
        ingestionMode="PUT",
        roleArn=ROLE,
        jobOutput={"s3DataDestination": {"path": "s3://bucket/out"}},
    )["datasetExportJobArn"]
    aws.settled(
        lambda: aws.personalize.describe_dataset_export_job(datasetExportJobArn=job)[
            "datasetExportJob"
        ]
    )

    (path,) = (s3_root / "bucket" / "out").glob("export_*/items.csv")
    assert path.read_text().splitlines() == ["ITEM_ID,PRICE,CATEGORY_L1", "c,30.0,x"]
