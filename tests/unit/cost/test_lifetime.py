"""Lifetimes: which campaign goes, which is made smaller, which is only talked about."""

from datetime import UTC, datetime, timedelta

import pytest

from lambdas.cost.lifetime import CampaignFacts, decide
from lambdas.shared.cost_settings import CampaignLifetime

NOW = datetime(2026, 7, 1, 12, tzinfo=UTC)


def campaign(*, age_hours: float = 100, requests: float = 0, tps: int = 4) -> CampaignFacts:
    return CampaignFacts(
        name="movies-sims",
        campaign_arn="arn:aws:personalize:us-east-1:123456789012:campaign/movies-sims",
        min_provisioned_tps=tps,
        since=NOW - timedelta(hours=age_hours),
        requests=requests,
    )


def test_an_idle_campaign_is_only_talked_about_unless_more_is_asked_for() -> None:
    fate = decide(campaign(), CampaignLifetime(), NOW, 584.0)

    assert (fate.act, fate.idle) == ("tell", True)
    assert fate.reason == (
        "Campaign movies-sims had no request for 24 hours and bills 584.00 USD a month; "
        "nothing was changed, because the pipeline file does not ask for it."
    )


def test_an_idle_campaign_is_lowered_if_asked_for() -> None:
    fate = decide(campaign(tps=4), CampaignLifetime(lower_when_idle=True), NOW, 584.0)

    assert fate.act == "lower"
    assert "from 4 to 1" in fate.reason


def test_a_campaign_at_the_minimum_cannot_be_lowered() -> None:
    assert decide(campaign(tps=1), CampaignLifetime(lower_when_idle=True), NOW, 146.0).act == "tell"


def test_an_idle_campaign_is_deleted_if_asked_for() -> None:
    fate = decide(campaign(), CampaignLifetime(delete_when_idle=True), NOW, 584.0)

    assert (fate.act, fate.expired) == ("delete", False)


@pytest.mark.parametrize("facts", [campaign(requests=1), campaign(age_hours=23.9)])
def test_a_campaign_in_use_or_still_new_is_kept(facts: CampaignFacts) -> None:
    fate = decide(facts, CampaignLifetime(delete_when_idle=True), NOW, 584.0)

    assert (fate.act, fate.idle) == ("keep", False)


def test_a_campaign_past_its_time_to_live_goes_even_if_it_is_used() -> None:
    lifetime = CampaignLifetime(time_to_live_hours=48)

    gone = decide(campaign(age_hours=48, requests=9), lifetime, NOW, 584.0)
    stays = decide(campaign(age_hours=47, requests=9), lifetime, NOW, 584.0)

    assert (gone.act, gone.expired) == ("delete", True)
    assert stays.act == "keep"


def test_lowering_and_deleting_exclude_each_other() -> None:
    with pytest.raises(ValueError, match="exclude each other"):
        CampaignLifetime(lower_when_idle=True, delete_when_idle=True)
