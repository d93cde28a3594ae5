"""What a look at a resource takes for its status, evaluated by the definition's own JSONata."""

from typing import Any

import jsonata
import pytest

from stacks.workflow.polling import Awaited, look

CAMPAIGN = Awaited(label="the campaign", member="Campaign", arn="$arn")


def seen(variable: str, campaign: dict[str, Any]) -> str:
    text = look(CAMPAIGN, then="next", failed="failed")["Assign"][variable]
    evaluator = jsonata.Jsonata(text.strip("{% }"))
    evaluator.assign("states", {"result": {"Campaign": campaign}})
    return str(evaluator.evaluate(None))


@pytest.mark.parametrize("status", ["ACTIVE", "CREATE FAILED"])
@pytest.mark.parametrize("update", ["CREATE IN_PROGRESS", "CREATE FAILED", "ACTIVE"])
def test_an_update_counts_whatever_came_of_the_creation(status: str, update: str) -> None:
    campaign = {"Status": status, "LatestCampaignUpdate": {"Status": update}}

    assert seen("status", campaign) == update


@pytest.mark.parametrize("status", ["CREATE IN_PROGRESS", "CREATE FAILED", "ACTIVE"])
def test_without_an_update_it_is_what_the_resource_says(status: str) -> None:
    assert seen("status", {"Status": status}) == status


def test_the_reason_is_that_of_the_last_that_failed() -> None:
    update = {"Status": "CREATE FAILED", "FailureReason": "now"}
    campaign = {"Status": "CREATE FAILED", "FailureReason": "before"}

    assert seen("reason", campaign) == "before"
    assert seen("reason", {**campaign, "LatestCampaignUpdate": update}) == "now"
    assert seen("reason", {"Status": "CREATE FAILED"}) == "the service gave no reason"
