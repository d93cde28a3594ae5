"""The end of a run on the terminal: metrics, titles, what live events changed."""

from rich.console import Console
from rich.markup import escape
from rich.table import Table

from lambdas.shared.settings.recipes import RECIPES
from localcloud.pipeline.catalogue import Catalogue
from localcloud.pipeline.live_events import LiveChange
from localcloud.pipeline.results import POPULARITY, RunResult, SolutionResult

_SHOWN = {
    "normalized_discounted_cumulative_gain_at_10": "NDCG@10",
    "mean_reciprocal_rank_at_25": "MRR@25",
    "precision_at_10": "P@10",
    "coverage": "coverage",
}
_LATEST = 6


def show_result(result: RunResult, catalogue: Catalogue, console: Console) -> None:
    """Print metrics, recommendations and the change by live events."""
    if result.solutions:
        console.print(_metrics(result.solutions))
    _show_recommendations(result, catalogue, console)
    if result.live is not None:
        _show_live(result.live, catalogue, console)


def _metrics(solutions: tuple[SolutionResult, ...]) -> Table:
    baseline = next((s for s in solutions if RECIPES[s.recipe].type == POPULARITY), None)
    table = Table(title="Offline metrics (x popularity)", title_justify="left", box=None)
    table.add_column("solution")
    table.add_column("campaign")
    for name in _SHOWN.values():
        table.add_column(name, justify="right")
    table.add_column("trained in", justify="right")
    for solution in solutions:
        state = "[green]ACTIVE[/]" if solution.answers else f"[red]{solution.status}[/]"
        cells = [_cell(name, solution, baseline) for name in _SHOWN]
        table.add_row(solution.name, state, *cells, f"{solution.training_seconds or 0:.1f} s")
    return table


def _cell(metric: str, solution: SolutionResult, baseline: SolutionResult | None) -> str:
    value = solution.metrics.get(metric)
    if value is None:
        return "-"
    floor = baseline.metrics.get(metric) if baseline and baseline is not solution else None
    return f"{value:.4f} ({value / floor:.1f}x)" if floor else f"{value:.4f}"


def _show_recommendations(result: RunResult, catalogue: Catalogue, console: Console) -> None:
    if not any(solution.answer for solution in result.solutions):
        return
    latest = catalogue.latest(result.user, _LATEST)
    console.print(f"\n[bold]User {escape(result.user)}[/] lately: {_titles(latest, catalogue)}")
    for solution in result.solutions:
        if solution.answer is not None:
            titles = _titles(list(solution.answer.items[:5]), catalogue)
            asked_for = escape(solution.answer.asked_for)
            console.print(f"  [cyan]{solution.name}[/] ({asked_for}): {titles}")


def _show_live(live: LiveChange, catalogue: Catalogue, console: Console) -> None:
    kind = f" ({escape(live.genre)})" if live.genre else ""
    clicked = _titles(list(live.clicked), catalogue)
    console.print(f"\n[bold]User {escape(live.user)} clicks three times[/]{kind}: {clicked}")
    console.print(f"  {len(live.new_items)} of {len(live.after.items)} recommendations are new:")
    for item in live.after.items:
        mark = "[green]+[/]" if item in live.new_items else " "
        console.print(f"  {mark} {_titles([item], catalogue)}")


def _titles(items: list[str], catalogue: Catalogue) -> str:
    """Titles, free of the terminal's markup: `[REC]` is a film."""
    return " · ".join(escape(catalogue.title(item) or item) for item in items) or "nothing"
