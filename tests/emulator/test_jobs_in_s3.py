"""Batch inference, segments, exports and metric attribution: what ends up in S3."""

import json
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from personalize_emulator.batch.segments import attributes_of
from personalize_emulator.errors import InvalidInputException
from tests.emulator.conftest import to_csv
from tests.emulator.support.clients import ROLE, Clients
from tests.emulator.support.world import ITEMS, USERS


@pytest.fixture
def group(aws: Clients, interactions_csv: bytes) -> str:
    arn = aws.group()
    aws.import_csv(aws.dataset(arn, aws.schema()), interactions_csv)
    return arn


def written(s3_root: Path, key: str) -> list[Any]:
    lines = (s3_root / "bucket" / key).read_text().splitlines()
    return [json.loads(line) for line in lines]


def batch(aws: Clients, kind: str, version: str, lines: list[Any], **more: Any) -> Any:
    p = aws.personalize
    content = "".join(
        (line if isinstance(line, str) else json.dumps(line)) + "\n" for line in lines
    )
    source = aws.put("in/lines.json", content.encode())
    answer = getattr(p, f"create_batch_{kind}_job")(
        jobName=f"batch-{kind}",
        solutionVersionArn=version,
        jobInput={"s3DataSource": {"path": source}},
        jobOutput={"s3DataDestination": {"path": "s3://bucket/out"}},
        roleArn=ROLE,
        **more,
    )
    (name, arn), *_ = ((k, v) for k, v in answer.items() if k.endswith("Arn"))
    describe = getattr(p, f"describe_batch_{kind}_job")
    return aws.settled(lambda: describe(**{name: arn})[name.removesuffix("Arn")])


def test_users_get_items_with_scores(aws: Clients, group: str, s3_root: Path) -> None:
    version = aws.train(group)["solutionVersionArn"]

    job = batch(aws, "inference", version, [{"userId": "u1"}, {"userId": "new"}], numResults=3)

    assert job["status"] == "ACTIVE"
    assert job["batchInferenceJobMode"] == "BATCH_INFERENCE"
    first, second = written(s3_root, "out/lines.json.out")
    assert first["input"] == {"userId": "u1"}
    assert first["error"] is None
    assert len(first["output"]["recommendedItems"]) == len(first["output"]["scores"]) == 3
    assert second["input"] == {"userId": "new"}
    assert (s3_root / "bucket/out/_CHECK").exists()
    assert not (s3_root / "bucket/out/lines.json.errors").exists()


def test_bad_lines_say_why_and_the_others_are_answered(
    aws: Clients, group: str, s3_root: Path
) -> None:
    version = aws.train(group)["solutionVersionArn"]

    job = batch(aws, "inference", version, [{"userId": "u1"}, {"itemId": "x"}, "{oops", "[]"])

    assert job["status"] == "ACTIVE"
    lines = written(s3_root, "out/lines.json.out")
    assert [line["error"] is None for line in lines] == [True, False, False, False]
    assert "needs a userId" in lines[1]["error"]
    assert written(s3_root, "out/lines.json.errors") == lines[1:]


@pytest.mark.parametrize(
    ("recipe", "line"),
    [
        ("aws-user-personalization", {"userId": "u1", "context": ["x"]}),
        ("aws-user-personalization", {"userId": "u1", "filterValues": "x"}),
        ("aws-personalized-ranking", {"userId": "u1", "itemList": [1, 2]}),
        ("aws-personalized-ranking", {"userId": "u1", "itemList": "i1"}),
    ],
)
def test_members_of_another_type_are_bad_lines(
    aws: Clients, group: str, s3_root: Path, recipe: str, line: Any
) -> None:
    version = aws.train(group, recipe)["solutionVersionArn"]

    job = batch(aws, "inference", version, [line, {"userId": "u1", "itemList": ["i1"]}])

    assert job["status"] == "ACTIVE"
    assert [bool(one["error"]) for one in written(s3_root, "out/lines.json.out")] == [True, False]


def test_a_job_without_any_good_line_fails(aws: Clients, group: str) -> None:
    version = aws.train(group)["solutionVersionArn"]

    job = batch(aws, "inference", version, ["nonsense"])

    assert job["status"] == "CREATE FAILED"
    assert "No line" in job["failureReason"]


def test_rankings_and_related_items_have_their_own_lines(
    aws: Clients, group: str, s3_root: Path
) -> None:
    ranking = aws.train(group, "aws-personalized-ranking")["solutionVersionArn"]
    batch(aws, "inference", ranking, [{"userId": "u1", "itemList": ["i79", "i0"]}])
    (line,) = written(s3_root, "out/lines.json.out")
    assert line["output"]["recommendedItems"] == ["i0", "i79"]
    assert line["input"]["itemList"] == ["i79", "i0"]


def test_related_items_come_without_scores(aws: Clients, group: str, s3_root: Path) -> None:
    sims = aws.train(group, "aws-sims")["solutionVersionArn"]
    batch(aws, "inference", sims, [{"itemId": "i3"}])
    (line,) = written(s3_root, "out/lines.json.out")
    assert set(line["output"]) == {"recommendedItems"}


