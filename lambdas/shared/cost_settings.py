"""What a pipeline may say about money: the budget, prices of its own, lifetimes of campaigns."""

from typing import Self

from pydantic import Field, model_validator

from lambdas.shared.strict import Strict


class BudgetSettings(Strict):
    """What may be spent, in US dollars; what is None is not limited."""

    per_run: float | None = Field(default=None, ge=0)
    """The most that one run may cost: its import and its trainings."""
    per_month: float | None = Field(default=None, ge=0)
    """The most that a calendar month (UTC) may cost: trainings, imports, and campaigns."""
    warn_at_percent: float = Field(default=80, gt=0, le=100)
    """The alarm on the budget goes off at this share of it."""

    @property
    def is_set(self) -> bool:
        """Return whether anything is limited."""
        return self.per_run is not None or self.per_month is not None


class PriceOverrides(Strict):
    """Prices of your own (a region, a discount), each in place of the dated file's."""

    training_hour: float | None = Field(default=None, ge=0)
    """US dollars a training hour (4 vCPU and 8 GiB for one hour)."""
    thousand_interactions: float | None = Field(default=None, ge=0)
    """US dollars a thousand interactions trained on, for recipes that bill so."""
    campaign_tps_hour: float | None = Field(default=None, ge=0)
    """US dollars an hour for each provisioned transaction a second of a campaign."""
    ingestion_gb: float | None = Field(default=None, ge=0)
    """US dollars a gigabyte imported."""
    thousand_transitions: float | None = Field(default=None, ge=0)
    """US dollars a thousand state transitions."""


class CampaignLifetime(Strict):
    """When a campaign is taken down or made smaller without being told; never, unless asked for."""

    time_to_live_hours: float | None = Field(default=None, gt=0)
    """The campaign is deleted this many hours after it last got a version."""
    idle_after_hours: float = Field(default=24, ge=1, le=24 * 14)
    """Without a single request for this long a campaign is called idle, and the alarm goes off."""
    lower_when_idle: bool = False
    """An idle campaign's minProvisionedTPS is lowered to 1."""
    delete_when_idle: bool = False
    """An idle campaign is deleted; the next promoted version makes it anew, with the same name."""

    @model_validator(mode="after")
    def _one_answer_to_idleness(self) -> Self:
        if self.lower_when_idle and self.delete_when_idle:
            raise ValueError("lowerWhenIdle and deleteWhenIdle exclude each other")
        return self


class CostSettings(Strict):
    """Everything about money."""

    budget: BudgetSettings = BudgetSettings()
    """What may be spent; no limit unless given."""
    prices: PriceOverrides = PriceOverrides()
    """Prices in place of those that are shipped."""
    campaigns: CampaignLifetime = CampaignLifetime()
    """Lifetimes of campaigns."""
