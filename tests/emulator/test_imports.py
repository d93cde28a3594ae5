"""Import jobs: what is read, what is refused and in which words, what replaces what."""

import time
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from personalize_emulator.clock import VirtualClock
from personalize_emulator.resources.contents import bulk_of, schema_of
from personalize_emulator.resources.snapshots import snapshots_of
from personalize_emulator.scenarios.scripts import JobScript
from personalize_emulator.service import PersonalizeService
from tests.emulator.conftest import to_csv
from tests.emulator.support.clients import ROLE, Clients
from tests.emulator.support.world import ITEMS

HEADER = ("USER_ID", "ITEM_ID", "TIMESTAMP", "EVENT_TYPE")
GOOD = to_csv(HEADER, [("u1", "i1", 1, "click"), ("u2", "i2", 2, "watch")])


@pytest.fixture
def dataset(aws: Clients) -> str:
    return aws.dataset(aws.group(), aws.schema())


def rows(service: PersonalizeService, dataset: str, column: str = "ITEM_ID") -> list[Any]:
    resource = service.backend.store.get(dataset)
    bulk = bulk_of(service.backend, resource, schema_of(service.backend, resource))
    return [] if bulk is None else list(bulk[column].tolist())


def failure(job: Any) -> str:
    assert job["status"] == "CREATE FAILED", job
    return str(job["failureReason"])


@pytest.mark.parametrize(
    ("content", "reason"),
    [
        (b"", "missing the following columns:[USER_ID, ITEM_ID, TIMESTAMP, EVENT_TYPE]."),
        (b"USER_ID,ITEM_ID\nu,i\n", "missing the following columns:[TIMESTAMP, EVENT_TYPE]."),
        (b"\xef\xbb\xbf" + GOOD, "missing the following columns:[USER_ID]."),
        (GOOD.replace(b",", b";"), "missing the following columns"),
        (to_csv(HEADER, []), "has no rows"),
        (to_csv(HEADER, [("u", "i", "2020-01-01", "c")]), "row 2: column TIMESTAMP holds"),
        (to_csv(HEADER, [("u", "i", 1, "c"), ("u", "i", 1.5, "c")]), "row 3: column TIMESTAMP"),
        (to_csv(HEADER, [("", "i", 1, "c")]), "column USER_ID holds ''"),
        (GOOD + b"u3,i3\n", "row 4: only 2 columns"),
        (GOOD + b'u3,"i3,5,click\n', "do not conform to the dataset schema"),
        (to_csv(HEADER, [("x" * 257, "i", 1, "c")]), "more than 256 characters for USER_ID"),
        (GOOD.replace(b"u1", b"\xff"), "not encoded in UTF-8"),
    ],
)
def test_what_does_not_fit_fails_with_its_reason(
    aws: Clients, dataset: str, content: bytes, reason: str
) -> None:
    assert reason in failure(aws.import_csv(dataset, content))


def test_columns_are_found_by_name_and_others_ignored(
    aws: Clients, service: PersonalizeService, dataset: str
) -> None:
    header = ("EXTRA", "TIMESTAMP", "EVENT_TYPE", "ITEM_ID", "USER_ID")
    content = to_csv(header, [("x", 1, "click", 'a "quoted", item', "u")])

    assert aws.import_csv(dataset, content)["status"] == "ACTIVE"

    assert rows(service, dataset) == ['a "quoted", item']
    assert rows(service, dataset, "TIMESTAMP") == [1]


def test_full_replaces_and_incremental_appends(
    aws: Clients, service: PersonalizeService, dataset: str
) -> None:
    more = to_csv(HEADER, [("u3", "i3", 3, "click")])

    aws.import_csv(dataset, GOOD, "first")
    aws.import_csv(dataset, more, "second", importMode="INCREMENTAL")
    assert rows(service, dataset) == ["i1", "i2", "i3"]

    aws.import_csv(dataset, more, "third")
    assert rows(service, dataset) == ["i3"]


def test_the_first_import_must_be_full(aws: Clients, dataset: str) -> None:
    with pytest.raises(aws.personalize.exceptions.InvalidInputException, match="must be FULL"):
        aws.import_csv(dataset, GOOD, importMode="INCREMENTAL")


def test_of_equal_ids_the_last_row_counts(aws: Clients, service: PersonalizeService) -> None:
    items = aws.dataset(aws.group(), aws.schema(ITEMS), "ITEMS")
    header = ("ITEM_ID", "PRICE", "CATEGORY_L1")

    aws.import_csv(items, to_csv(header, [("a", 1, "x"), ("b", 2, ""), ("a", 3, "y")]), "first")
    aws.import_csv(items, to_csv(header, [("b", 5, "z")]), "second", importMode="INCREMENTAL")

    assert rows(service, items) == ["a", "b"]
    assert rows(service, items, "PRICE") == [3.0, 5.0]


