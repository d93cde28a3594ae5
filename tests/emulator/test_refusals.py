"""Campaigns: what some recipes refuse that others take."""

from typing import Any

import pytest

from tests.emulator.support.clients import Clients
from tests.emulator.support.world import ITEMS


@pytest.fixture
def group(aws: Clients, interactions_csv: bytes) -> str:
    arn = aws.group()
    aws.import_csv(aws.dataset(arn, aws.schema()), interactions_csv)
    items = aws.dataset(arn, aws.schema(ITEMS, "items"), "ITEMS")
    aws.import_csv(items, b"ITEM_ID,PRICE,CATEGORY_L1\ni1,1,a\n", "items")
    return arn


@pytest.mark.parametrize("recipe", ["aws-item-affinity", "aws-item-attribute-affinity"])
def test_segments_have_no_campaigns(aws: Clients, group: str, recipe: str) -> None:
    segments = aws.train(group, recipe)["solutionVersionArn"]

    with pytest.raises(aws.personalize.exceptions.InvalidInputException, match="no campaigns"):
        aws.personalize.create_campaign(name="c", solutionVersionArn=segments)


def test_a_ranking_with_metadata_is_of_50_items(aws: Clients, group: str) -> None:
    version = aws.train(group, "aws-personalized-ranking-v2")["solutionVersionArn"]
    config: Any = {"enableMetadataWithRecommendations": True}
    ranking = aws.campaign(version, "ranking", campaignConfig=config)

    def ranked(count: int, **more: Any) -> int:
        listed = [f"i{n}" for n in range(count)]
        answer = aws.runtime.get_personalized_ranking(
            campaignArn=ranking, userId="u1", inputList=listed, **more
        )
        return len(answer["personalizedRanking"])

    columns: Any = {"ITEMS": ["PRICE"]}
    assert (ranked(51), ranked(50, metadataColumns=columns)) == (51, 50)
    with pytest.raises(aws.runtime.exceptions.InvalidInputException, match="between 1 and 50"):
        ranked(51, metadataColumns=columns)
