"""Campaigns and what they answer: users, filters, promotions, metadata, versions that follow."""

import json
from datetime import UTC, datetime
from typing import Any

import pytest

from personalize_emulator.service import PersonalizeService
from tests.emulator.conftest import to_csv
from tests.emulator.support.clients import Clients
from tests.emulator.support.world import ITEMS, USERS

NOW = datetime.now(tz=UTC)


@pytest.fixture
def group(aws: Clients, interactions_csv: bytes) -> str:
    """A group with 80 items, i0 to i79: even ones are Even and cost their number."""
    arn = aws.group()
    aws.import_csv(aws.dataset(arn, aws.schema()), interactions_csv)
    items = aws.dataset(arn, aws.schema(ITEMS, "items"), "ITEMS")
    rows = [(f"i{n}", n, "Even" if n % 2 == 0 else "Odd|Prime") for n in range(80)]
    aws.import_csv(items, to_csv(("ITEM_ID", "PRICE", "CATEGORY_L1"), rows), "items")
    users = aws.dataset(arn, aws.schema(USERS, "users"), "USERS")
    aws.import_csv(users, to_csv(("USER_ID", "AGE"), [("u1", 30), ("u2", 10)]), "users")
    return arn


@pytest.fixture
def campaign(aws: Clients, group: str) -> str:
    version = aws.train(group, "aws-user-personalization-v2")["solutionVersionArn"]
    return aws.campaign(version, campaignConfig={"enableMetadataWithRecommendations": True})


def a_filter(aws: Clients, group: str, expression: str, name: str = "filter") -> str:
    return aws.personalize.create_filter(
        name=name, datasetGroupArn=group, filterExpression=expression
    )["filterArn"]


def recommend(aws: Clients, campaign: str, user: str = "u1", **request: Any) -> list[str]:
    answer = aws.runtime.get_recommendations(campaignArn=campaign, userId=user, **request)
    return [item["itemId"] for item in answer["itemList"]]


def put_event(aws: Clients, tracking: str, item: str, user: str | None = "u1", **more: Any) -> None:
    named = {"userId": user} if user else {}
    event: Any = {"eventType": "click", "itemId": item, "sentAt": NOW, **more.pop("event", {})}
    aws.events.put_events(
        trackingId=tracking, sessionId=more.pop("session", "s"), eventList=[event], **named
    )


def tracker(aws: Clients, group: str) -> str:
    return aws.personalize.create_event_tracker(name="tracker", datasetGroupArn=group)["trackingId"]


def test_25_items_come_unless_another_number_is_asked_for(aws: Clients, campaign: str) -> None:
    assert len(recommend(aws, campaign)) == 25
    assert len(recommend(aws, campaign, numResults=3)) == 3
    with pytest.raises(aws.runtime.exceptions.InvalidInputException, match="at most 500"):
        recommend(aws, campaign, numResults=501)


