"""Learn what each signal and each repeat is worth, on users who shaped none of the matrices."""

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from personalize_emulator.evaluation.metrics import service_ndcg
from personalize_emulator.evaluation.split import HELD_OUT_EVENTS, Split, hold_out_users
from personalize_emulator.recipes.algorithms.choice import Blend, Choices, learn_blend
from personalize_emulator.recipes.algorithms.repeats import N_BUCKETS, repeat_buckets
from personalize_emulator.recipes.eventlog import Codes, EventLog, Floats, Ints
from personalize_emulator.recipes.fitting.noise import ERRORS, gains
from personalize_emulator.recipes.fitting.signals import SignalSettings, fit_signals
from personalize_emulator.recipes.models.signals import N_SIGNALS, POPULARITY, Signals

VALIDATION_SHARE = 0.2
VALIDATION_SEED = 1
"""Fixed: the job's seed chooses the held-out users of the metrics, and nothing else."""

LATEST = (0.0,)
LOOK_BACKS = (0.0, 0.1, 0.2, 0.4)
"""Shares of a history that are set aside before it is cut: four questions a user."""

MAX_PEOPLE = 250
MAX_NUMBERS = 150_000_000
"""Of all their signals, in memory at one time: 600 MB."""

MAX_EVENTS = 2_000_000
"""Beyond, the weights are learned on a sample of the users; the served matrices see everybody."""

MAX_ROWS = 300_000
"""Candidates that are compared in all; beyond, each person's candidates are a sample."""

BREADTH = (0.0, 0.1, 0.2, 0.3, 0.4, 0.5)
"""How much less popularity may count than the likelihood says."""

LIST_LENGTH = 10


