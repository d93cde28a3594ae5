"""Settings of the recipes, on people whom no table of the workshop's data asks.

The other half of the workshop's users, those that the folds of ``recipes`` leave over, stand for
themselves: models learn from them, and five folds of a fifth (seed 3) are asked. Nothing of a test
user is in it, so this is where a setting is chosen. Each row is another value of one setting
against the shipped one: what it does to the nDCG@10 of the same people, with 95 % confidence over
the paired differences, and to the coverage. ``better`` stands where the shipped value loses by
more than that: of so many rows, one may by chance. A signal "left out" counts nothing.
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

import numpy as np

from benchmarks import readings
from benchmarks.movielens import LATEST_SMALL_ADDRESS, workshop_log
from benchmarks.recipes import COVERAGE, FIFTH, NDCG, PERSONAL, RELATED, TENTH, pooled, splits
from personalize_emulator.evaluation.evaluate import evaluate
from personalize_emulator.evaluation.intervals import Interval
from personalize_emulator.evaluation.metrics import MetricTable
from personalize_emulator.evaluation.split import SPLITTABLE_EVENTS, Split, hold_out_users
from personalize_emulator.recipes.algorithms.choice import Blend, learn_blend
from personalize_emulator.recipes.algorithms.repeats import N_BUCKETS
from personalize_emulator.recipes.eventlog import EventLog
from personalize_emulator.recipes.fitting.blending import (
    LOOK_BACKS,
    Person,
    broaden,
    observe,
    validation_people,
)
from personalize_emulator.recipes.fitting.noise import ERRORS
from personalize_emulator.recipes.fitting.related import ANY_GAIN, climb_weights, fit_related
from personalize_emulator.recipes.fitting.settings import related_settings
from personalize_emulator.recipes.fitting.signals import SignalSettings, fit_signals
from personalize_emulator.recipes.models.histories import Histories
from personalize_emulator.recipes.models.personal import PersonalModel
from personalize_emulator.recipes.models.signals import SIGNALS, Signals
from personalize_emulator.recipes.options import read_options

INNER_SEED = 3
SHIPPED = SignalSettings()
OTHERS: Mapping[str, SignalSettings] = {
    "EASE's ridge halved": replace(SHIPPED, taste_ridge=SHIPPED.taste_ridge / 2),
    "EASE's ridge doubled": replace(SHIPPED, taste_ridge=SHIPPED.taste_ridge * 2),
    "the transitions' ridge halved": replace(
        SHIPPED, transition_ridge=SHIPPED.transition_ridge / 2
    ),
    "the transitions' ridge doubled": replace(
        SHIPPED, transition_ridge=SHIPPED.transition_ridge * 2
    ),
    "sequences read half as far": replace(SHIPPED, reach=0.5),
    "dense from 5 events on": replace(SHIPPED, min_core_events=5),
    "dense from 20 events on": replace(SHIPPED, min_core_events=20),
    "100 events of a history": replace(SHIPPED, window=100),
}
BREADTH_ERRORS = (0.0, 0.5, 2.0)
CLIMB_ERRORS = (0.5, 1.0, 2.0, float("inf"))
LAST, EACH = "SIMS, last item given", "SIMS, each item held out"
Trials = Iterator[tuple[str, MetricTable]]


@dataclass(frozen=True)
class Row:
    """One value of a setting; what it gains over the shipped one, on the same people."""

    name: str
    ndcg: float
    gain: Interval
    coverage: float

    @property
    def verdict(self) -> str:
        """Whether the shipped value loses by more than the confidence."""
        return "better" if self.gain.mean > self.gain.margin else ""


def main() -> list[Row]:
    """Measure, print the table, return its rows."""
    log = workshop_log()
    if log is None:
        print(f"settings left out: put {LATEST_SMALL_ADDRESS} into MOVIELENS_LATEST_SMALL=FILE")
        return []
    people = left_over(log)
    folds = [hold_out_users(people, seed=INNER_SEED, share=FIFTH, fold=fold) for fold in range(5)]
    title = f"setting, of {people.n_users} users"
    print(f"{title:<50}{'NDCG@10':>9}{'gain':>9}{'95 %':>9}{'coverage':>10}")
    return [row for trials in (personal_trials, related_trials) for row in compared(trials, folds)]


def left_over(log: EventLog) -> EventLog:
    """The users whom no fold of a tenth holds out."""
    splittable = np.flatnonzero(log.lengths >= SPLITTABLE_EVENTS)
    asked = np.concatenate([split.given.user_ids for split in splits(log, TENTH)])
    return log.take(splittable[~np.isin(log.user_ids[splittable], asked)])


def compared(trials: Callable[[Split], Trials], folds: Sequence[Split]) -> list[Row]:
    """Print and return a row of each trial; the first of a kind is the shipped setting."""
    tables: dict[str, list[MetricTable]] = {}
    for split in folds:
        for name, table in trials(split):
            tables.setdefault(name, []).append(table)
    shipped: dict[str, list[MetricTable]] = {}
    for name, each in tables.items():
        shipped.setdefault(_kind(name), each)
    rows = [_row(name, each, shipped[_kind(name)], folds) for name, each in tables.items()]
    for row in rows:
        figures = f"{row.ndcg:>9.4f}{row.gain.mean:>+9.4f}  ±{row.gain.margin:.4f}"
        print(f"{row.name:<50}{figures}{row.coverage:>10.4f}  {row.verdict}".rstrip(), flush=True)
    return rows


def _kind(name: str) -> str:
    return name.partition(":")[0]


def _row(
    name: str, tables: Sequence[MetricTable], shipped: Sequence[MetricTable], folds: Sequence[Split]
) -> Row:
    askers = [readings.askers(split) for split in folds] if _kind(name) == EACH else None
    gains = [
        replace(table, service={NDCG: table.service[NDCG] - other.service[NDCG]})
        for table, other in zip(tables, shipped, strict=True)
    ]
    coverage = pooled(tables, COVERAGE).mean
    return Row(name, pooled(tables, NDCG).mean, pooled(gains, NDCG, askers), coverage)


def personal_trials(split: Split) -> Trials:
    """Yield User-Personalization with other breadth, without a signal, and with other matrices."""
    log = split.train
    people = validation_people(log, SHIPPED, LOOK_BACKS)
    signals = fit_signals(log, SHIPPED)
    yield "UP: as shipped", asked(split, signals, learned(people))
    for errors in BREADTH_ERRORS:
        blend = learned(people, errors)
        yield f"UP: breadth within {errors:g} standard errors", asked(split, signals, blend)
    for place, signal in enumerate(SIGNALS):
        blend = learned([without(person, place) for person in people])
        yield f"UP: {signal.name} left out", asked(split, signals, blend)
    for name, other in OTHERS.items():
        blend = learned(validation_people(log, other, LOOK_BACKS))
        yield f"UP: {name}", asked(split, fit_signals(log, other), blend)


def learned(people: Sequence[Person], errors: float = ERRORS) -> Blend:
    """What training makes of its validation users."""
    latest = people[: len(people) // len(LOOK_BACKS)]
    return broaden(learn_blend(observe(people), N_BUCKETS), latest, errors)


def without(person: Person, place: int) -> Person:
    """The same person, one signal silent: its weight becomes 0."""
    signals = person.signals.copy()
    signals[place] = 0
    return replace(person, signals=signals)


def asked(split: Split, signals: Signals, blend: Blend) -> MetricTable:
    """Metrics of a model on the people held out."""
    log = split.train
    histories = Histories.of(log)
    model = PersonalModel(PERSONAL, log.item_ids, signals=signals, blend=blend, histories=histories)
    return evaluate(model, split)


def related_trials(split: Split) -> Trials:
    """Yield SIMS under both readings, with other thresholds of its climb; the last never climbs."""
    settings = related_settings(RELATED, read_options(RELATED, {}))
    for errors in (ANY_GAIN, *CLIMB_ERRORS):
        weights = climb_weights(split.train, settings, None, errors)
        model = fit_related(RELATED, split.train, settings, weights)
        name = "as shipped" if errors == ANY_GAIN else f"steps gain {errors:g} errors"
        yield f"{LAST}: {name}", readings.last_given(model, split)
        yield f"{EACH}: {name}", readings.each_held_out(model, split)


if __name__ == "__main__":
    main()
