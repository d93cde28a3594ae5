"""Lifetimes of campaigns: which one has outlived its time, which one nobody asks any more.

Pure judgement over what Personalize and CloudWatch say; ``lambdas.cost.sweep`` acts on it.
"""

from datetime import datetime, timedelta
from typing import Literal

from lambdas.shared.cost_settings import CampaignLifetime
from lambdas.shared.strict import Strict

Act = Literal["keep", "tell", "lower", "delete"]


class CampaignFacts(Strict):
    """One campaign as it stands."""

    name: str
    campaign_arn: str
    min_provisioned_tps: int
    since: datetime
    """When it last got a version (or was created), UTC."""
    requests: float | None
    """Successful requests within ``idleAfterHours``; None where the service counts none."""


class Fate(Strict):
    """What becomes of a campaign."""

    act: Act
    expired: bool = False
    """Whether its time to live is over; else a deletion is for idleness."""
    reason: str
    idle: bool


def decide(
    facts: CampaignFacts, lifetime: CampaignLifetime, now: datetime, usd_per_month: float
) -> Fate:
    """Decide what becomes of a campaign.

    Args:
        facts: The campaign.
        lifetime: What the pipeline file says.
        now: UTC.
        usd_per_month: What the campaign bills a month at its minProvisionedTPS.
    """
    idle = _idle(facts, lifetime, now)
    live = lifetime.time_to_live_hours
    if live is not None and now - facts.since >= timedelta(hours=live):
        reason = f"Campaign {facts.name} reached its time to live of {live:g} hours and is deleted."
        return Fate(act="delete", expired=True, reason=reason, idle=idle)
    if not idle:
        reason = f"Campaign {facts.name} is in use, or still new, or its requests are not counted."
        return Fate(act="keep", reason=reason, idle=False)
    act, ending = _answer_to_idleness(facts, lifetime)
    reason = (
        f"Campaign {facts.name} had no request for {lifetime.idle_after_hours:g} hours "
        f"and bills {usd_per_month:,.2f} USD a month; {ending}."
    )
    return Fate(act=act, reason=reason, idle=True)


def _idle(facts: CampaignFacts, lifetime: CampaignLifetime, now: datetime) -> bool:
    """A campaign that is younger than the window has not had the time to be called idle.

    One whose requests nobody counts may be under full load: it never is.
    """
    return facts.requests == 0 and now - facts.since >= timedelta(hours=lifetime.idle_after_hours)


def _answer_to_idleness(facts: CampaignFacts, lifetime: CampaignLifetime) -> tuple[Act, str]:
    if lifetime.delete_when_idle:
        return "delete", "it is deleted, and the next promoted version makes it anew"
    if lifetime.lower_when_idle and facts.min_provisioned_tps > 1:
        return "lower", f"its minProvisionedTPS goes from {facts.min_provisioned_tps} to 1"
    return "tell", "nothing was changed, because the pipeline file does not ask for it"
