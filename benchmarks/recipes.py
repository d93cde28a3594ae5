"""The recipes against the service's published figures and against EASE and ALS.

Metrics by the service's definition unless a row says textbook. Splits of seed 0, several folds,
each a tenth of the users that shaped nothing: neither matrices nor weights. 95 % confidence over
the held-out users of all folds. Reference figures: AWS's own saved notebooks of 2018 and 2020.
"""

import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from functools import partial

import numpy as np

from benchmarks import references
from benchmarks.movielens import LATEST_SMALL_ADDRESS, hundred_thousand_log, workshop_log
from personalize_emulator.evaluation.evaluate import Ask, evaluate, unseen_request, user_request
from personalize_emulator.evaluation.intervals import Interval, interval_of
from personalize_emulator.evaluation.metrics import MetricTable
from personalize_emulator.evaluation.split import Split, hold_out_users
from personalize_emulator.recipes.algorithms.choice import Blend
from personalize_emulator.recipes.dataset import Dataset
from personalize_emulator.recipes.eventlog import EventLog
from personalize_emulator.recipes.models.base import BaseModel
from personalize_emulator.recipes.models.personal import PersonalModel
from personalize_emulator.recipes.options import read_options
from personalize_emulator.recipes.registry import recipe_named

SEED = 0
FOLDS = 5
NDCG, PRECISION = "normalized_discounted_cumulative_gain_at_10", "precision_at_10"
TEXTBOOK = "textbook_ndcg_at_10"
PERSONAL = "aws-user-personalization"


@dataclass(frozen=True)
class Row:
    """One line: what was measured, the figure, the bar that it must reach, and a reference."""

    name: str
    value: float
    bar: float | None = None
    reference: str = ""
    margin: float = float("nan")
    at_most: bool = False

    @property
    def verdict(self) -> str:
        """Whether the bar is reached; empty without a bar."""
        if self.bar is None:
            return ""
        reached = self.value <= self.bar if self.at_most else self.value >= self.bar
        return "holds" if reached else "MISSED"


def main() -> list[Row]:
    """Measure, print the table, return its rows."""
    rows: list[Row] = []
    workshop = workshop_log()
    if workshop is None:
        print(
            f"workshop rows left out: put {LATEST_SMALL_ADDRESS} into MOVIELENS_LATEST_SMALL=FILE"
        )
    else:
        rows += workshop_rows(workshop)
    liked, source = hundred_thousand_log(above=3.6)
    print(f"ml-100k: {source}")
    rows += liked_rows(liked)
    everything, _ = hundred_thousand_log()
    rows += textbook_rows(everything)
    rows += speed_rows(everything)
    report(rows)
    return rows


def fit(name: str, log: EventLog) -> BaseModel:
    """A recipe with its default hyperparameters."""
    data = Dataset(log)
    return recipe_named(name).tune(name, data, read_options(name, {}))(data)


def splits(log: EventLog) -> list[Split]:
    """The folds that are measured on."""
    return [hold_out_users(log, seed=SEED, fold=fold) for fold in range(FOLDS)]


def pooled(tables: Sequence[MetricTable], metric: str) -> Interval:
    """One metric over the held-out users of all folds."""
    both = [{**table.service, **table.textbook}[metric] for table in tables]
    return interval_of(np.concatenate(both))


def rows_of(name: str, tables: Sequence[MetricTable], bars: Sequence[Row]) -> list[Row]:
    """Lines of the metrics that ``bars`` name, filled with what was measured."""
    filled = []
    for bar in bars:
        found = (
            Interval(float(np.mean([table.coverage for table in tables])), float("nan"))
            if bar.name == "coverage"
            else pooled(tables, bar.name)
        )
        title = f"{name} {SHORT.get(bar.name, bar.name)}"
        filled.append(replace(bar, name=title, value=found.mean, margin=found.margin))
    return filled


SHORT = {NDCG: "NDCG@10", PRECISION: "P@10", TEXTBOOK: "textbook NDCG@10"}


