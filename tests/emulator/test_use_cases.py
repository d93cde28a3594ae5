"""Use cases of domain dataset groups: what their recommenders leave out of themselves."""

from datetime import UTC, datetime
from typing import Any

import pytest

from tests.emulator.conftest import to_csv
from tests.emulator.support.clients import ROLE, Clients

ITEMS: dict[str, Any] = {
    "type": "record",
    "name": "Items",
    "fields": [
        {"name": "ITEM_ID", "type": "string"},
        {"name": "PRICE", "type": "float"},
        {"name": "CATEGORY_L1", "type": "string", "categorical": True},
        {"name": "GENRES", "type": "string", "categorical": True},
        {"name": "CREATION_TIMESTAMP", "type": "long"},
    ],
}
COLUMNS = ("USER_ID", "ITEM_ID", "TIMESTAMP", "EVENT_TYPE")
DOMAINS = {"vod": "VIDEO_ON_DEMAND", "ecomm": "ECOMMERCE"}
# The use cases that leave out what their user has had, and the events that tell.
HIDING = {
    "vod-because-you-watched-x": "Watch",
    "vod-more-like-x": "Watch",
    "vod-top-picks": "Watch",
    "ecomm-customers-who-viewed-x-also-viewed": "Purchase",
    "ecomm-recommended-for-you": "Purchase",
}


class Domain:
    """A domain dataset group with 30 items, and a recommender."""

    def __init__(self, aws: Clients, use_case: str, *, with_items: bool = True) -> None:
        self.aws, domain = aws, DOMAINS[use_case.partition("-")[0]]
        self.group = aws.group("group", domain=domain)
        self.interactions = aws.dataset(self.group, aws.schema(domain=domain))
        if with_items:
            self.describe(domain)
        self.load([])
        arn = aws.personalize.create_recommender(
            name="recommender",
            datasetGroupArn=self.group,
            recipeArn=f"arn:aws:personalize:::recipe/aws-{use_case}",
        )["recommenderArn"]
        self.arn = arn
        self.shown = aws.settled(
            lambda: aws.personalize.describe_recommender(recommenderArn=arn)["recommender"]
        )

    def describe(self, domain: str) -> None:
        """Import what is known of the items."""
        aws = self.aws
        items = aws.dataset(self.group, aws.schema(ITEMS, "items", domain=domain), "ITEMS")
        rows = [(f"i{n}", n, "Odd" if n % 2 else "Even", "Drama", n) for n in range(30)]
        header = tuple(field["name"] for field in ITEMS["fields"])
        aws.import_csv(items, to_csv(header, rows), "items")

    def load(self, more: list[tuple[str, str, int, str]], name: str = "load") -> None:
        """Import what others have had, and what is given; u1 has only clicked so far."""
        kinds = ("Watch", "Purchase", "View")
        others = [
            (f"u{10 + n % 40}", f"i{n % 30}", n, kind) for kind in kinds for n in range(1_200)
        ]
        clicks = [("u1", f"i{n}", n, "Click") for n in range(30)]
        job = self.aws.import_csv(
            self.interactions, to_csv(COLUMNS, [*others, *clicks, *more]), name
        )
        assert job["status"] == "ACTIVE", job

    def answer(self, user: str = "u1", **more: Any) -> list[str]:
        found = self.aws.runtime.get_recommendations(
            recommenderArn=self.arn, userId=user, itemId="i29", numResults=30, **more
        )
        return [item["itemId"] for item in found["itemList"]]

    def filter(self, expression: str, name: str) -> str:
        return self.aws.personalize.create_filter(
            name=name, datasetGroupArn=self.group, filterExpression=expression
        )["filterArn"]


@pytest.mark.parametrize(("use_case", "kind"), HIDING.items())
def test_what_the_user_has_had_stays_out(aws: Clients, use_case: str, kind: str) -> None:
    domain = Domain(aws, use_case)
    assert {"i3", "i4"} <= set(domain.answer())

    domain.load([("u1", "i3", 50_000, kind), ("u1", "i4", 50_001, "Click")], "again")

    assert "i3" not in domain.answer()
    assert "i4" in domain.answer()
    assert "i3" in domain.answer("stranger")


def test_an_event_takes_its_item_out_at_once(aws: Clients) -> None:
    domain = Domain(aws, "vod-top-picks")
    tracking = aws.personalize.create_event_tracker(name="t", datasetGroupArn=domain.group)
    assert "i3" in domain.answer()

    for kind, item in (("Watch", "i3"), ("Click", "i4")):
        event: Any = {"eventType": kind, "itemId": item, "sentAt": datetime.now(tz=UTC)}
        aws.events.put_events(
            trackingId=tracking["trackingId"], sessionId="s", userId="u1", eventList=[event]
        )

    assert "i3" not in domain.answer()
    assert "i4" in domain.answer()


