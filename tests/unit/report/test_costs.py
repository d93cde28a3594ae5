"""The report's table of costs: what is in the sums, and what is not."""

from lambdas.cost.estimate import DataFacts, estimate
from lambdas.cost.prices import load_prices
from lambdas.report.costs import cost_of
from lambdas.report.raw import Run
from lambdas.shared.observation_settings import ReportSettings

SIZE = DataFacts(interactions=1000, imported_bytes=1000)


def test_what_has_no_price_has_a_line_without_a_figure() -> None:
    expected = estimate([], SIZE, load_prices(), not_covered=["recommenders for-you"])
    cost = {
        "granted": True,
        "budget": {"reason": "no budget is set."},
        "estimate": expected.model_dump(by_alias=True),
    }

    report = cost_of(run_with(cost))

    assert report is not None
    [line] = [line for line in report.lines if line.what == "recommenders for-you"]
    assert (line.estimated_usd, line.actual_usd) == (None, None)
    assert line.note == "no price is known: in no sum"
    assert report.estimated_usd == expected.run_usd


def run_with(cost: dict[str, object]) -> Run:
    return Run(
        pipeline="shop",
        bucket="data",
        drop_id="one",
        execution="arn",
        started_at=0,
        validation={},
        imports=[],
        solutions=[],
        cost=cost,
        settings=ReportSettings(),
        failure={},
    )