def blend_on_validation(
    log: EventLog,
    settings: SignalSettings,
    *,
    repeats: bool = True,
    signals: Signals | None = None,
) -> Blend:
    """Weights by likelihood, then as much less popularity as nDCG does not notice.

    Args:
        log: all events.
        settings: of the matrices.
        repeats: False learns without the repeat term, to show what it is worth.
        signals: of :func:`validation_signals`, where they are known already.
    """
    people = validation_people(log, settings, LOOK_BACKS, signals)
    choices = observe(people)
    if not repeats:
        choices = replace(choices, buckets=np.zeros_like(choices.buckets))
    latest = people[: len(people) // len(LOOK_BACKS)]
    return broaden(learn_blend(choices, N_BUCKETS), latest)


@dataclass(frozen=True)
class Person:
    """One validation user at one point of their history.

    Args:
        signals: (n_signals, n_items), what the history says.
        history: items, oldest first.
        wanted: the distinct items that they touched next.
    """

    signals: Floats
    history: Codes
    wanted: Codes


def validation_people(
    log: EventLog,
    settings: SignalSettings,
    look_backs: Sequence[float] = LATEST,
    signals: Signals | None = None,
) -> list[Person]:
    """A fifth of the users, read by matrices that the other users shaped.

    Args:
        log: all events.
        settings: of the matrices.
        look_backs: for each, everybody once more, so large a share of their newest events unseen.
        signals: of :func:`validation_signals`, where they are known already.
    """
    signals = signals or validation_signals(log, settings)
    histories = _whole_histories(log, validation_split(log), len(look_backs))
    cut = [_cut(history, back) for back in look_backs for history in histories]
    return [Person(signals.of(past), past, np.unique(following)) for past, following in cut]


def validation_split(log: EventLog) -> Split:
    """The users that learn nothing but weights."""
    return hold_out_users(log, seed=VALIDATION_SEED, share=VALIDATION_SHARE)


def validation_signals(log: EventLog, settings: SignalSettings) -> Signals:
    """Matrices that the other users shaped."""
    return fit_signals(sample_users(validation_split(log).train), settings)


def sample_users(log: EventLog) -> EventLog:
    """Evenly chosen users with about as many events as the weights need."""
    every = -(-log.n_events // MAX_EVENTS)
    return log if every <= 1 else log.take(np.arange(0, log.n_users, every))


def _whole_histories(log: EventLog, split: Split, times: int) -> list[Codes]:
    """Of the held-out users, in the order of ``split.given``: as many as memory holds so often."""
    most = min(MAX_PEOPLE, max(1, MAX_NUMBERS // (N_SIGNALS * log.n_items * times)))
    rows = np.flatnonzero(np.isin(log.user_ids, split.given.user_ids))[:most]
    return [log.items[log.user(row)] for row in rows.tolist()]


def _cut(history: Codes, look_back: float) -> tuple[Codes, Codes]:
    """The history until a point, and the tenth of it that follows; each at least one event."""
    following = max(1, int(np.ceil(HELD_OUT_EVENTS * len(history))))
    stop = max(len(history) - round(look_back * len(history)), following + 1)
    return history[: stop - following], history[stop - following : stop]


def observe(people: Sequence[Person]) -> Choices:
    """What people chose next, and what the signals of every candidate were then."""
    random = np.random.default_rng(VALIDATION_SEED)
    drawn = [_candidates(person, MAX_ROWS // len(people), random) for person in people]
    lengths = np.array([len(items) for items, _ in drawn])
    n_items = people[0].signals.shape[1]
    pairs = list(zip(people, (items for items, _ in drawn), strict=True))
    return Choices(
        signals=np.concatenate([person.signals[:, items].T for person, items in pairs]),
        buckets=np.concatenate([bucket_of_all(p.history, n_items)[items] for p, items in pairs]),
        offsets=np.concatenate([offsets for _, offsets in drawn]),
        chosen=np.concatenate([_chosen(person.wanted, n_items)[items] for person, items in pairs]),
        starts=np.cumsum(lengths) - lengths,
    )


def _candidates(person: Person, most: int, random: np.random.Generator) -> tuple[Ints, Floats]:
    """Items to compare, and for each the log of how many it stands for.

    All items if they are few enough. Else those that matter (touched, wanted, or high on any
    signal) for themselves, and a uniform sample of the others for all of the others.
    """
    n_items = person.signals.shape[1]
    if n_items <= most:
        return np.arange(n_items), np.zeros(n_items, dtype=np.float32)
    best = max(1, most // (2 * len(person.signals)))
    high = np.argpartition(-person.signals, best, axis=1)[:, :best].ravel()
    certain = np.unique(np.concatenate([person.history, person.wanted, high]))
    others = np.setdiff1d(np.arange(n_items), certain)
    sample = random.choice(others, size=min(most // 2, len(others)), replace=False)
    each = np.log(len(others) / max(1, len(sample)))
    offsets = np.repeat([0.0, each], [len(certain), len(sample)])
    return np.concatenate([certain, sample]), offsets.astype(np.float32)


def broaden(blend: Blend, people: Sequence[Person], errors: float = ERRORS) -> Blend:
    """The blend with the largest cut in popularity whose nDCG@10 is as good as the best one's.

    So it shows more items; what is as good says the one-standard-error rule (:mod:`~.noise`).
    """
    scores = np.array([_score(blend, person) for person in people])
    wanted = [person.wanted for person in people]
    popularity = people[0].signals[POPULARITY]
    reached = [_ndcg(scores - cut * popularity, wanted) for cut in BREADTH]
    best = max(reached, key=np.mean)
    cut = max(
        cut for cut, each in zip(BREADTH, reached, strict=True) if not gains(best, each, errors)
    )
    weights = blend.weights.copy()
    weights[POPULARITY] -= cut
    return Blend(weights, blend.repeats)


def _score(blend: Blend, person: Person) -> Floats:
    buckets = bucket_of_all(person.history, person.signals.shape[1])
    return np.asarray(blend.weights @ person.signals + blend.repeats[buckets])


def _ndcg(scores: NDArray[np.float32], wanted: Sequence[Codes]) -> NDArray[np.float64]:
    """(n_people,) nDCG@10 by the service's definition."""
    length = min(LIST_LENGTH, scores.shape[1])
    top = np.argpartition(-scores, length - 1, axis=1)[:, :length]
    order = np.argsort(-np.take_along_axis(scores, top, axis=1), axis=1)
    top = np.take_along_axis(top, order, axis=1)
    hits = [np.isin(items, wants) for items, wants in zip(top, wanted, strict=True)]
    return service_ndcg(np.array(hits))


def bucket_of_all(history: Codes, n_items: int) -> Ints:
    """(n_items,) the repeat bucket of every item; 0 for those not in the history."""
    everywhere = np.zeros(n_items, dtype=np.int64)
    everywhere[history] = repeat_buckets(history)  # the newest is the last
    return everywhere


def _chosen(items: Codes, n_items: int) -> Floats:
    shares = np.zeros(n_items, dtype=np.float32)
    shares[items] = 1 / len(items)
    return shares
