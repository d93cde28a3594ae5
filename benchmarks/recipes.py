"""The recipes against the service's published figures and against EASE and ALS.

Metrics by the service's definition unless a row says textbook. Everything is tuned on validation
users out of the training users (seed 1); the figures are of the held-out users of seed 0, pooled
over five folds: a tenth of the users each, as the service holds out, and a fifth each, so that all
users are in, where a textbook would. 95 % confidence is over users. The reference figures are
AWS's own, out of its saved notebooks of 2018 and 2020.
"""

import os
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from functools import partial

import numpy as np
from numpy.typing import NDArray

from benchmarks import readings, references
from benchmarks.movielens import LATEST_SMALL_ADDRESS, hundred_thousand_log, workshop_log
from benchmarks.table import Row, report
from personalize_emulator.evaluation.evaluate import (
    evaluate,
    live_events,
    score_lists,
    unseen_request,
    user_request,
)
from personalize_emulator.evaluation.intervals import Interval, interval_of, interval_of_groups
from personalize_emulator.evaluation.metrics import LONGEST, MetricTable
from personalize_emulator.evaluation.split import Split, hold_out_newest, hold_out_users
from personalize_emulator.recipes.contract import LiveEvent, RecommendRequest
from personalize_emulator.recipes.dataset import Dataset
from personalize_emulator.recipes.eventlog import EventLog
from personalize_emulator.recipes.fitting.blending import blend_on_validation
from personalize_emulator.recipes.fitting.signals import SignalSettings
from personalize_emulator.recipes.models.base import BaseModel
from personalize_emulator.recipes.models.personal import PersonalModel
from personalize_emulator.recipes.options import read_options
from personalize_emulator.recipes.registry import recipe_named

SEED = 0
FOLDS = 5
TENTH, FIFTH = 0.1, 0.2
NDCG, PRECISION = "normalized_discounted_cumulative_gain_at_10", "precision_at_10"
TEXTBOOK, COVERAGE = "textbook_ndcg_at_10", "coverage"
SHORT = {NDCG: "NDCG@10", PRECISION: "P@10", TEXTBOOK: "textbook NDCG@10"}
PERSONAL, RELATED = "aws-user-personalization", "aws-sims"

UP_BARS = (
    Row(NDCG, 0, 0.40, "service .2687"),
    Row(PRECISION, 0, None, "service .0571"),
    Row(COVERAGE, 0, 0.0791, "service .0791"),
)
BARE = (Row(NDCG, 0), Row(PRECISION, 0))
PR_BARS = (Row(NDCG, 0, 0.30, "service .0707"), Row(COVERAGE, 0, 0.0038, "service .0038"))
SIMS_BARS = (Row(NDCG, 0, 0.26, "service .2234"), Row(PRECISION, 0, None, "service .0588"))
SIMS_COVERAGE = (Row(COVERAGE, 0, 0.1861, "service .1861"),)
ONE_QUESTION = (Row(COVERAGE, 0, None, "service .1861; one question a user: .161 at most"),)
LIKED_BARS = (Row(NDCG, 0, 0.19, "HRNN .0649"), Row(PRECISION, 0, 0.045, "HRNN .0098"))
TEXTBOOK_BARS = (Row(TEXTBOOK, 0, 0.215),)


def main() -> list[Row]:
    """Measure, print the table, return its rows."""
    workshop = workshop_log()
    if workshop is None:
        print(
            f"workshop rows left out: put {LATEST_SMALL_ADDRESS} into MOVIELENS_LATEST_SMALL=FILE"
        )
    liked, source = hundred_thousand_log(above=3.6)
    everything, _ = hundred_thousand_log()
    print(f"ml-100k: {source}; load of the machine {os.getloadavg()[0]:.1f}")
    return report(parts(workshop, liked, everything))


def parts(
    workshop: EventLog | None, liked: EventLog, everything: EventLog
) -> Iterator[Sequence[Row]]:
    """Yield the parts of the table."""
    yield speed_rows(everything)
    yield liked_rows(liked)
    yield textbook_rows(everything)
    if workshop is not None:
        yield from workshop_rows(workshop)


def fit(name: str, log: EventLog) -> BaseModel:
    """A recipe with its default hyperparameters."""
    data = Dataset(log)
    return recipe_named(name).tune(name, data, read_options(name, {}))(data)


