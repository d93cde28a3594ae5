"""Ask a model what it would have recommended, and score it on what happened."""

from collections.abc import Callable, Sequence
from dataclasses import replace

import numpy as np

from personalize_emulator.evaluation.metrics import LONGEST, MetricTable, tabulate
from personalize_emulator.evaluation.split import Split
from personalize_emulator.recipes.contract import LiveEvent, Model, RecommendRequest
from personalize_emulator.recipes.eventlog import EventLog

Ask = Callable[[EventLog, int], RecommendRequest]
"""From the given log and a row of it to the request that stands for that user."""

SCORED = 100_000_000
"""Scores that are computed for one table, users times items: some ten seconds."""

FEWEST_ASKED = 1_000


def user_request(given: EventLog, row: int) -> RecommendRequest:
    """What would this person, whom the model has never seen, want next?"""
    return RecommendRequest(
        user_id=str(given.user_ids[row]),
        events=live_events(given, row),
        context=last_context(given, row),
        num_results=LONGEST,
    )


def unseen_request(given: EventLog, row: int) -> RecommendRequest:
    """The same without the items they already touched, as textbooks evaluate."""
    allowed = np.ones(given.n_items, dtype=np.bool_)
    allowed[given.items[given.user(row)]] = False
    return replace(user_request(given, row), allowed=allowed)


def last_item_request(given: EventLog, row: int) -> RecommendRequest:
    """What goes with the last thing this person touched?"""
    last = given.items[given.user(row)][-1]
    return RecommendRequest(item_id=str(given.item_ids[last]), num_results=LONGEST)


def last_context(given: EventLog, row: int) -> dict[str, str]:
    """The contextual columns of one user's newest given event."""
    newest = given.user(row).stop - 1
    return {name: str(column[newest]) for name, column in given.contexts.items()}


def live_events(given: EventLog, row: int) -> list[LiveEvent]:
    """One user's given events, as a model receives them when serving."""
    span = given.user(row)
    ids = given.item_ids[given.items[span]].tolist()
    types = [given.type_names[code] for code in given.types[span].tolist()]
    times = given.times[span].tolist()
    return [
        LiveEvent(item_id, event_type, timestamp=time)
        for item_id, event_type, time in zip(ids, types, times, strict=True)
    ]


def evaluate(model: Model, split: Split, ask: Ask = user_request) -> MetricTable:
    """Every metric of a model on held-out users, asked through its serving interface.

    Of very many users over very many items a sample is asked: 2,000 users over 50,000 items.
    """
    split = split.sampled(max(FEWEST_ASKED, SCORED // max(1, split.given.n_items)))
    answers = [
        [item.item_id for item in model.recommend(ask(split.given, row))]
        for row in range(split.given.n_users)
    ]
    return score_lists(answers, split)


def score_lists(answers: Sequence[Sequence[str]], split: Split) -> MetricTable:
    """Metrics of the lists given to each held-out user."""
    hits = np.zeros((len(answers), LONGEST), dtype=np.bool_)
    counts = np.zeros(len(answers), dtype=np.int64)
    for row, answer in enumerate(answers):
        relevant = set(split.given.item_ids[split.relevant(row)].tolist())
        hits[row, : len(answer)] = [item_id in relevant for item_id in answer]
        counts[row] = len(relevant)
    shown = {item_id for answer in answers for item_id in answer}
    return tabulate(hits, counts, len(shown) / max(1, split.given.n_items))