def test_only_the_hundred_newest_events_take_their_items_out(aws: Clients) -> None:
    domain = Domain(aws, "ecomm-recommended-for-you")
    newer = [("u1", f"i{n % 2}", 60_000 + n, "Purchase") for n in range(100)]

    domain.load([("u1", "i3", 50_000, "Purchase"), *newer], "again")

    assert "i3" in domain.answer()
    assert not {"i0", "i1"} & set(domain.answer())


def test_who_is_deleted_has_had_nothing(aws: Clients) -> None:
    domain = Domain(aws, "vod-top-picks")
    domain.load([("u1", "i3", 50_000, "Watch")], "again")
    assert "i3" not in domain.answer()

    job = aws.personalize.create_data_deletion_job(
        jobName="deletion",
        datasetGroupArn=domain.group,
        dataSource={"dataLocation": aws.put("gone.csv", b"USER_ID\nu1\n")},
        roleArn=ROLE,
    )["dataDeletionJobArn"]
    aws.settled(
        lambda: aws.personalize.describe_data_deletion_job(dataDeletionJobArn=job)[
            "dataDeletionJob"
        ]
    )

    assert "i3" in domain.answer()


def test_filters_and_promotions_take_from_what_is_left(aws: Clients) -> None:
    domain = Domain(aws, "vod-top-picks")
    domain.load([("u1", "i4", 50_000, "Watch")], "again")
    even = domain.filter('INCLUDE ItemID WHERE Items.CATEGORY_L1 IN ("Even")', "even")
    cheap = domain.filter("INCLUDE ItemID WHERE Items.PRICE < 6", "cheap")
    promotion: Any = {"name": "p", "percentPromotedItems": 100, "filterArn": cheap}

    assert set(domain.answer(filterArn=even)) == {f"i{n}" for n in range(0, 30, 2)} - {"i4"}
    promoted = domain.answer(filterArn=even, promotions=[promotion])
    assert set(promoted) == {f"i{n}" for n in range(0, 30, 2)} - {"i4"}
    assert "i4" not in domain.answer(promotions=[promotion])


def test_other_use_cases_leave_nothing_out(aws: Clients) -> None:
    domain = Domain(aws, "vod-most-popular")
    domain.load([("u1", "i3", 50_000, "Watch")], "again")

    assert "i3" in domain.answer()


@pytest.mark.parametrize(
    ("use_case", "needed"),
    [
        ("vod-because-you-watched-x", {"itemId", "userId"}),
        ("vod-more-like-x", {"itemId", "userId"}),
        ("vod-top-picks", {"userId"}),
        ("vod-most-popular", {"userId"}),
        ("vod-trending-now", set()),
        ("ecomm-customers-who-viewed-x-also-viewed", {"itemId", "userId"}),
        ("ecomm-frequently-bought-together", {"itemId"}),
        ("ecomm-recommended-for-you", {"userId"}),
        ("ecomm-popular-items-by-views", {"userId"}),
    ],
)
def test_a_use_case_asks_for_what_it_needs(aws: Clients, use_case: str, needed: set[str]) -> None:
    domain = Domain(aws, use_case)
    given: Any = {"userId": "u1", "itemId": "i1"}

    def refusal(member: str) -> str:
        """Return what is said to a request without a member."""
        request = {name: value for name, value in given.items() if name != member}
        try:
            aws.runtime.get_recommendations(recommenderArn=domain.arn, **request)
        except aws.runtime.exceptions.InvalidInputException as error:
            return str(error)
        return ""

    refused = {name for name in given if f"{name} is required" in refusal(name)}
    assert refused == needed


def test_a_filter_may_ask_for_the_user_where_the_use_case_does_not(aws: Clients) -> None:
    domain = Domain(aws, "vod-trending-now")
    watched = domain.filter('EXCLUDE ItemID WHERE Interactions.EVENT_TYPE IN ("Watch")', "watched")
    asked: Any = {"recommenderArn": domain.arn, "filterArn": watched}
    even = domain.filter('INCLUDE ItemID WHERE Items.CATEGORY_L1 IN ("Even")', "even")

    with pytest.raises(aws.runtime.exceptions.InvalidInputException, match="userId is required"):
        aws.runtime.get_recommendations(**asked)
    assert aws.runtime.get_recommendations(**asked, userId="u1")["itemList"]
    assert aws.runtime.get_recommendations(recommenderArn=domain.arn, filterArn=even)["itemList"]


@pytest.mark.parametrize(
    ("use_case", "status"), [("vod-more-like-x", "CREATE FAILED"), ("vod-top-picks", "ACTIVE")]
)
def test_more_like_x_needs_to_know_the_items(aws: Clients, use_case: str, status: str) -> None:
    domain = Domain(aws, use_case, with_items=False)

    assert domain.shown["status"] == status
    if status != "ACTIVE":
        assert "needs a dataset of type ITEMS" in domain.shown["failureReason"]
