"""Who is held out, and which of their events the model may see.

The service trains on 90 % of the users; of each remaining user it shows the model the oldest 90 %
of the events and compares its answer with the newest 10 %. User-segmentation recipes hold out the
newest 20 % of every user's events instead. Source: "Evaluating an Amazon Personalize solution
version with metrics", Amazon Personalize developer guide.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from personalize_emulator.recipes.eventlog import Codes, EventLog

HELD_OUT_USERS = 0.1
HELD_OUT_EVENTS = 0.1
HELD_OUT_EVENTS_OF_SEGMENTATION = 0.2
SPLITTABLE_EVENTS = 2
"""A user with fewer events has nothing to give or nothing to score."""

SAMPLE_SEED = 5


@dataclass(frozen=True)
class Split:
    """One division of a log.

    Args:
        train: the log that models may fit.
        given: what the model is shown of each held-out user.
        truth: what each held-out user did next; rows aligned with ``given``.
    """

    train: EventLog
    given: EventLog
    truth: EventLog

    def sampled(self, most: int) -> "Split":
        """The split with at most so many held-out users, the same ones every time."""
        if self.given.n_users <= most:
            return self
        rows = np.random.default_rng(SAMPLE_SEED).permutation(self.given.n_users)[:most]
        return Split(self.train, self.given.take(np.sort(rows)), self.truth.take(np.sort(rows)))

    def relevant(self, row: int) -> Codes:
        """The distinct items that one held-out user touched next."""
        return np.unique(self.truth.items[self.truth.user(row)])


def hold_out_users(
    log: EventLog, *, seed: int, share: float = HELD_OUT_USERS, fold: int = 0
) -> Split:
    """Hold out a share of the users who have at least two events.

    Args:
        log: all events.
        seed: chooses the order of the users; folds of one seed are disjoint.
        share: of the splittable users, in (0, 1).
        fold: which slice of the order is held out, from 0 to ``1 / share - 1``.
    """
    splittable = np.flatnonzero(log.lengths >= SPLITTABLE_EVENTS)
    shuffled = np.random.default_rng(seed).permutation(splittable)
    bounds = np.round(np.array([fold, fold + 1]) * share * len(shuffled)).astype(int)
    held_out = np.sort(shuffled[bounds[0] : max(bounds[1], bounds[0] + 1)])
    others = np.setdiff1d(np.arange(log.n_users), held_out)
    given, truth = cut_newest(log.take(held_out), HELD_OUT_EVENTS)
    return Split(train=log.take(others), given=given, truth=truth)


def hold_out_newest(log: EventLog, share: float = HELD_OUT_EVENTS_OF_SEGMENTATION) -> Split:
    """Hold out the newest events of every user, as the service does for user segmentation."""
    splittable = log.take(np.flatnonzero(log.lengths >= SPLITTABLE_EVENTS))
    given, truth = cut_newest(splittable, share)
    return Split(train=given, given=given, truth=truth)


def cut_newest(log: EventLog, share: float) -> tuple[EventLog, EventLog]:
    """Each user's events as (older, newest); both sides hold at least one event of each."""
    newest = np.clip(np.ceil(share * log.lengths), 1, log.lengths - 1)
    is_newest: NDArray[np.bool_] = log.ages < np.repeat(newest, log.lengths)
    return log.keep(~is_newest), log.keep(is_newest)
