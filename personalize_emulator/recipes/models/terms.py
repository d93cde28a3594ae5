"""Which events of a history a weighted sum reads, by their age, and what each of them counts."""

from bisect import bisect_left
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from personalize_emulator.recipes.eventlog import Codes, Floats, Ints


@dataclass(frozen=True)
class Terms:
    """The terms of some sums over the rows of an item by item matrix.

    An event's age is how many events are newer; a history ends some of the terms by its length.

    Args:
        ages: of the events, never falling; each as often as terms read it.
        places: (n_terms,) where they are in a history, counted from its end.
        rows: (n_terms,) what is added to an item to have its row.
        weights: (n_sums, n_terms) what a term counts in each sum.
    """

    ages: Sequence[int]
    places: Ints
    rows: Codes
    weights: Floats

    @classmethod
    def at(cls, ages: Ints, weights: Floats) -> "Terms":
        """One term for each age."""
        return cls(ages.tolist(), ~ages, np.zeros(len(ages), dtype=np.int32), weights)

    def of(self, history: Codes) -> tuple[Codes, Floats]:
        """The rows of the matrix for one history, oldest item first, and their weights."""
        known = bisect_left(self.ages, len(history))
        rows = history[self.places[:known]] + self.rows[:known]
        return rows, self.weights[:, :known]


def whole(half_lives: Floats, reach: int) -> Terms:
    """A whole history's terms.

    Args:
        half_lives: (n_sums,) after so many events, an event weighs half.
        reach: older events are not read.
    """
    ages = np.arange(reach, dtype=np.int64)
    return Terms.at(ages, decayed(half_lives, ages))


def change(half_lives: Floats, reach: int, since: int) -> Terms:
    """What so many new events change: they come in, and what is out of reach now leaves."""
    come = np.arange(min(reach, since), dtype=np.int64)
    gone = np.arange(max(reach, since), reach + since, dtype=np.int64)
    weights = decayed(half_lives, come), -decayed(half_lives, gone)
    return Terms.at(np.concatenate([come, gone]), np.concatenate(weights, axis=1))


def stacked(parts: Sequence[Terms], n_items: int) -> Terms:
    """The same sums in one, over matrices (n_items, n_items) that lie one below the other."""
    ages = np.concatenate([part.ages for part in parts]).astype(np.int64)
    rows = np.repeat(np.arange(len(parts)) * n_items, [len(part.ages) for part in parts])
    weights = np.zeros((sum(len(part.weights) for part in parts), len(ages)), dtype=np.float32)
    first = term = 0
    for part in parts:
        n_sums, n_terms = part.weights.shape
        weights[first : first + n_sums, term : term + n_terms] = part.weights
        first, term = first + n_sums, term + n_terms
    order = np.argsort(ages, kind="stable")
    return Terms(
        ages[order].tolist(),
        ~ages[order],
        rows[order].astype(np.int32),
        np.ascontiguousarray(weights[:, order]),
    )


def decayed(half_lives: Floats, ages: Ints) -> Floats:
    """(n_sums, n_ages): what is left of an event's weight."""
    return np.asarray(0.5 ** (ages / half_lives[:, None]), dtype=np.float32)