def fit_personal(log: EventLog) -> PersonalModel:
    """User-Personalization, which is Personalized-Ranking asked another way."""
    model = fit(PERSONAL, log)
    if not isinstance(model, PersonalModel):
        raise TypeError(f"{PERSONAL} was fitted as {type(model).__name__}")
    return model


def splits(log: EventLog, share: float) -> list[Split]:
    """The folds that are measured on."""
    return [hold_out_users(log, seed=SEED, share=share, fold=fold) for fold in range(FOLDS)]


def workshop_rows(log: EventLog) -> Iterator[Sequence[Row]]:
    """Yield User-Personalization with and without its repeat term, Personalized-Ranking, SIMS."""
    folds = splits(log, TENTH)
    models = [fit_personal(split.train) for split in folds]
    pairs = list(zip(models, folds, strict=True))
    yield rows_of("workshop UP", [evaluate(model, split) for model, split in pairs], UP_BARS)
    yield rows_of("workshop PR", [ranked(model, split) for model, split in pairs], PR_BARS)
    bare = [evaluate(without_repeats(model, split.train), split) for model, split in pairs]
    yield rows_of("workshop UP, no repeat term, refit", bare, BARE)
    yield sims_rows(log, folds)


def without_repeats(model: PersonalModel, log: EventLog) -> PersonalModel:
    """The same matrices under weights that were learned without the repeat term."""
    return PersonalModel(
        model.recipe,
        model.item_ids,
        signals=model.signals,
        blend=blend_on_validation(log, SignalSettings(), repeats=False),
        histories=model.histories,
    )


def ranked(model: PersonalModel, split: Split) -> MetricTable:
    """Personalized-Ranking: the whole catalogue as the list to be put in order."""
    catalogue = model.item_ids.tolist()
    requests = [
        RecommendRequest(events=live_events(split.given, row), input_list=catalogue)
        for row in range(split.given.n_users)
    ]
    answers = [model.recommend(request)[:LONGEST] for request in requests]
    return score_lists([[item.item_id for item in answer] for answer in answers], split)


def sims_rows(log: EventLog, folds: Sequence[Split]) -> list[Row]:
    """SIMS under every reading; the bars stand at each, since nobody knows the service's.

    The service's own figure is of one sample of users: so single folds stand below. The last rows
    are no test: what a model would seem to reach that has learned from what is held out.
    """
    models = [fit(RELATED, split.train) for split in folds]
    known = [fit(RELATED, readings.with_given(log, split)) for split in folds]
    all_seeing = fit(RELATED, log)
    newest = hold_out_newest(log, TENTH)
    everybody = [readings.last_given(fit(RELATED, newest.train), newest)]
    last = [readings.last_given(*each) for each in zip(models, folds, strict=True)]
    each = [readings.each_held_out(*each) for each in zip(models, folds, strict=True)]
    grown = [readings.each_held_out(*each) for each in zip(known, folds, strict=True)]
    users = [readings.askers(split) for split in folds]
    bars, name = SIMS_BARS + SIMS_COVERAGE, "workshop SIMS, each item held out"
    return [
        *rows_of("workshop SIMS, last item given", last, SIMS_BARS + ONE_QUESTION),
        *single_rows("workshop SIMS, last item given", last),
        *rows_of(name, each, bars, users),
        *single_rows(name, each),
        *rows_of(f"{name}, given known", grown, bars, users),
        *rows_of("workshop SIMS, everybody's newest tenth", everybody, bars),
        *rows_of(
            "no test: SIMS, last item given, all known",
            [readings.last_given(all_seeing, split) for split in folds],
            BARE,
        ),
    ]


def single_rows(name: str, tables: Sequence[MetricTable]) -> list[Row]:
    """The lowest and the highest of single folds: how much one sample of users says."""
    found = [table.metrics[NDCG] for table in tables]
    return [
        Row(f"{name}, lowest fold", min(found), None, "service, one sample .2234"),
        Row(f"{name}, highest fold", max(found), None, "service, one sample .2234"),
    ]


def liked_rows(log: EventLog) -> list[Row]:
    """User-Personalization on the ratings above 3.6."""
    folds = splits(log, TENTH)
    tables = [evaluate(fit_personal(split.train), split) for split in folds]
    return rows_of("ml-100k > 3.6 UP", tables, LIKED_BARS)


