"""report.html: the page that the report stage knows, with what only a laptop can add to it."""

from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Any

from lambdas.report.model import (
    DatasetSummary,
    Finding,
    Item,
    Recommendation,
    RunReport,
    Sample,
    SolutionReport,
    Stage,
)
from lambdas.report.page import render
from localcloud.pipeline.catalogue import Catalogue
from localcloud.pipeline.results import RunResult, SolutionResult

_LATEST = 6


def page(result: RunResult, catalogue: Catalogue) -> str:
    """The run as one self-contained HTML file."""
    return render(run_report(result, catalogue))


def run_report(result: RunResult, catalogue: Catalogue) -> RunReport:
    """The run as the page's model."""
    end = result.end
    return RunReport(
        pipeline=result.pipeline,
        drop_id=result.drop_id,
        outcome=result.report.get("outcome", "succeeded" if result.succeeded else "failed"),
        reason=result.report.get("message", end.error or "The run ended."),
        execution_arn=end.arn,
        started_at=end.started,
        ended_at=end.ended or datetime.now(UTC),
        datasets=tuple(_datasets(result, catalogue)),
        findings=tuple(_findings(result.report)),
        stages=tuple(_stages(result)),
        solutions=tuple(_solution(solution) for solution in result.solutions),
        samples=tuple(_samples(result, catalogue)),
    )


def _datasets(result: RunResult, catalogue: Catalogue) -> Iterator[DatasetSummary]:
    for found in result.report.get("validation", {}).get("objects", ()):
        file = catalogue.folder / f"{found['dataset']}.csv"
        size = file.stat().st_size if file.is_file() else 0
        yield DatasetSummary(name=found["dataset"], rows=found.get("rows", 0), size_bytes=size)


def _findings(report: dict[str, Any]) -> Iterator[Finding]:
    for finding in report.get("validation", {}).get("findings", ()):
        level = "refuse" if finding.get("level") in ("refuse", "error") else "warn"
        yield Finding(level=level, message=str(finding.get("message", finding)))


def _stages(result: RunResult) -> Iterator[Stage]:
    for span in result.end.history.spans:
        yield Stage(
            name=span.stage,
            lane=span.lane,
            started_at=span.started,
            ended_at=span.ended or result.end.ended or span.started,
        )


def _solution(solution: SolutionResult) -> SolutionReport:
    return SolutionReport(
        name=solution.name,
        recipe=solution.recipe,
        solution_version_arn=solution.version or None,
        campaign_arn=solution.campaign or None,
        status=solution.status,
        reason=solution.reason or _said(solution),
        metrics={name: float(value) for name, value in solution.metrics.items()},
        training_seconds=solution.training_seconds,
    )


def _said(solution: SolutionResult) -> str:
    if solution.answer is None:
        return "Trained; it has no campaign."
    count = len(solution.answer.items)
    return f"Its campaign answered {solution.answer.asked_for} with {count} items."


def _samples(result: RunResult, catalogue: Catalogue) -> Iterator[Sample]:
    for solution in result.solutions:
        if solution.answer is not None and solution.answer.items:
            yield Sample(
                solution=solution.name,
                asked_for=solution.answer.asked_for,
                history=_items(catalogue.latest(result.user, _LATEST), catalogue),
                recommendations=_recommendations(solution.answer.items, catalogue),
            )
    if result.live is not None:
        of_genre = f" on {result.live.genre}" if result.live.genre else ""
        yield Sample(
            solution="after live events",
            asked_for=f"user {result.user}, three clicks{of_genre} later",
            history=_items([*result.live.clicked[::-1]], catalogue),
            recommendations=_recommendations(result.live.after.items, catalogue),
        )


def _items(items: list[str], catalogue: Catalogue) -> tuple[Item, ...]:
    return tuple(Item(id=item, title=catalogue.title(item)) for item in items)


def _recommendations(items: tuple[str, ...], catalogue: Catalogue) -> tuple[Recommendation, ...]:
    return tuple(Recommendation(item=item) for item in _items(list(items), catalogue))