def workshop_rows(log: EventLog) -> list[Row]:
    """User-Personalization with and without its repeat term, Personalized-Ranking, SIMS."""
    folds = splits(log)
    personal = [fit(PERSONAL, split.train) for split in folds]
    whole = measured(personal, folds, user_request)
    bare = measured([without_repeats(model) for model in personal], folds, user_request)
    sims = recipe_named("aws-sims")
    near = measured([fit("aws-sims", split.train) for split in folds], folds, sims.ask)
    return [
        *rows_of("workshop UP", whole, UP_BARS),
        *rows_of("workshop UP, repeat term removed", bare, [Row(NDCG, 0), Row(PRECISION, 0)]),
        *rows_of("workshop PR (the same model)", whole, PR_BARS),
        *rows_of("workshop SIMS", near, SIMS_BARS),
    ]


UP_BARS = (
    Row(NDCG, 0, 0.40, "service .2687"),
    Row(PRECISION, 0, None, "service .0571"),
    Row("coverage", 0, 0.0791, "service .0791"),
)
PR_BARS = (Row(NDCG, 0, 0.30, "service .0707"), Row("coverage", 0, 0.0038, "service .0038"))
SIMS_BARS = (
    Row(NDCG, 0, 0.26, "service .2234"),
    Row(PRECISION, 0, None, "service .0588"),
    Row("coverage", 0, 0.1861, "service .1861"),
)


def liked_rows(log: EventLog) -> list[Row]:
    """User-Personalization on the ratings above 3.6."""
    folds = splits(log)
    tables = measured([fit(PERSONAL, split.train) for split in folds], folds, user_request)
    bars = (Row(NDCG, 0, 0.19, "HRNN .0649"), Row(PRECISION, 0, 0.045, "HRNN .0098"))
    return rows_of("ml-100k > 3.6 UP", tables, bars)


def textbook_rows(log: EventLog) -> list[Row]:
    """All ratings, seen items excluded, beside EASE and ALS of the same run."""
    folds = splits(log)
    ours = measured([fit(PERSONAL, split.train) for split in folds], folds, unseen_request)
    rows = rows_of("ml-100k all UP", ours, [Row(TEXTBOOK, 0, 0.215, "EASE .163, ALS .155")])
    for name, scorer in (("EASE", references.ease), ("ALS (own)", references.als)):
        tables = [references.measure(scorer, split) for split in folds]
        rows += rows_of(f"ml-100k all {name}", tables, [Row(TEXTBOOK, 0)])
    return rows


def speed_rows(log: EventLog) -> list[Row]:
    """Seconds of a whole tuning and fit, and milliseconds of one answer in process."""
    begun = time.perf_counter()
    model = fit(PERSONAL, log)
    seconds = time.perf_counter() - begun
    rows = range(min(500, log.n_users))
    requests = [replace(user_request(log, row), user_id=None) for row in rows]
    spent = [timed(partial(model.recommend, request)) for request in requests]
    return [
        Row("ml-100k training, s", seconds, 3.0, at_most=True),
        Row("ml-100k answer p50, ms", 1_000 * float(np.median(spent)), 0.3, at_most=True),
    ]


def timed(call: Callable[[], object]) -> float:
    """Seconds that a call takes."""
    begun = time.perf_counter()
    call()
    return time.perf_counter() - begun


def measured(models: Sequence[BaseModel], folds: Sequence[Split], ask: Ask) -> list[MetricTable]:
    """The tables of one model a fold."""
    return [evaluate(model, split, ask) for model, split in zip(models, folds, strict=True)]


def without_repeats(model: BaseModel) -> PersonalModel:
    """The same model, touched items scored like all others."""
    if not isinstance(model, PersonalModel):
        raise TypeError(f"{model.recipe} has no repeat term")
    bare = Blend(model.blend.weights, np.zeros_like(model.blend.repeats))
    return PersonalModel(
        model.recipe,
        model.item_ids,
        signals=model.signals,
        blend=bare,
        histories=model.histories,
    )


def report(rows: Sequence[Row]) -> None:
    """Print the table."""
    print(f"{'measured':<46}{'figure':>9}{'95 %':>9}{'bar':>9}  {'':<7}reference")
    for row in rows:
        margin = "" if np.isnan(row.margin) else f"±{row.margin:.4f}"
        bar = "" if row.bar is None else f"{'≤' if row.at_most else '≥'} {row.bar:g}"
        line = f"{row.name:<46}{row.value:>9.4f}{margin:>9}{bar:>9}  {row.verdict:<7}"
        print(f"{line}{row.reference}".rstrip())


if __name__ == "__main__":
    main()