def test_a_campaign_knows_its_users_answers_before_it_is_active(
    aws: Clients, service: PersonalizeService, campaign: str
) -> None:
    deployment = service.backend.deployments.get(campaign)
    assert deployment
    hour = int(service.backend.clock.now() // 3600)

    kept = deployment.answers.get(("u1", None, 25, 0, hour, 0))

    assert kept
    answer = aws.runtime.get_recommendations(campaignArn=campaign, userId="u1")
    assert json.loads(kept) == answer["itemList"]


def test_requests_that_do_not_fit_the_recipe_are_refused(aws: Clients, campaign: str) -> None:
    invalid = aws.runtime.exceptions.InvalidInputException
    with pytest.raises(invalid, match="userId is required"):
        aws.runtime.get_recommendations(campaignArn=campaign)
    with pytest.raises(invalid, match="a recommenderArn is required"):
        aws.runtime.get_recommendations(userId="u")
    with pytest.raises(invalid, match="does not answer GetPersonalizedRanking"):
        aws.runtime.get_personalized_ranking(campaignArn=campaign, userId="u", inputList=["i1"])
    with pytest.raises(invalid, match="does not answer GetActionRecommendations"):
        aws.runtime.get_action_recommendations(campaignArn=campaign, userId="u")


def test_related_items_need_an_item_and_have_no_scores(aws: Clients, group: str) -> None:
    related = aws.campaign(aws.train(group, "aws-sims")["solutionVersionArn"], "related")

    with pytest.raises(aws.runtime.exceptions.InvalidInputException, match="itemId is required"):
        aws.runtime.get_recommendations(campaignArn=related, userId="u1")
    answer = aws.runtime.get_recommendations(campaignArn=related, itemId="i3")
    assert answer["itemList"]
    assert all(set(item) == {"itemId"} for item in answer["itemList"])


def test_a_ranking_orders_its_list(aws: Clients, group: str) -> None:
    version = aws.train(group, "aws-personalized-ranking")["solutionVersionArn"]
    ranking = aws.campaign(version, "ranking")

    def rank(items: list[str]) -> Any:
        return aws.runtime.get_personalized_ranking(
            campaignArn=ranking, userId="u1", inputList=items
        )["personalizedRanking"]

    assert [item["itemId"] for item in rank(["i79", "unknown", "i0"])] == ["i0", "i79", "unknown"]
    assert all("score" in item for item in rank(["i1"]))
    with pytest.raises(aws.runtime.exceptions.InvalidInputException, match="between 1 and 500"):
        rank([])


def test_a_ranking_leaves_out_what_its_filter_does(aws: Clients, group: str) -> None:
    version = aws.train(group, "aws-personalized-ranking-v2")["solutionVersionArn"]
    ranking = aws.campaign(version, "ranking")

    def rank(arn: str, items: list[str]) -> list[dict[str, Any]]:
        answer = aws.runtime.get_personalized_ranking(
            campaignArn=ranking, userId="u1", inputList=items, filterArn=arn
        )
        return list(map(dict, answer["personalizedRanking"]))

    even = a_filter(aws, group, 'INCLUDE ItemID WHERE Items.CATEGORY_L1 IN ("Even")', "even")
    fresh = a_filter(aws, group, 'EXCLUDE ItemID WHERE Interactions.EVENT_TYPE IN ("*")', "fresh")
    assert [item["itemId"] for item in rank(even, ["i3", "i2", "new", "i4"])] == ["i2", "i4"]
    assert rank(even, ["i3"]) == []
    # An item that nobody has touched has no score, with this recipe.
    assert rank(fresh, ["new"]) == [{"itemId": "new"}]


def test_a_filter_decides_what_comes(aws: Clients, group: str, campaign: str) -> None:
    arn = a_filter(aws, group, "INCLUDE ItemID WHERE Items.CATEGORY_L1 IN ($C) AND Items.PRICE>$P")

    found = recommend(aws, campaign, filterArn=arn, filterValues={"C": '"Prime"', "P": "70"})

    assert found
    assert all(int(item[1:]) % 2 and int(item[1:]) > 70 for item in found)


def test_what_has_been_watched_stays_out_at_once(aws: Clients, group: str, campaign: str) -> None:
    arn = a_filter(aws, group, 'EXCLUDE ItemID WHERE Interactions.EVENT_TYPE IN ("watch")')
    before = recommend(aws, campaign, filterArn=arn)

    tracking = tracker(aws, group)
    put_event(aws, tracking, before[0], event={"eventType": "Watch"})

    assert before[0] in recommend(aws, campaign)
    assert before[0] not in recommend(aws, campaign, filterArn=arn)


def test_unusable_filters_are_told_apart_from_missing_ones(
    aws: Clients, group: str, campaign: str
) -> None:
    users = a_filter(aws, group, "INCLUDE UserID WHERE Users.AGE > 1", "users")
    current = a_filter(aws, group, "INCLUDE ItemID WHERE Items.PRICE > CurrentItem.PRICE", "item")

    with pytest.raises(aws.runtime.exceptions.InvalidInputException, match="USERID"):
        recommend(aws, campaign, filterArn=users)
    with pytest.raises(aws.runtime.exceptions.InvalidInputException, match="CurrentItem"):
        recommend(aws, campaign, filterArn=current)
    with pytest.raises(aws.runtime.exceptions.ResourceNotFoundException):
        recommend(aws, campaign, filterArn=users + "x")


def test_a_promotion_takes_its_share_in_its_own_order(
    aws: Clients, group: str, campaign: str
) -> None:
    arn = a_filter(aws, group, "INCLUDE ItemID WHERE Items.PRICE > 60")
    promotion: Any = {"name": "dear", "percentPromotedItems": 30, "filterArn": arn}

    answer = aws.runtime.get_recommendations(
        campaignArn=campaign, userId="u1", numResults=10, promotions=[promotion]
    )["itemList"]

    promoted = [item for item in answer if item.get("promotionName") == "dear"]
    assert (len(answer), len(promoted)) == (10, 3)
    assert len({item["itemId"] for item in answer}) == 10
    assert all(int(item["itemId"][1:]) > 60 for item in promoted)
    assert all(item["reason"] == ["Promoted item"] for item in promoted)
    expected = recommend(aws, campaign, filterArn=arn, numResults=3)
    assert [item["itemId"] for item in promoted] == expected


def test_metadata_comes_where_it_is_enabled(aws: Clients, group: str, campaign: str) -> None:
    columns: Any = {"ITEMS": ["PRICE", "CATEGORY_L1"]}
    answer = aws.runtime.get_recommendations(
        campaignArn=campaign, userId="u1", numResults=1, metadataColumns=columns
    )["itemList"]
    number = answer[0]["itemId"][1:]
    assert answer[0]["metadata"]["PRICE"] == f"{number}.0"
    assert answer[0]["metadata"]["CATEGORY_L1"] in {"Even", "Odd|Prime"}

    plain = aws.campaign(aws.train(group, "aws-popularity-count")["solutionVersionArn"], "plain")
    for arn, asked, why in (
        (plain, columns, "not enabled"),
        (campaign, {"ITEMS": ["NONE"]}, "no column NONE"),
        (campaign, {"USERS": ["AGE"]}, "only have the key ITEMS"),
    ):
        with pytest.raises(aws.runtime.exceptions.InvalidInputException, match=why):
            recommend(aws, arn, metadataColumns=asked)
    with pytest.raises(aws.runtime.exceptions.InvalidInputException, match="at most 50"):
        recommend(aws, campaign, metadataColumns=columns, numResults=51)


def test_an_event_changes_the_next_answer_for_its_user_only(
    aws: Clients, group: str, campaign: str
) -> None:
    tracking = tracker(aws, group)
    before = recommend(aws, campaign, "u1")

    put_event(aws, tracking, "i77")

    assert recommend(aws, campaign, "u1")[0] == "i77"
    assert recommend(aws, campaign, "u2") == before


def test_an_anonymous_session_becomes_its_user(aws: Clients, group: str, campaign: str) -> None:
    tracking = tracker(aws, group)

    put_event(aws, tracking, "i70", user=None, session="visit")
    assert recommend(aws, campaign, "visit")[0] == "i70"
    assert recommend(aws, campaign, "new")[0] == "i0"

    put_event(aws, tracking, "i71", user="new", session="visit")
    assert recommend(aws, campaign, "new")[:2] == ["i71", "i70"]
    put_event(aws, tracking, "i72", user=None, session="visit")
    assert recommend(aws, campaign, "new")[0] == "i72"


def test_events_are_trained_on_and_then_count_no_longer_as_new(
    aws: Clients, service: PersonalizeService, group: str, campaign: str
) -> None:
    p = aws.personalize
    tracking = tracker(aws, group)
    put_event(aws, tracking, "brand-new")
    assert "brand-new" not in recommend(aws, campaign, numResults=500)

    solution = p.list_solutions()["solutions"][0]["solutionArn"]
    version = aws.version(solution)["solutionVersionArn"]
    p.update_campaign(campaignArn=campaign, solutionVersionArn=version)
    aws.settled(
        lambda: p.describe_campaign(campaignArn=campaign)["campaign"]["latestCampaignUpdate"]
    )

    found = recommend(aws, campaign, numResults=500)
    assert found[0] == "i0"
    assert "brand-new" in found
    assert service.backend.deployments.get(campaign)


def test_items_and_users_that_are_put_count_in_filters(
    aws: Clients, group: str, campaign: str
) -> None:
    p = aws.personalize
    datasets = {d["datasetType"]: d["datasetArn"] for d in p.list_datasets()["datasets"]}
    adults = a_filter(aws, group, "EXCLUDE ItemID WHERE Items.PRICE>=0 IF CurrentUser.AGE<18", "a")
    free = a_filter(aws, group, "INCLUDE ItemID WHERE Items.PRICE < 0", "f")
    assert recommend(aws, campaign, "kid", filterArn=adults)
    assert recommend(aws, campaign, filterArn=free) == []

    aws.events.put_users(
        datasetArn=datasets["USERS"], users=[{"userId": "kid", "properties": '{"age": 9}'}]
    )
    aws.events.put_items(
        datasetArn=datasets["ITEMS"], items=[{"itemId": "i5", "properties": '{"price": -1}'}]
    )

    assert recommend(aws, campaign, "kid", filterArn=adults) == ["i5"]
    assert recommend(aws, campaign, filterArn=free) == ["i5"]


@pytest.mark.parametrize(
    ("properties", "why"),
    [
        ("{", "Error parsing"),
        ('{"price": NaN}', "Error parsing"),
        (f'{{"price": {"[" * 900}', "Error parsing"),
        ('{"userId": "x"}', "can not be used"),
        ('{"price": "x"}', "PRICE"),
        ('{"price": [1]}', "PRICE"),
        ('{"price": 1, "categoryL1": ["x"]}', "CATEGORY_L1"),
    ],
)
def test_bad_properties_are_refused(aws: Clients, group: str, properties: str, why: str) -> None:
    assert group
    datasets = {
        d["datasetType"]: d["datasetArn"] for d in aws.personalize.list_datasets()["datasets"]
    }
    with pytest.raises(aws.events.exceptions.InvalidInputException, match=why):
        aws.events.put_items(
            datasetArn=datasets["ITEMS"], items=[{"itemId": "x", "properties": properties}]
        )
