"""Fit the neighbours of every item from what people touch near it, and what is described alike.

A neighbour's score is a weighted sum of several kinds of evidence
(:mod:`~personalize_emulator.recipes.fitting.evidence`). The weights climb, one at a time, to the
best nDCG@10 on a validation slice: asked with an item, what do people touch in the stretch that
follows?
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from personalize_emulator.evaluation.metrics import service_ndcg
from personalize_emulator.evaluation.split import hold_out_users
from personalize_emulator.recipes.algorithms.largest import keep_largest
from personalize_emulator.recipes.eventlog import Codes, EventLog, Floats, Ints
from personalize_emulator.recipes.fitting.blending import sample_users
from personalize_emulator.recipes.fitting.evidence import KINDS, Evidence, gather
from personalize_emulator.recipes.fitting.noise import gains
from personalize_emulator.recipes.models.related import RelatedModel

VALIDATION_SHARE = 0.2
VALIDATION_SEED = 1
QUERIES_OF_USER = 8
MAX_QUERIES = 1_500
LIST_LENGTH = 10

START = {"sequence": 1.0}
STEPS = (-0.8, -0.4, -0.2, 0.2, 0.4, 0.8)
ROUNDS = 2
ANY_GAIN = 0.0
"""Standard errors that a step has to gain: none. A threshold finds no more on users of its own."""

CLIMBED = ("next", "audience", "onward", "popularity", "content")


@dataclass(frozen=True, slots=True)
class RelatedSettings:
    """What counts as near.

    Args:
        popularity: added to the learned weight of popularity; below 0 favours rare neighbours.
        min_shared: pairs that fewer people share are not neighbours.
        neighbours: the most kept of each item.
    """

    popularity: float = 0.0
    min_shared: int = 0
    neighbours: int = 300


@dataclass(frozen=True)
class Query:
    """One item, and what a person touched in the stretch after it."""

    item: int
    wanted: Codes


def climb_weights(
    log: EventLog, settings: RelatedSettings, vectors: Floats | None, errors: float = ANY_GAIN
) -> Floats:
    """Weights of the kinds of evidence, (len(KINDS),).

    Args:
        log: all events.
        settings: what counts as near.
        vectors: of the items' descriptions; None without any.
        errors: a step is taken if it gains more than so many standard errors.
    """
    split = hold_out_users(log, seed=VALIDATION_SEED, share=VALIDATION_SHARE)
    evidence = gather(sample_users(split.train), settings.min_shared, vectors)
    held_out = log.take(np.flatnonzero(np.isin(log.user_ids, split.given.user_ids)))
    queries = pose_queries(held_out)
    weights = np.array([START.get(kind, 0.0) for kind in KINDS], dtype=np.float32)
    best = _ndcg(evidence, weights, queries)
    for _ in range(ROUNDS):
        for place in (KINDS.index(kind) for kind in CLIMBED):
            trials = [_stepped(weights, place, step) for step in STEPS]
            reached = [_ndcg(evidence, trial, queries) for trial in trials]
            highest = int(np.argmax([values.mean() for values in reached]))
            if gains(reached[highest], best, errors):
                best, weights = reached[highest], trials[highest]
    return weights


def _stepped(weights: Floats, place: int, step: float) -> Floats:
    changed = weights.copy()
    changed[place] += step
    return changed


def pose_queries(log: EventLog) -> list[Query]:
    """Items from the later two thirds of histories, each with the next tenth of the history."""
    random = np.random.default_rng(VALIDATION_SEED)
    queries = [
        query
        for row in range(log.n_users)
        for query in _queries_of(log.items[log.user(row)], random)
    ]
    chosen = random.permutation(len(queries))[:MAX_QUERIES]
    return [queries[place] for place in chosen]


def _queries_of(items: Codes, random: np.random.Generator) -> list[Query]:
    if len(items) < 2:  # noqa: PLR2004 - an item and one after it
        return []
    stretch = int(np.ceil(len(items) / 10))
    cuts: Ints = np.unique(random.integers(max(1, len(items) // 3), len(items), QUERIES_OF_USER))
    return [Query(int(items[cut - 1]), np.unique(items[cut : cut + stretch])) for cut in cuts]


def _ndcg(evidence: Evidence, weights: Floats, queries: Sequence[Query]) -> NDArray[np.float64]:
    """(n_queries,) nDCG@10 by the service's definition."""
    hits = np.zeros((len(queries), LIST_LENGTH), dtype=np.bool_)
    for row, query in enumerate(queries):
        span = slice(evidence.starts[query.item], evidence.starts[query.item + 1])
        scores = weights @ evidence.values[:, span]
        others = evidence.others[span]
        count = min(LIST_LENGTH, len(others))
        top = np.argpartition(-scores, count - 1)[:count] if count else others[:0]
        ranked = others[top[np.argsort(-scores[top])]]
        hits[row, :count] = np.isin(ranked, query.wanted)
    return service_ndcg(hits)


def fit_related(
    recipe: str,
    log: EventLog,
    settings: RelatedSettings,
    weights: Floats,
    vectors: Floats | None = None,
) -> RelatedModel:
    """The served model of a log."""
    favour = _stepped(weights, KINDS.index("popularity"), settings.popularity)
    scores = gather(log, settings.min_shared, vectors).scores(favour)
    scores.data -= scores.data.min(initial=0) - 1  # all above 0, where the popular fallback ends
    counts = np.bincount(log.items, log.weights, minlength=log.n_items).astype(np.float32)
    return RelatedModel(
        recipe,
        log.item_ids,
        neighbours=keep_largest(scores, settings.neighbours),
        popularity=counts / (counts.sum() + 1),
    )
