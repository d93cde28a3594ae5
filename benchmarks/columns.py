"""What columns add to events: User-Personalization on ml-100k with and without its two tables.

All ratings, held-out users of seed 0, three folds, each a tenth of the users; by the textbook and
by the service's metrics. Below, a tenth of the films, of seed 0, is taken out of everybody's events
as if nobody had seen them yet, and held-out users are asked for these alone: how well do columns
find the right people for what is new, against a model that knows events only?
"""

import tempfile
from collections.abc import Iterator, Sequence
from dataclasses import replace
from pathlib import Path

import numpy as np

from benchmarks.recipes import NDCG, PERSONAL, PRECISION, TEXTBOOK, rows_of
from benchmarks.table import Row, report
from localcloud.data.sources import movielens
from personalize_emulator.evaluation.evaluate import evaluate, unseen_request, user_request
from personalize_emulator.evaluation.metrics import MetricTable
from personalize_emulator.evaluation.reading import Sources, read_dataset
from personalize_emulator.evaluation.split import Split, hold_out_users
from personalize_emulator.recipes.contract import RecommendRequest
from personalize_emulator.recipes.dataset import Dataset
from personalize_emulator.recipes.eventlog import EventLog
from personalize_emulator.recipes.models.base import BaseModel
from personalize_emulator.recipes.options import read_options
from personalize_emulator.recipes.registry import recipe_named

SEED, FOLDS = 0, 3
NEW = 0.1
"""Of the films are new."""


def main() -> list[Row]:
    """Measure, print the table, return its rows."""
    data = films()
    variants = {
        "events": replace(data, items=None, users=None),
        "events, items": replace(data, users=None),
        "events, users": replace(data, items=None),
        "events, items, users": data,
    }
    return report(parts(variants))


def films() -> Dataset:
    """ml-100k as the workshop drops it, titles as prose."""
    with tempfile.TemporaryDirectory(prefix="ml-100k-") as folder:
        drop = movielens(Path(folder))
        print(f"ml-100k: {drop.source}")
        interactions, items, users = (
            Path(folder) / f"{name}.csv" for name in ("interactions", "items", "users")
        )
        return read_dataset(Sources(interactions, items, users, text=frozenset({"TITLE"})))


def parts(variants: dict[str, Dataset]) -> Iterator[Sequence[Row]]:
    """Yield the rows of one kind of data after the other; those about new items last."""
    for name, data in variants.items():
        folds = [hold_out_users(data.log, seed=SEED, fold=fold) for fold in range(FOLDS)]
        models = [fit(data.with_log(split.train)) for split in folds]
        pairs = list(zip(models, folds, strict=True))
        bars = [Row(NDCG, 0), Row(PRECISION, 0)]
        yield rows_of(name, [evaluate(model, split) for model, split in pairs], bars)
        unseen = [evaluate(model, split, unseen_request) for model, split in pairs]
        yield rows_of(f"{name}, unseen", unseen, [Row(TEXTBOOK, 0)])
    for name in ("events", "events, items", "events, items, users"):
        yield rows_of(f"new films: {name}", [asked_for_new(variants[name])], [Row(TEXTBOOK, 0)])


def fit(data: Dataset) -> BaseModel:
    """User-Personalization with its default hyperparameters."""
    return recipe_named(PERSONAL).tune(PERSONAL, data, read_options(PERSONAL, {}))(data)


def asked_for_new(data: Dataset) -> MetricTable:
    """Held-out users who touched new films, asked for new films alone."""
    log = data.log
    count = round(NEW * log.n_items)
    new = np.isin(
        np.arange(log.n_items), np.random.default_rng(SEED).permutation(log.n_items)[:count]
    )
    split = hold_out_users(log, seed=SEED)
    people = np.isin(log.user_ids, split.given.user_ids)
    both = log.take(np.flatnonzero(people))
    given, truth = both.keep(~new[both.items]), both.keep(new[both.items])
    asked = np.flatnonzero((given.lengths > 0) & (truth.lengths > 0))
    known = split.train.keep(~new[split.train.items])
    model = fit(data.with_log(known.take(np.flatnonzero(known.lengths > 0))))

    def ask(held_out: EventLog, row: int) -> RecommendRequest:
        return replace(user_request(held_out, row), allowed=new)

    return evaluate(model, Split(known, given.take(asked), truth.take(asked)), ask)


if __name__ == "__main__":
    main()
