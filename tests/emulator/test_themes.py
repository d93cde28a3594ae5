"""Batch recommendations with themes: what they need, how their lines read, what they say."""

import json
from pathlib import Path
from typing import Any

import pytest

from tests.emulator.conftest import to_csv
from tests.emulator.support.clients import ROLE, Clients

ITEMS: dict[str, Any] = {
    "type": "record",
    "name": "Items",
    "fields": [
        {"name": "ITEM_ID", "type": "string"},
        {"name": "TITLE", "type": ["string", "null"]},
        {"name": "YEAR", "type": ["int", "null"]},
        {"name": "DESCRIPTION", "type": ["string", "null"], "textual": True},
    ],
}
HEADER = ("ITEM_ID", "TITLE", "YEAR", "DESCRIPTION")
# The stand-in's similar items are the most popular ones: the lowest numbers come first.
PIRATES = {
    "i0": ("Black Flag", "Pirates hunt for treasure on the sea."),
    "i1": ("The Chest", "A treasure of pirates, and a map of the sea."),
    "i2": ("Bakery", "Bread, and nothing else."),
    "i3": ("Corsair", "Old pirates tell of the sea."),
}


def described(aws: Clients, group: str, texts: dict[str, tuple[str, str]]) -> None:
    """Bring an Items dataset in which all other items are about a garden of their own."""
    others = {f"i{n}": (f"Garden {n}", f"The flowers of garden {'abcdefgh'[n % 8] * 4}.")
              for n in range(80)}  # fmt: skip
    rows = [(item, title, 2000, text) for item, (title, text) in (others | texts).items()]
    dataset = aws.dataset(group, aws.schema(ITEMS, "items"), "ITEMS")
    assert aws.import_csv(dataset, to_csv(HEADER, rows), "items")["status"] == "ACTIVE"


@pytest.fixture
def group(aws: Clients, interactions_csv: bytes) -> str:
    arn = aws.group()
    aws.import_csv(aws.dataset(arn, aws.schema()), interactions_csv)
    return arn


def job(
    aws: Clients, version: str, items: list[str], name: str | None = "TITLE", **more: Any
) -> Any:
    """Run a job with themes for some items and return it as it ended."""
    lines = "".join(json.dumps({"itemId": item}) + "\n" for item in items)
    config = {"themeGenerationConfig": {"fieldsForThemeGeneration": {"itemName": name}}}
    p = aws.personalize
    arn = p.create_batch_inference_job(
        jobName=more.pop("jobName", "themes"),
        solutionVersionArn=version,
        batchInferenceJobMode="THEME_GENERATION",
        jobInput={"s3DataSource": {"path": aws.put("in/items.json", lines.encode())}},
        jobOutput={"s3DataDestination": {"path": "s3://bucket/out"}},
        roleArn=ROLE,
        **(config if name else {}) | more,
    )["batchInferenceJobArn"]
    return aws.settled(
        lambda: p.describe_batch_inference_job(batchInferenceJobArn=arn)["batchInferenceJob"]
    )


def outputs(s3_root: Path) -> list[Any]:
    lines = (s3_root / "bucket/out/items.json.out").read_text().splitlines()
    return [json.loads(line) for line in lines]


def test_similar_items_get_a_theme_and_their_relevance_for_it(
    aws: Clients, group: str, s3_root: Path
) -> None:
    described(aws, group, PIRATES)
    version = aws.train(group, "aws-similar-items")["solutionVersionArn"]

    ended = job(aws, version, ["i0"], numResults=4)

    assert ended["status"] == "ACTIVE"
    assert ended["batchInferenceJobMode"] == "THEME_GENERATION"
    assert ended["themeGenerationConfig"]["fieldsForThemeGeneration"]["itemName"] == "TITLE"
    (line,) = outputs(s3_root)
    assert line["input"] == {"itemId": "i0"}
    found = line["output"]
    assert set(found) == {"recommendedItems", "theme", "itemsThemeRelevanceScores"}
    assert found["theme"] == "Pirates, Sea and Treasure"
    assert found["recommendedItems"][-1] == "i2"
    scores = found["itemsThemeRelevanceScores"]
    assert scores == sorted(scores, reverse=True)
    assert len(scores) == len(found["recommendedItems"]) == 4
    assert scores[-1] == 0
    assert 0 < scores[0] <= 0.6


def test_without_words_in_common_the_theme_is_the_items_name(
    aws: Clients, group: str, s3_root: Path
) -> None:
    described(aws, group, {f"i{n}": (f"{'abcdefghij'[n % 10] * 4}", "") for n in range(10)})
    version = aws.train(group, "aws-similar-items")["solutionVersionArn"]

    job(aws, version, ["i1", "unknown"], numResults=2)

    assert [line["output"]["theme"] for line in outputs(s3_root)][:1] == ["More like bbbb"]


def test_equal_jobs_have_equal_themes(aws: Clients, group: str, s3_root: Path) -> None:
    described(aws, group, PIRATES)
    version = aws.train(group, "aws-similar-items")["solutionVersionArn"]
    job(aws, version, [f"i{n}" for n in range(100)])
    first = outputs(s3_root)

    job(aws, version, [f"i{n}" for n in range(100)], jobName="again")

    assert outputs(s3_root) == first


def test_there_can_be_themes_for_a_hundred_items(aws: Clients, group: str) -> None:
    described(aws, group, PIRATES)
    version = aws.train(group, "aws-similar-items")["solutionVersionArn"]

    ended = job(aws, version, [f"i{n}" for n in range(101)])

    assert ended["status"] == "CREATE FAILED"
    assert "101 lines: there can be up to 100" in ended["failureReason"]


@pytest.mark.parametrize(
    ("recipe", "name", "texts", "why"),
    [
        ("aws-sims", "TITLE", True, "has no themes, only aws-similar-items"),
        ("aws-similar-items", None, True, "needs a themeGenerationConfig"),
        ("aws-similar-items", "NAME", True, "the names in NAME"),
        ("aws-similar-items", "YEAR", True, "the names in YEAR, a string"),
        ("aws-similar-items", "TITLE", False, "need an Items dataset with a textual field"),
    ],
)
def test_what_a_theme_needs_is_asked_for(
    aws: Clients, group: str, recipe: str, name: str | None, *, texts: bool, why: str
) -> None:
    if texts:
        described(aws, group, PIRATES)
    version = aws.train(group, recipe)["solutionVersionArn"]

    with pytest.raises(aws.personalize.exceptions.InvalidInputException, match=why):
        job(aws, version, ["i0"], name)
