"""Events in the ways that clients send them, and in some that none should."""

import json
from datetime import UTC, datetime
from typing import Any

import pytest

from personalize_emulator.api.http import HttpRequest
from personalize_emulator.service import PersonalizeService
from tests.emulator.support.clients import Clients
from tests.emulator.support.world import ACTION_INTERACTIONS

NOW = datetime.now(tz=UTC)


@pytest.fixture
def tracking(aws: Clients) -> str:
    group = aws.group()
    aws.dataset(group, aws.schema())
    tracker = aws.personalize.create_event_tracker(name="tracker", datasetGroupArn=group)
    return str(tracker["trackingId"])


def rows(service: PersonalizeService) -> list[Any]:
    """What has been kept of the events, oldest first."""
    datasets = (d for d in service.backend.store.all() if d.arn.endswith("/INTERACTIONS"))
    return [record.row for d in datasets for record in service.backend.records.of(d.arn)]


@pytest.mark.parametrize(
    "event",
    [
        {"sentAt": 1_600_000_000, "properties": json.dumps({"itemId": "7"})},
        {"sentAt": 1_600_000_000.75, "properties": json.dumps({"itemId": 7, "eventValue": "3"})},
        {"sentAt": datetime.fromtimestamp(1_600_000_000, tz=UTC), "itemId": "7"},
        {
            "sentAt": "2020-09-13T12:26:40Z",
            "itemId": "7",
            "properties": json.dumps({"device": "x"}),
        },
        {"sentAt": "1600000000", "itemId": "7", "properties": json.dumps({"discount": None})},
    ],
)
def test_moments_and_items_come_in_every_form(
    aws: Clients, service: PersonalizeService, tracking: str, event: Any
) -> None:
    event |= {"eventType": "click"}

    aws.events.put_events(trackingId=tracking, userId="u", sessionId="s", eventList=[event])

    expected = {"USER_ID": "u", "ITEM_ID": "7", "TIMESTAMP": 1_600_000_000, "EVENT_TYPE": "click"}
    assert rows(service) == [expected]


def test_milliseconds_as_javascript_tells_them_are_understood(
    service: PersonalizeService, tracking: str
) -> None:
    event = '{"eventType": "click", "itemId": "7", "sentAt": 1600000000750}'
    body = f'{{"trackingId": "{tracking}", "sessionId": "s", "eventList": [{event}]}}'

    assert service.handle(HttpRequest("POST", "/events", body=body.encode())).status == 200
    assert [row["TIMESTAMP"] for row in rows(service)] == [1_600_000_000]


@pytest.mark.parametrize("moment", ["NaN", "Infinity", "1e300", "-9999999999999999999"])
def test_a_moment_that_is_none_is_refused(
    service: PersonalizeService, tracking: str, moment: str
) -> None:
    event = f'{{"eventType": "click", "itemId": "i1", "sentAt": {moment}}}'
    body = f'{{"trackingId": "{tracking}", "sessionId": "s", "eventList": [{event}]}}'

    assert service.handle(HttpRequest("POST", "/events", body=body.encode())).status == 400
    assert rows(service) == []


def test_unknown_trackers_are_refused(aws: Clients) -> None:
    event: Any = {"eventType": "click", "itemId": "i1", "sentAt": NOW}
    with pytest.raises(aws.events.exceptions.InvalidInputException, match="tracking id"):
        aws.events.put_events(trackingId="nobody", sessionId="s", eventList=[event])


@pytest.mark.parametrize("kept", [True, False])
def test_the_recommendation_behind_an_action_interaction_is_kept_where_it_has_a_column(
    aws: Clients, service: PersonalizeService, *, kept: bool
) -> None:
    column = {"name": "RECOMMENDATION_ID", "type": ["string", "null"]}
    fields = [*ACTION_INTERACTIONS["fields"], *([column] if kept else [])]
    schema = aws.schema({**ACTION_INTERACTIONS, "fields": fields})
    dataset = aws.dataset(aws.group(), schema, "ACTION_INTERACTIONS")
    tracking = aws.personalize.describe_dataset(datasetArn=dataset)["dataset"]["trackingId"]

    aws.events.put_action_interactions(
        trackingId=tracking,
        actionInteractions=[
            {
                "actionId": "a",
                "userId": "u",
                "sessionId": "s",
                "timestamp": NOW,
                "eventType": "Taken",
                "recommendationId": "RID-1",
            }
        ],
    )

    (record,) = service.backend.records.of(dataset)
    assert record.row.get("RECOMMENDATION_ID") == ("RID-1" if kept else None)
