"""Which items an event says were shown: its own impression, else those of its recommendation."""

from typing import Any

import pytest

from personalize_emulator.runtime.shown import Shown
from personalize_emulator.service import PersonalizeService
from tests.emulator.support.clients import INTERACTIONS, Clients

IMPRESSION = {"name": "IMPRESSION", "type": ["null", "string"]}
SCHEMA = {**INTERACTIONS, "fields": [*INTERACTIONS["fields"], IMPRESSION]}


@pytest.fixture
def answered(aws: Clients, interactions_csv: bytes) -> dict[str, Any]:
    """An answer, and what is needed to send events about it."""
    group = aws.group()
    header, _, rows = interactions_csv.partition(b"\r\n")
    content = header + b",IMPRESSION\r\n" + rows.replace(b"\r\n", b",\r\n")
    dataset = aws.dataset(group, aws.schema(SCHEMA))
    assert aws.import_csv(dataset, content)["status"] == "ACTIVE"
    campaign = aws.campaign(aws.train(group)["solutionVersionArn"])
    tracker = aws.personalize.create_event_tracker(name="t", datasetGroupArn=group)
    asked: Any = {"campaignArn": campaign, "userId": "u1", "numResults": 4}
    answer = aws.runtime.get_recommendations(**asked)
    return {
        "dataset": dataset,
        "tracking": tracker["trackingId"],
        "asked": asked,
        "recommendation": answer["recommendationId"],
        "items": [item["itemId"] for item in answer["itemList"]],
    }


def impression(
    aws: Clients, service: PersonalizeService, answered: dict[str, Any], **event: Any
) -> Any:
    """What is kept of an event's impression."""
    sent: Any = {"eventType": "click", "itemId": "i1", "sentAt": 1_700_000_000}
    aws.events.put_events(
        trackingId=answered["tracking"], userId="u1", sessionId="s", eventList=[sent | event]
    )
    return list(service.backend.records.of(answered["dataset"]))[-1].row.get("IMPRESSION")


def test_an_event_implies_the_list_that_it_came_from(
    aws: Clients, service: PersonalizeService, answered: dict[str, Any]
) -> None:
    found = impression(aws, service, answered, recommendationId=answered["recommendation"])

    assert found == "|".join(answered["items"])


def test_a_filtered_answer_is_remembered_too(
    aws: Clients, service: PersonalizeService, answered: dict[str, Any]
) -> None:
    answer = aws.runtime.get_recommendations(**answered["asked"], context={"MOMENT": "noon"})

    found = impression(aws, service, answered, recommendationId=answer["recommendationId"])

    assert found == "|".join(item["itemId"] for item in answer["itemList"])


def test_an_explicit_impression_comes_first(
    aws: Clients, service: PersonalizeService, answered: dict[str, Any]
) -> None:
    found = impression(
        aws,
        service,
        answered,
        recommendationId=answered["recommendation"],
        impression=["i1", "i9"],
    )

    assert found == "i1|i9"


def test_an_unknown_recommendation_implies_nothing(
    aws: Clients, service: PersonalizeService, answered: dict[str, Any]
) -> None:
    assert impression(aws, service, answered, recommendationId="RID-unheard-of") is None


def test_only_the_newest_answers_are_remembered() -> None:
    shown = Shown(limit=2)
    for number in range(3):
        shown.keep(f"RID-{number}", [f"i{number}"])

    assert [shown.of(f"RID-{number}") for number in range(3)] == [[], ["i1"], ["i2"]]