def textbook_rows(log: EventLog) -> list[Row]:
    """All ratings, seen items excluded, beside EASE and ALS of the same run."""
    folds = splits(log, FIFTH)
    ours = [evaluate(fit_personal(split.train), split, unseen_request) for split in folds]
    rows = rows_of("ml-100k all UP", ours, TEXTBOOK_BARS)
    for name, scorers in (("EASE", references.EASE), ("ALS (own)", references.ALS)):
        scorer = references.tuned(scorers, folds[0], TEXTBOOK)
        tables = [references.measure(scorer, split) for split in folds]
        rows += rows_of(f"ml-100k all {name}", tables, [Row(TEXTBOOK, 0)])
    return rows


def speed_rows(log: EventLog) -> list[Row]:
    """Seconds of a whole tuning and fit, milliseconds of one answer in process; the best of three.

    Seconds of the processor stand beside those of the clock: on a machine that does other things
    too, they say what the clock would without them. The last row is the share of lists that one
    event on an item of the list changes.
    """
    training = np.min([timed(partial(fit_personal, log)) for _ in range(3)], axis=0)
    model = fit_personal(log).prepared()  # as a campaign serves it
    # Nobody whom the model knows: else what it remembers would be read a second time.
    histories = [
        replace(user_request(log, row), user_id=None) for row in range(min(500, log.n_users))
    ]
    users = [after_an_event(model, user_id) for user_id in log.user_ids[:500].tolist()]
    changed = np.mean([is_changed(model, request) for request in histories[:100]])
    return [
        Row("ml-100k training, s", training[0], 3.0, at_most=True),
        Row("ml-100k training, processor s", training[1]),
        *answer_rows("of a trained user", model, [replace(user, events=()) for user in users]),
        *answer_rows("of a user after an event", model, users),
        *answer_rows("of a stranger's history", model, histories),
        Row("ml-100k lists changed by one event", float(changed), 1.0),
    ]


def answer_rows(
    whose: str, model: PersonalModel, requests: Sequence[RecommendRequest]
) -> list[Row]:
    """The median answer, in milliseconds; the best of three passes."""
    calls = [partial(model.recommend, request) for request in requests]
    passes = [np.median([timed(call) for call in calls], axis=0) for _ in range(3)]
    clock, busy = 1_000 * np.min(passes, axis=0)
    return [
        Row(f"ml-100k answer {whose}, p50 ms", clock, 0.3, at_most=True),
        Row(f"ml-100k answer {whose}, processor ms", busy),
    ]


def after_an_event(model: PersonalModel, user_id: str) -> RecommendRequest:
    """What a trained user wants after one more event, on the tenth item of their list."""
    listed = model.recommend(RecommendRequest(user_id=user_id))
    return RecommendRequest(user_id=user_id, events=[LiveEvent(listed[9].item_id)])


def is_changed(model: PersonalModel, request: RecommendRequest) -> bool:
    """Whether the list is another one after an event on its tenth item."""
    before = [item.item_id for item in model.recommend(request)]
    after = replace(request, events=[*request.events, LiveEvent(before[9])])
    return before != [item.item_id for item in model.recommend(after)]


def timed(call: Callable[[], object]) -> tuple[float, float]:
    """Seconds that a call takes: of the clock, and of all processors."""
    begun, busy = time.perf_counter(), time.process_time()
    call()
    return time.perf_counter() - begun, time.process_time() - busy


def rows_of(
    name: str,
    tables: Sequence[MetricTable],
    bars: Sequence[Row],
    askers: Sequence[NDArray[np.int64]] | None = None,
) -> list[Row]:
    """Lines of the metrics that ``bars`` name, filled with what was measured.

    Args:
        name: what was measured.
        tables: of each fold.
        bars: the metrics.
        askers: of each fold, whose question each one is; None where everybody has one.
    """
    filled = []
    for bar in bars:
        found = pooled(tables, bar.name, askers)
        title = f"{name} {SHORT.get(bar.name, bar.name)}"
        filled.append(replace(bar, name=title, value=found.mean, margin=found.margin))
    return filled


def pooled(
    tables: Sequence[MetricTable], metric: str, askers: Sequence[NDArray[np.int64]] | None = None
) -> Interval:
    """One metric over the held-out users of all folds; of the coverage, the mean of the folds."""
    if metric == COVERAGE:
        return Interval(float(np.mean([table.coverage for table in tables])), float("nan"))
    both = [{**table.service, **table.textbook}[metric] for table in tables]
    if askers is None:
        return interval_of(np.concatenate(both))
    # The users of one fold are not those of another.
    users = [1_000_000 * fold + rows for fold, rows in enumerate(askers)]
    return interval_of_groups(np.concatenate(both), np.concatenate(users))


if __name__ == "__main__":
    main()
