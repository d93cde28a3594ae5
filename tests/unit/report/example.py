"""A run report with every part filled in, for the tests of the page."""

from datetime import UTC, datetime, timedelta

from lambdas.promote.gate import judge
from lambdas.report.model import (
    CostLine,
    CostReport,
    DatasetSummary,
    Driver,
    Finding,
    GateResult,
    Item,
    Recommendation,
    RunReport,
    Sample,
    SolutionReport,
    Stage,
    VersionMetrics,
)
from lambdas.shared.promotion_settings import PromotionSettings

START = datetime(2026, 7, 1, 3, 0, tzinfo=UTC)
NDCG = "normalized_discounted_cumulative_gain_at_10"
ACCOUNT = "arn:aws:personalize:us-east-1:123456789012"
NASTY = "<script>alert('x')</script> & \"Amélie\""


def metrics(accuracy: float, coverage: float) -> dict[str, float | None]:
    return {
        "coverage": coverage,
        "mean_reciprocal_rank_at_25": accuracy * 1.6,
        NDCG: accuracy,
        "precision_at_10": accuracy * 0.7,
    }


def solution(
    name: str, recipe: str, new: dict[str, float | None], old: dict[str, float | None]
) -> SolutionReport:
    verdict = judge(new, old, PromotionSettings().gate)
    versions = tuple(
        VersionMetrics(
            solution_version_arn=f"{ACCOUNT}:solution/{name}/{number}",
            created_at=START - timedelta(days=7 * (3 - number)),
            metrics=values,
            serving=number == 2,
        )
        for number, values in enumerate((metrics(0.15, 0.3), old, new), start=1)
    )
    return SolutionReport(
        name=name,
        recipe=recipe,
        solution_version_arn=versions[-1].solution_version_arn,
        campaign_arn=f"{ACCOUNT}:campaign/{name}",
        status="ACTIVE",
        metrics=new,
        gate=GateResult(
            promoted=verdict.promote, reason=verdict.reason, comparisons=verdict.comparisons
        ),
        versions=versions,
        training_hours=1.2,
        training_seconds=12.5,
    )


def stages() -> tuple[Stage, ...]:
    rows = (
        ("validate", "", 0, 2),
        ("import", "", 2, 9),
        ("train", "movies-you", 9, 27),
        ("train", "movies-sims", 9, 14),
        ("promote", "movies-sims", 14, 17),
        ("promote", "movies-you", 27, 31),
    )
    return tuple(
        Stage(
            name=name,
            lane=lane,
            started_at=START + timedelta(seconds=first),
            ended_at=START + timedelta(seconds=last),
        )
        for name, lane, first, last in rows
    )


def report() -> RunReport:
    toy, alien = Item(id="1", title="Toy Story (1995)"), Item(id="2", title=NASTY)
    return RunReport(
        pipeline="movies",
        drop_id="2026-07-01",
        outcome="partly",
        reason="One of two new versions serves; the other was held.",
        execution_arn="arn:aws:states:us-east-1:123456789012:execution:movies:run-1",
        execution_url="https://us-east-1.console.aws.amazon.com/states/home",
        started_at=START,
        ended_at=START + timedelta(seconds=31),
        datasets=(
            DatasetSummary(name="interactions", rows=100_000, size_bytes=1_979_173, users=940),
            DatasetSummary(name="items", rows=1682, size_bytes=120_000),
        ),
        findings=(Finding(level="warn", message=f"items.csv line 3: {NASTY}"),),
        stages=stages(),
        solutions=(
            solution(
                "movies-you", "aws-user-personalization", metrics(0.19, 0.4), metrics(0.18, 0.38)
            ),
            solution("movies-sims", "aws-sims", metrics(0.05, 0.2), metrics(0.1, 0.22)),
            SolutionReport(
                name="movies-count",
                recipe="aws-popularity-count",
                status="REFUSED",
                reason="The budget does not cover it.",
            ),
        ),
        samples=(
            Sample(
                solution="movies-you",
                asked_for="user 42",
                history=(toy, alien),
                recommendations=(
                    Recommendation(item=alien, score=0.4, because=(Driver(item=toy, share=0.63),)),
                    Recommendation(item=Item(id="3"), score=0.2),
                ),
            ),
        ),
        explained=True,
        cost=CostReport(
            lines=(
                CostLine(
                    what="training movies-you",
                    estimated_usd=0.336,
                    actual_usd=0.288,
                    note="assumption",
                ),
                CostLine(what="import", estimated_usd=0.0001, actual_usd=0.0001),
            ),
            estimated_usd=0.3361,
            actual_usd=0.2881,
            serving_usd_per_month=292.0,
            budget="0.34 USD estimated for this run is within the budget of 5.00 USD a run.",
            prices_checked="2026-11-25",
        ),
    )


def with_alike_solutions() -> RunReport:
    """Return a report whose solutions are as good as one another, all but one."""
    alike = (
        *(("user-personalization", 0.379), ("personalized-ranking", 0.379)),
        *(("user-personalization-v2", 0.372), ("similar-items", 0.36), ("popularity", 0.01)),
    )
    solutions = tuple(
        solution(name, "aws-user-personalization", metrics(value, value), metrics(value, value))
        for name, value in alike
    )
    return report().model_copy(update={"solutions": solutions})
