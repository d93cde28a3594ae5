"""The dated prices, and what a pipeline puts in their place."""

import json
from datetime import date
from pathlib import Path

from lambdas.shared.cost_settings import PriceOverrides
from lambdas.shared.strict import Strict

SHIPPED = Path(__file__).with_name("prices.json")


class Price(Strict):
    """One price: US dollars for one unit, and who says so."""

    usd: float
    unit: str
    source: str


class PriceTable(Strict):
    """A price for everything that a run is billed for."""

    training_hour: Price
    thousand_interactions: Price
    campaign_tps_hour: Price
    ingestion_gb: Price
    thousand_transitions: Price


class Assumptions(Strict):
    """What an estimate takes for granted while it has nothing better."""

    note: str
    base_training_hours: float
    """Training hours of any training, however small."""
    training_hours_per_million_interactions: float
    """Training hours on top, for each million interactions."""
    hpo_trainings: float
    """How many trainings a search for hyperparameters amounts to."""
    update_share: float
    """The share of a FULL training's hours that an UPDATE takes."""
    transitions_per_run: int
    """State transitions of a run of one solution, retries included."""
    hours_per_month: float
    """Hours of a month of serving."""


class Prices(Strict):
    """The price file."""

    currency: str
    region: str
    checked: date
    """When the figures were last compared with their sources."""
    note: str
    prices: PriceTable
    per_thousand_interactions_recipes: tuple[str, ...]
    """Recipes that bill by interactions trained on, not by the hour."""
    assumptions: Assumptions


def load_prices(overrides: PriceOverrides | None = None) -> Prices:
    """Return the shipped prices with ``overrides`` in their place."""
    data = json.loads(SHIPPED.read_text(encoding="utf-8"))
    own = (overrides or PriceOverrides()).model_dump(by_alias=True, exclude_none=True)
    for name, usd in own.items():
        data["prices"][name] |= {"usd": usd, "source": "cost.prices of the pipeline file"}
    return Prices.model_validate(data)
