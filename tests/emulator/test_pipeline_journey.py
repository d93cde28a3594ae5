"""The way of the main job: schema to recommendation, and back to nothing."""

from datetime import UTC, datetime

import pytest

from tests.emulator.support.clients import Clients


def test_from_a_csv_to_recommendations_that_follow_events_and_back_to_nothing(
    aws: Clients, interactions_csv: bytes
) -> None:
    personalize = aws.personalize
    group, schema = aws.group(), aws.schema()
    dataset = aws.dataset(group, schema)

    assert aws.import_csv(dataset, interactions_csv)["status"] == "ACTIVE"
    version = aws.train(group)
    assert version["status"] == "ACTIVE", version
    campaign = aws.campaign(version["solutionVersionArn"])

    metrics = personalize.get_solution_metrics(solutionVersionArn=version["solutionVersionArn"])
    assert metrics["metrics"]["coverage"] == 0.5

    before = aws.runtime.get_recommendations(campaignArn=campaign, userId="u1", numResults=5)
    assert before["itemList"][0]["itemId"] == "i0"
    assert before["recommendationId"].startswith("RID-")

    tracker = personalize.create_event_tracker(name="tracker", datasetGroupArn=group)
    aws.events.put_events(
        trackingId=tracker["trackingId"],
        userId="u1",
        sessionId="s",
        eventList=[{"eventType": "click", "itemId": "i70", "sentAt": datetime.now(tz=UTC)}],
    )
    after = aws.runtime.get_recommendations(campaignArn=campaign, userId="u1", numResults=5)
    assert after["itemList"][0]["itemId"] == "i70"

    personalize.delete_campaign(campaignArn=campaign)
    personalize.delete_solution(solutionArn=version["solutionArn"])
    personalize.delete_event_tracker(eventTrackerArn=tracker["eventTrackerArn"])
    personalize.delete_dataset(datasetArn=dataset)
    personalize.delete_schema(schemaArn=schema)
    personalize.delete_dataset_group(datasetGroupArn=group)
    assert personalize.list_dataset_groups()["datasetGroups"] == []
    assert personalize.list_schemas()["schemas"] == []
    assert aws.service.backend.store.all() == []
    with pytest.raises(aws.runtime.exceptions.ResourceNotFoundException):
        aws.runtime.get_recommendations(campaignArn=campaign, userId="u1")
