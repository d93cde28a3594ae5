"""A campaign does not bill on unasked: its time to live ends it, idleness shrinks or tells."""

import pytest

from tests.e2e.promotion.conftest import Opening
from tests.e2e.promotion.world import Shop, walks
from tests.e2e.runs.pipelines import await_that


@pytest.fixture(scope="module")
def fleeting(opened: Opening) -> Shop:
    return opened("fleeting", "cost: { campaigns: { timeToLiveHours: 0.0001 } }")


def test_a_campaign_past_its_time_to_live_is_deleted_and_told_and_made_anew(
    fleeting: Shop,
) -> None:
    fleeting.run("one", walks(1))
    before = fleeting.answers()
    fleeting.ears.listen()

    swept = fleeting.start("sweep")
    await_that(lambda: fleeting.campaigns() == [], 60)

    assert swept["status"] == "SUCCEEDED"
    [told] = fleeting.ears.until("CampaignDeleted")
    assert told["subject"] == "fleeting: campaign fleeting-alike was deleted"
    assert "reached its time to live of 0.0001 hours" in told["text"]
    assert fleeting.versions()

    fleeting.run("two", walks(1))
    assert fleeting.answers() == before