def test_a_few_misfits_of_metadata_are_nulls_and_many_fail(
    aws: Clients, service: PersonalizeService
) -> None:
    items = aws.dataset(aws.group(), aws.schema(ITEMS), "ITEMS")
    header = ("ITEM_ID", "PRICE", "CATEGORY_L1")

    def content(misfits: int) -> bytes:
        return to_csv(header, [(f"i{n}", "free" if n < misfits else n, "x") for n in range(20)])

    assert aws.import_csv(items, content(2), "few")["status"] == "ACTIVE"
    assert np.isnan(rows(service, items, "PRICE")).sum() == 2
    assert "row 2: column PRICE holds 'free'" in failure(aws.import_csv(items, content(3), "many"))


def test_nulls_are_nan_and_empty(aws: Clients, service: PersonalizeService) -> None:
    fields = [
        {"name": "ITEM_ID", "type": "string"},
        {"name": "P", "type": ["float", "null"]},
        {"name": "B", "type": ["boolean", "null"]},
    ]
    avro = {**ITEMS, "fields": fields}
    items = aws.dataset(aws.group(), aws.schema(avro), "ITEMS")

    aws.import_csv(items, to_csv(("ITEM_ID", "P", "B"), [("a", "", ""), ("b", "1e3", "True")]))

    assert np.isnan(rows(service, items, "P")[0])
    assert rows(service, items, "P")[1] == 1000.0
    assert rows(service, items, "B") == ["", "true"]


def test_a_folder_is_read_on_its_first_level(
    aws: Clients, service: PersonalizeService, dataset: str
) -> None:
    aws.put("data/part-0.csv", GOOD)
    aws.put("data/part-1.csv", to_csv(HEADER, [("u9", "i9", 9, "click")]))
    aws.put("data/_SUCCESS", b"")
    aws.put("data/deeper/part-2.csv", b"nonsense")

    aws.personalize.create_dataset_import_job(
        jobName="folder",
        datasetArn=dataset,
        dataSource={"dataLocation": "s3://bucket/data/"},
        roleArn=ROLE,
    )
    arn = aws.personalize.list_dataset_import_jobs()["datasetImportJobs"][0]["datasetImportJobArn"]
    aws.settled(
        lambda: aws.personalize.describe_dataset_import_job(datasetImportJobArn=arn)[
            "datasetImportJob"
        ]
    )

    assert rows(service, dataset) == ["i1", "i2", "i9"]


@pytest.mark.parametrize("location", ["s3://bucket/none.csv", "s3://other/x.csv", "s3://bucket/x/"])
def test_nothing_there_fails_as_lacking_privileges(
    aws: Clients, dataset: str, location: str
) -> None:
    arn = aws.personalize.create_dataset_import_job(
        jobName="none", datasetArn=dataset, dataSource={"dataLocation": location}, roleArn=ROLE
    )["datasetImportJobArn"]
    job = aws.settled(
        lambda: aws.personalize.describe_dataset_import_job(datasetImportJobArn=arn)[
            "datasetImportJob"
        ]
    )

    assert "Insufficient privileges" in failure(job)


def test_a_location_outside_s3_is_invalid(aws: Clients, dataset: str) -> None:
    with pytest.raises(aws.personalize.exceptions.InvalidInputException, match="Invalid Data loc"):
        aws.personalize.create_dataset_import_job(
            jobName="x", datasetArn=dataset, dataSource={"dataLocation": "http://x/y"}, roleArn=ROLE
        )


def test_a_failed_import_leaves_the_data_as_it_was(
    aws: Clients, service: PersonalizeService, dataset: str, tmp_path: Path
) -> None:
    aws.import_csv(dataset, GOOD, "good")

    failure(aws.import_csv(dataset, b"USER_ID\nx\n", "bad"))

    assert rows(service, dataset) == ["i1", "i2"]
    assert len(list((tmp_path / "state" / "datasets").glob("*/*"))) == 1


