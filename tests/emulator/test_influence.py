"""A rankingInfluence: popularity and freshness have their say, each by its weight."""

from typing import Any

import pytest

from tests.emulator.conftest import to_csv
from tests.emulator.support.clients import Clients
from tests.emulator.test_jobs_in_s3 import batch, written

ITEMS: dict[str, Any] = {
    "type": "record",
    "name": "Items",
    "fields": [
        {"name": "ITEM_ID", "type": "string"},
        {"name": "CREATION_TIMESTAMP", "type": ["long", "null"]},
    ],
}
CREATED = 1_700_000_000


@pytest.fixture
def group(aws: Clients, interactions_csv: bytes) -> str:
    """Items i0 to i79: the lower the number, the more popular, and the older where it is known."""
    arn = aws.group()
    aws.import_csv(aws.dataset(arn, aws.schema()), interactions_csv)
    items = aws.dataset(arn, aws.schema(ITEMS, "items"), "ITEMS")
    rows = [(f"i{n}", CREATED + n if n % 4 else "") for n in range(80)]
    aws.import_csv(items, to_csv(("ITEM_ID", "CREATION_TIMESTAMP"), rows), "items")
    return arn


def recommended(aws: Clients, version: str, **influence: float) -> list[tuple[str, float]]:
    campaign = aws.campaign(version, campaignConfig={"rankingInfluence": influence})
    shown = aws.personalize.describe_campaign(campaignArn=campaign)["campaign"]
    assert shown["campaignConfig"]["rankingInfluence"] == influence
    answer = aws.runtime.get_recommendations(campaignArn=campaign, userId="u1", numResults=10)
    aws.personalize.delete_campaign(campaignArn=campaign)
    return [(item["itemId"], item["score"]) for item in answer["itemList"]]


def test_each_factor_changes_the_order_by_its_weight(aws: Clients, group: str) -> None:
    version = aws.train(group)["solutionVersionArn"]

    def numbers(**influence: float) -> list[int]:
        return [int(item[1:]) for item, _ in recommended(aws, version, **influence)]

    plain = numbers(FRESHNESS=0.0)
    fresh, half, popular = numbers(FRESHNESS=1.0), numbers(FRESHNESS=0.5), numbers(POPULARITY=1.0)
    assert fresh[:4] == [79, 78, 77, 75]
    assert sum(plain) < sum(half) < sum(fresh)
    assert popular[0] == plain[0]
    assert sum(numbers(POPULARITY=1.0, FRESHNESS=0.5)) < sum(numbers(POPULARITY=0.5, FRESHNESS=1.0))


def test_scores_still_fall_and_are_shares(aws: Clients, group: str) -> None:
    scores = [
        score
        for _, score in recommended(aws, aws.train(group)["solutionVersionArn"], FRESHNESS=0.7)
    ]

    assert scores == sorted(scores, reverse=True)
    assert 0 < sum(scores) < 1


def test_a_batch_job_has_an_influence_of_its_own(aws: Clients, group: str, s3_root: Any) -> None:
    version = aws.train(group)["solutionVersionArn"]

    batch(
        aws,
        "inference",
        version,
        [{"userId": "u1"}],
        numResults=3,
        batchInferenceJobConfig={"rankingInfluence": {"FRESHNESS": 1.0}},
    )

    (line,) = written(s3_root, "out/lines.json.out")
    assert line["output"]["recommendedItems"] == ["i79", "i78", "i77"]


@pytest.mark.parametrize("influence", [{"POPULARITY": 1.5}, {"NOVELTY": 0.5}])
def test_what_the_model_does_not_allow_is_refused(
    aws: Clients, group: str, influence: dict[str, float]
) -> None:
    version = aws.train(group)["solutionVersionArn"]

    with pytest.raises(aws.personalize.exceptions.InvalidInputException, match="rankingInfluence"):
        recommended(aws, version, **influence)
