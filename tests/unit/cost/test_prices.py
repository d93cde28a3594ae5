"""The dated price file and what a pipeline puts in its place."""

from lambdas.cost.prices import load_prices
from lambdas.shared.cost_settings import PriceOverrides


def test_every_price_says_its_unit_and_its_source() -> None:
    prices = load_prices()

    for name, price in prices.prices:
        assert price.usd > 0, name
        assert price.unit, name
        assert price.source.startswith("https://"), name
    assert prices.checked.isoformat() <= "2100"


def test_a_pipeline_may_bring_prices_of_its_own() -> None:
    prices = load_prices(PriceOverrides(training_hour=0.5, campaign_tps_hour=0))

    assert prices.prices.training_hour.usd == 0.5
    assert prices.prices.campaign_tps_hour.usd == 0
    assert prices.prices.training_hour.source == "cost.prices of the pipeline file"
    assert prices.prices.ingestion_gb == load_prices().prices.ingestion_gb


def test_every_price_can_be_overridden() -> None:
    assert set(PriceOverrides.model_fields) == set(dict(load_prices().prices))
