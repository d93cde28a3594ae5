"""report.html: the run's own page, with what live events changed added to it."""

from lambdas.report.model import Item, Recommendation, RunReport, Sample
from lambdas.report.page import render
from localcloud.pipeline.catalogue import Catalogue
from localcloud.pipeline.live_events import LiveChange
from localcloud.pipeline.results import RunResult


def page(result: RunResult, catalogue: Catalogue) -> str:
    """The run as one self-contained HTML file."""
    return render(with_live_events(result.report, result.live, catalogue))


def with_live_events(report: RunReport, live: LiveChange | None, catalogue: Catalogue) -> RunReport:
    """The report with two more samples: the same question before and after the clicks."""
    if live is None:
        return report
    genre = f" ({live.genre})" if live.genre else ""
    before = Sample(
        solution="before live events",
        asked_for=live.before.asked_for,
        history=_items(catalogue.latest(live.user, len(live.clicked)), catalogue),
        recommendations=_recommendations(live.before.items, catalogue),
    )
    after = Sample(
        solution="after live events",
        asked_for=f"{live.after.asked_for}, {len(live.clicked)} clicks later{genre}",
        history=_items([*reversed(live.clicked)], catalogue),
        recommendations=_recommendations(live.after.items, catalogue),
    )
    return report.model_copy(update={"samples": (*report.samples, before, after)})


def _items(items: list[str], catalogue: Catalogue) -> tuple[Item, ...]:
    return tuple(Item(id=item, title=catalogue.title(item)) for item in items)


def _recommendations(items: tuple[str, ...], catalogue: Catalogue) -> tuple[Recommendation, ...]:
    return tuple(Recommendation(item=item) for item in _items(list(items), catalogue))
