"""The run report as one HTML file that asks nothing of anybody: no script, no font, no request."""

from collections.abc import Iterator, Sequence
from pathlib import Path

from jinja2 import Environment, FileSystemLoader, StrictUndefined
from markupsafe import Markup

from lambdas.report import words
from lambdas.report.charts import bars, lines, points
from lambdas.report.confidence import widest_margin
from lambdas.report.gantt import gantt
from lambdas.report.model import RunReport, SolutionReport

TEMPLATES = Path(__file__).with_name("templates")
TONE = {"succeeded": "good", "partly": "warn", "refused": "warn", "failed": "bad"}
ACCURACY = "normalized_discounted_cumulative_gain_at_10"
COVERAGE = "coverage"
CHARTED = (ACCURACY, "mean_reciprocal_rank_at_25", "precision_at_10", COVERAGE)


def _environment() -> Environment:
    environment = Environment(
        loader=FileSystemLoader(TEMPLATES),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    filters = (
        *(words.duration, words.size, words.dollars, words.number, words.moment),
        *(words.metric_name, words.version_id),
    )
    environment.filters.update({function.__name__: function for function in filters})
    environment.globals |= {"gantt": gantt, "widest_margin": widest_margin}
    return environment


def render(run: RunReport) -> str:
    """Return the page of one run; everything that comes from data is escaped."""
    measured = [solution for solution in run.solutions if solution.metrics]
    return (
        _environment()
        .get_template("report.html")
        .render(
            run=run,
            tone=TONE,
            measured=measured,
            promoted=sum(1 for s in run.solutions if s.gate and s.gate.promoted),
            metric_names=sorted({name for solution in measured for name in solution.metrics}),
            by_recipe=_by_recipe(measured),
            trade_off=_trade_off(measured),
            by_version=list(_by_version(measured)),
        )
    )


def _by_recipe(solutions: Sequence[SolutionReport]) -> Markup:
    charted = [name for name in CHARTED if any(name in s.metrics for s in solutions)]
    series = {s.name: [s.metrics.get(name) for name in charted] for s in solutions}
    return bars([words.metric_name(name) for name in charted], series)


def _trade_off(solutions: Sequence[SolutionReport]) -> Markup:
    """Accuracy against coverage, where there is more than one solution to set apart."""
    dots = {
        s.name: (x, y)
        for s in solutions
        if (x := s.metrics.get(COVERAGE)) is not None and (y := s.metrics.get(ACCURACY)) is not None
    }
    return points("Coverage", "NDCG@10", dots) if len(dots) > 1 else Markup()


def _by_version(solutions: Sequence[SolutionReport]) -> Iterator[tuple[str, Markup]]:
    for solution in solutions:
        if len(solution.versions) > 1:
            labels = [version.created_at.strftime("%d %b %H:%M") for version in solution.versions]
            values = [version.metrics.get(ACCURACY) for version in solution.versions]
            yield solution.name, lines(labels, {solution.name: values})