def test_each_line_brings_the_filters_values(aws: Clients, group: str, s3_root: Path) -> None:
    items = aws.dataset(group, aws.schema(ITEMS, "items"), "ITEMS")
    rows = [(f"i{n}", n, "x") for n in range(80)]
    aws.import_csv(items, to_csv(("ITEM_ID", "PRICE", "CATEGORY_L1"), rows), "items")
    version = aws.train(group)["solutionVersionArn"]
    chosen = aws.personalize.create_filter(
        name="f", datasetGroupArn=group, filterExpression="INCLUDE ItemID WHERE Items.PRICE = $P"
    )["filterArn"]

    batch(
        aws,
        "inference",
        version,
        [{"userId": "u1", "filterValues": {"P": "7"}}, {"userId": "u1"}],
        filterArn=chosen,
    )

    good, bad = written(s3_root, "out/lines.json.out")
    assert good["output"]["recommendedItems"] == ["i7"]
    assert "needs values" in bad["error"]


def test_a_ranking_line_loses_what_the_filter_excludes(
    aws: Clients, group: str, s3_root: Path
) -> None:
    version = aws.train(group, "aws-personalized-ranking")["solutionVersionArn"]
    arn = aws.personalize.create_filter(
        name="f",
        datasetGroupArn=group,
        filterExpression='EXCLUDE ItemID WHERE Interactions.EVENT_TYPE IN ("click")',
    )["filterArn"]
    lines = [{"userId": "u1", "itemList": ["i0", "new"]}, {"userId": "u1", "itemList": ["i0"]}]

    batch(aws, "inference", version, lines, filterArn=arn)

    outputs = [
        line["output"]["recommendedItems"] for line in written(s3_root, "out/lines.json.out")
    ]
    assert outputs == [["new"], []]


def test_segments_name_users(aws: Clients, group: str, s3_root: Path) -> None:
    users = aws.dataset(group, aws.schema(USERS, "users"), "USERS")
    rows = [(f"u{n}", n) for n in range(60)]
    aws.import_csv(users, to_csv(("USER_ID", "AGE"), rows), "users")
    version = aws.train(group, "aws-item-affinity")["solutionVersionArn"]
    chosen = aws.personalize.create_filter(
        name="f", datasetGroupArn=group, filterExpression="INCLUDE UserID WHERE Users.AGE < 5"
    )["filterArn"]

    job = batch(aws, "segment", version, [{"itemId": "i1"}], numResults=3, filterArn=chosen)

    assert job["status"] == "ACTIVE"
    (line,) = written(s3_root, "out/lines.json.out")
    assert line["input"] == {"itemId": "i1"}
    assert len(line["output"]["recommendedUsers"]) == 3
    assert set(line["output"]["recommendedUsers"]) <= {f"u{n}" for n in range(5)}


def test_attributes_are_read_as_the_guide_writes_them() -> None:
    text = 'ITEMS.genres = "Comedy" AND ITEMS.genres = "Action" AND items.year="1999"'
    assert attributes_of(text) == {"genres": "Comedy|Action", "year": "1999"}
    with pytest.raises(InvalidInputException):
        attributes_of("genres is Comedy")


@pytest.mark.parametrize(
    ("recipe", "kind", "why"),
    [
        ("aws-trending-now", "inference", "no batch inference"),
        ("aws-item-affinity", "inference", "no batch inference"),
        ("aws-sims", "segment", "no batch segments"),
    ],
)
def test_recipes_without_such_a_job_are_refused(
    aws: Clients, group: str, recipe: str, kind: str, why: str
) -> None:
    version = aws.train(group, recipe)["solutionVersionArn"]

    with pytest.raises(aws.personalize.exceptions.InvalidInputException, match=why):
        batch(aws, kind, version, [{}])


def tracker(aws: Clients, group: str) -> str:
    return aws.personalize.create_event_tracker(name="t", datasetGroupArn=group)["trackingId"]


def put(aws: Clients, tracking: str, item: str, **more: Any) -> None:
    event: Any = {"eventType": "click", "itemId": item, "sentAt": datetime.now(tz=UTC), **more}
    aws.events.put_events(trackingId=tracking, userId="u", sessionId="s", eventList=[event])


@pytest.mark.parametrize(("mode", "rows"), [("BULK", 3_000), ("PUT", 1), ("ALL", 3_001)])
def test_an_export_can_be_imported_again(
    aws: Clients, group: str, s3_root: Path, mode: Any, rows: int
) -> None:
    p = aws.personalize
    put(aws, tracker(aws, group), 'a "b", c')
    dataset = p.list_datasets()["datasets"][0]["datasetArn"]

    arn = p.create_dataset_export_job(
        jobName="export",
        datasetArn=dataset,
        ingestionMode=mode,
        roleArn=ROLE,
        jobOutput={"s3DataDestination": {"path": "s3://bucket/export/"}},
    )["datasetExportJobArn"]
    job = aws.settled(
        lambda: p.describe_dataset_export_job(datasetExportJobArn=arn)["datasetExportJob"]
    )

    assert job["status"] == "ACTIVE"
    (file,) = (s3_root / "bucket/export").rglob("*.csv")
    assert len(file.read_text().splitlines()) == rows + 1
    assert aws.import_csv(dataset, file.read_bytes(), "again")["status"] == "ACTIVE"
