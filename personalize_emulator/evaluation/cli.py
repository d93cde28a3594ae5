"""``python -m personalize_emulator evaluate DATA.csv``: all recipes on your data, in one table."""

import argparse
import sys
from collections.abc import Sequence
from math import isnan
from pathlib import Path

from rich.box import SIMPLE_HEAD
from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn
from rich.table import Table

from personalize_emulator.evaluation.compare import Compared, comparable, compare
from personalize_emulator.evaluation.reading import Sources, UnreadableData, read_dataset
from personalize_emulator.recipes.dataset import Dataset
from personalize_emulator.recipes.errors import TrainingError

WIDTH = 140
"""The least of a table: as wide as all of its columns."""

ITEMS = {
    "NDCG@10": "normalized_discounted_cumulative_gain_at_10",
    "P@10": "precision_at_10",
    "MRR@25": "mean_reciprocal_rank_at_25",
    "textbook NDCG@10": "textbook_ndcg_at_10",
}
USERS = {
    "hits at 1 %": "hits_at_1_percent",
    "recall at 1 %": "recall_at_1_percent",
    "hits at 5 %": "hits_at_5_percent",
    "recall at 5 %": "recall_at_5_percent",
}
ITEMS_NOTE = (
    "NDCG, P and MRR as GetSolutionMetrics reports them, textbook NDCG beside: means over held-out"
    " users, ± 95 % confidence over these users. Recipes for related items are asked with the last"
    " item that a user touched. coverage: share of all items that anybody was shown. Recipes with"
    " the same model behind them are trained once."
)
USERS_NOTE = "Of the users found for an item, those who touched it: means over the asked items."


def parser() -> argparse.ArgumentParser:
    """The command line."""
    described = argparse.ArgumentParser(
        prog="python -m personalize_emulator evaluate", description=__doc__
    )
    add = described.add_argument
    add("data", type=Path, metavar="DATA.csv", help="interactions: USER_ID, ITEM_ID, TIMESTAMP, …")
    add("--items", type=Path, metavar="CSV", help="the items: ITEM_ID and columns about them")
    add("--users", type=Path, metavar="CSV", help="the users: USER_ID and columns about them")
    add("--text", action="append", default=[], metavar="COLUMN", help="items column of prose")
    add("--without", action="append", default=[], metavar="COLUMN", help="leave a column out")
    add("--event-type", metavar="TYPE", help="train on events of this EVENT_TYPE alone")
    add("--event-value-threshold", type=float, metavar="X", help="and of this EVENT_VALUE or more")
    add("--recipe", action="append", default=[], metavar="NAME", help="this one; may be repeated")
    add("--domain", choices=("ECOMMERCE", "VIDEO_ON_DEMAND"), help="the use cases of a domain")
    add("--legacy", action="store_true", help="the retired HRNN recipes too")
    add("--seed", type=int, default=0, help="chooses the held-out users")
    return described


def main(arguments: Sequence[str]) -> int:
    """Print the tables; 0, 2 after one line on what is wrong with the data, 130 if interrupted."""
    options = parser().parse_args(arguments)
    names = options.recipe or comparable(domain=options.domain, legacy=options.legacy)
    progress = Console(stderr=True)
    try:
        with progress.status(f"reading {options.data}"):
            data = read_dataset(sources_of(options))
        results = _compared(progress, data, names, options.seed)
    except (UnreadableData, TrainingError) as error:
        print(f"error: {error}", file=sys.stderr)
        return 2
    except KeyboardInterrupt:
        print("interrupted", file=sys.stderr)
        return 130
    _show(data, results)
    return 0


def sources_of(options: argparse.Namespace) -> Sources:
    """What the command line says of the data."""
    return Sources(
        options.data,
        items=options.items,
        users=options.users,
        text=frozenset(options.text),
        left_out=frozenset(options.without),
        event_type=options.event_type,
        threshold=options.event_value_threshold,
    )


def _compared(console: Console, data: Dataset, names: Sequence[str], seed: int) -> list[Compared]:
    columns = TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn()
    found = []
    with Progress(*columns, TimeElapsedColumn(), console=console, transient=True) as progress:
        task = progress.add_task(names[0], total=len(names))
        upcoming = [*names[1:], "done"]
        for result, following in zip(compare(data, names, seed=seed), upcoming, strict=True):
            found.append(result)
            progress.update(task, advance=1, description=following)
    return found


def _show(data: Dataset, results: Sequence[Compared]) -> None:
    console = Console(width=max(WIDTH, Console().width))
    log = data.log
    console.print(f"{log.n_events:,} events, {log.n_users:,} users, {log.n_items:,} items")
    for metrics, note in ((ITEMS, ITEMS_NOTE), (USERS, USERS_NOTE)):
        first = next(iter(metrics.values()))
        rows = [result for result in results if result.interval(first) is not None]
        if rows:
            console.print(table_of(rows, metrics))
            console.print(note, style="dim", highlight=False)
    for result in results:
        if result.reason:
            console.print(f"left out: {result.reason}", highlight=False)
        for notice in result.notices:
            console.print(f"note: {notice}", highlight=False, markup=False)


def table_of(rows: Sequence[Compared], metrics: dict[str, str]) -> Table:
    """Recipes by the first metric, the best first."""
    table = Table(box=SIMPLE_HEAD)
    table.add_column("recipe", no_wrap=True)
    for title in (*metrics, "coverage", "seconds"):
        table.add_column(title, justify="right", no_wrap=True)
    ranked = sorted(rows, key=lambda row: -_mean(row, next(iter(metrics.values()))))
    for row in ranked:
        figures = [_figure(row, metric) for metric in metrics.values()]
        covered = "" if row.table is None else f"{row.table.coverage:.3f}"
        table.add_row(row.recipe, *figures, covered, f"{row.seconds:.1f}")
    return table


def _mean(row: Compared, metric: str) -> float:
    found = row.interval(metric)
    return 0.0 if found is None else found.mean


def _figure(row: Compared, metric: str) -> str:
    found = row.interval(metric)
    if found is None:
        return ""
    trusted = "" if isnan(found.margin) else f" ±{found.margin:.3f}"  # a single value has none
    return f"{found.mean:.4f}{trusted}"