def test_a_larger_schema_may_take_the_place_of_the_old_one(
    aws: Clients, service: PersonalizeService
) -> None:
    p = aws.personalize
    items = aws.dataset(aws.group(), aws.schema(ITEMS), "ITEMS")
    aws.import_csv(items, to_csv(("ITEM_ID", "PRICE", "CATEGORY_L1"), [("a", 1, "x")]))
    new = {"name": "YEAR", "type": ["int", "null"]}
    larger = aws.schema({**ITEMS, "fields": [*ITEMS["fields"], new]}, "larger")
    smaller = aws.schema({**ITEMS, "fields": ITEMS["fields"][:2]}, "smaller")

    with pytest.raises(p.exceptions.InvalidInputException, match="must keep column CATEGORY_L1"):
        p.update_dataset(datasetArn=items, schemaArn=smaller)
    p.update_dataset(datasetArn=items, schemaArn=larger)

    shown = p.describe_dataset(datasetArn=items)["dataset"]
    assert shown["schemaArn"] == larger
    assert shown["latestDatasetUpdate"]["status"] == "ACTIVE"
    more = to_csv(("ITEM_ID", "PRICE", "CATEGORY_L1", "YEAR"), [("b", 1, "x", 1999)])
    aws.import_csv(items, more, "more", importMode="INCREMENTAL")
    assert rows(service, items, "YEAR")[1] == 1999.0


def start_slow(aws: Clients, service: PersonalizeService, dataset: str, **options: Any) -> str:
    """Begin an import that has read its file and will not be ACTIVE for a minute."""
    service.scenarios.add(JobScript(kind="DatasetImportJob", name="slow", duration=60))
    content = to_csv(HEADER, [("u9", "i9", 9, "x")])
    job = aws.personalize.create_dataset_import_job(
        jobName="slow",
        datasetArn=dataset,
        dataSource={"dataLocation": aws.put("slow.csv", content)},
        roleArn=ROLE,
        **options,
    )["datasetImportJobArn"]
    deadline = time.monotonic() + 20
    while service.backend.jobs.running(job):
        assert time.monotonic() < deadline
        time.sleep(0.005)
    return str(job)


def end_slow(aws: Clients, clock: VirtualClock, job: str) -> None:
    clock.advance(60)
    shown = aws.personalize.describe_dataset_import_job(datasetImportJobArn=job)
    assert shown["datasetImportJob"]["status"] == "ACTIVE"


def parts(service: PersonalizeService, dataset: str) -> int:
    """How many parts lie in the dataset's folder."""
    resource = service.backend.store.get(dataset)
    return len(list(service.backend.folder("datasets", resource.sequence).iterdir()))


def test_an_import_that_ends_leaves_the_data_of_a_slower_one_alone(
    aws: Clients, service: PersonalizeService, clock: VirtualClock, dataset: str
) -> None:
    slow = start_slow(aws, service, dataset)

    aws.import_csv(dataset, GOOD, "quick")
    assert rows(service, dataset) == ["i1", "i2"]

    end_slow(aws, clock, slow)
    assert rows(service, dataset) == ["i9"]
    assert parts(service, dataset) == 1


def test_what_incremental_imports_add_at_the_same_time_is_all_there(
    aws: Clients, service: PersonalizeService, clock: VirtualClock, dataset: str
) -> None:
    aws.import_csv(dataset, GOOD, "first")
    slow = start_slow(aws, service, dataset, importMode="INCREMENTAL")

    more = to_csv(HEADER, [("u3", "i3", 3, "click")])
    aws.import_csv(dataset, more, "quick", importMode="INCREMENTAL")
    end_slow(aws, clock, slow)

    assert rows(service, dataset) == ["i1", "i2", "i3", "i9"]


def test_events_that_come_during_an_import_are_kept(
    aws: Clients, service: PersonalizeService, clock: VirtualClock, dataset: str
) -> None:
    aws.import_csv(dataset, GOOD, "first")
    group = aws.personalize.describe_dataset(datasetArn=dataset)["dataset"]["datasetGroupArn"]
    tracker = aws.personalize.create_event_tracker(name="t", datasetGroupArn=group)
    slow = start_slow(aws, service, dataset)

    event: Any = {"eventType": "click", "itemId": "i7", "sentAt": "2026-01-01"}
    aws.events.put_events(
        trackingId=tracker["trackingId"], userId="u1", sessionId="s", eventList=[event]
    )
    end_slow(aws, clock, slow)

    with service.backend.lock:
        trained_on = snapshots_of(service.backend, group)["INTERACTIONS"].table()
    assert list(trained_on["ITEM_ID"]) == ["i9", "i7"]


def test_parts_of_incremental_imports_do_not_pile_up(
    aws: Clients, service: PersonalizeService, dataset: str
) -> None:
    aws.import_csv(dataset, GOOD, "first")
    for number in range(4):
        more = to_csv(HEADER, [("u3", f"more{number}", 3, "click")])
        aws.import_csv(dataset, more, f"more{number}", importMode="INCREMENTAL")

    assert rows(service, dataset) == ["i1", "i2", *(f"more{number}" for number in range(4))]
    assert parts(service, dataset) == 2
