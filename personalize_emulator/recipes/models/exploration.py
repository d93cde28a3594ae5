"""A share of the list for items of which little is known yet.

The service says that ``explorationWeight`` sets how often items with little interaction data are
recommended, and ``explorationItemAgeCutOff`` up to which age in days, not how. Here the weight is
the chance of each place below the first to go to one of them, at most half of the list; which of
them is left to chance, the likelier for this person the rather, and the same question draws the
same (inferred). An item is as old as its CREATION_TIMESTAMP says, else as its first event, counted
to the newest event that was trained on; an item with neither is new. Source: "Items dataset",
developer guide.
"""

import zlib
from dataclasses import dataclass
from functools import cached_property
from itertools import islice
from typing import Any

import numpy as np
from numpy.typing import NDArray

from personalize_emulator.recipes.algorithms.features import CREATED
from personalize_emulator.recipes.contract import RecommendRequest
from personalize_emulator.recipes.dataset import Table
from personalize_emulator.recipes.eventlog import Codes, EventLog, Floats
from personalize_emulator.recipes.models.catalogue import best, chances_at
from personalize_emulator.recipes.store import StoredModel

MOST = 0.5
FEW = 5
"""Items with fewer events are explored."""

MOST_EXPLORED = 200
"""At one time: the youngest."""

MIN_PLACES = 2
DAY = 86_400.0
TINY = 1e-300
_SPREAD = 0x9E3779B97F4A7C15  # odd, and all its bits in use: the golden ratio times 2**64
_FACTORS = np.random.default_rng(0).integers(2**64, size=8_192, dtype=np.uint64)
NOBODY = np.empty(0, dtype=np.int32)

Chances = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Answer:
    """What a model has to say to one person.

    Args:
        positions: of the recommended items, best first.
        shares: their chances.
        rare_shares: the chances of the frontier's items, in its order.
    """

    positions: Codes
    shares: Chances
    rare_shares: Chances

    @classmethod
    def of(cls, scores: Floats, frontier: "Frontier", request: RecommendRequest) -> "Answer":
        """The best of the items by their log-odds (n_items,), without exploration."""
        positions = best(scores, request)
        shares = chances_at(scores, np.concatenate([positions, frontier.places]))
        return cls(positions, shares[: len(positions)], shares[len(positions) :])


@dataclass(frozen=True)
class Frontier:
    """The items that may be explored, the youngest first.

    Args:
        places: (at most MOST_EXPLORED,) their positions.
        ages: their ages in days, never falling.
    """

    places: Codes
    ages: NDArray[np.float64]

    @cached_property
    def listed(self) -> list[int]:
        """The same positions, quick to look at one by one."""
        return list(map(int, self.places))

    @classmethod
    def none(cls) -> "Frontier":
        """Nothing to explore."""
        return cls(NOBODY, np.empty(0))

    @classmethod
    def of(cls, log: EventLog, items: Table | None) -> "Frontier":
        """The rare items of a log."""
        rare = np.flatnonzero(np.bincount(log.items, minlength=log.n_items) < FEW)
        ages = _ages(log, items)[rare]
        youngest = np.argsort(ages, kind="stable")[:MOST_EXPLORED]
        return cls(rare[youngest].astype(np.int32), ages[youngest])

    def dismantle(self) -> dict[str, NDArray[Any]]:
        """Arrays to be stored."""
        return {"frontier.places": self.places, "frontier.ages": self.ages}

    @classmethod
    def restore(cls, stored: StoredModel) -> "Frontier":
        """The frontier of a stored model."""
        return cls(stored.arrays["frontier.places"], stored.arrays["frontier.ages"])


def _ages(log: EventLog, items: Table | None) -> NDArray[np.float64]:
    """(n_items,) days."""
    newest = float(log.times.max(initial=0))
    born = np.full(log.n_items, np.inf)
    np.minimum.at(born, log.items, log.times)
    if items is not None and CREATED in items.columns and len(items.ids):
        rows = np.searchsorted(items.ids, log.item_ids).clip(max=len(items.ids) - 1)
        said = np.asarray(items.columns[CREATED][rows], dtype=np.float64)
        born = np.where((items.ids[rows] == log.item_ids) & ~np.isnan(said), said, born)
    return np.where(np.isinf(born), 0.0, np.maximum(0.0, newest - born) / DAY)


def explored(
    answer: Answer, frontier: Frontier, request: RecommendRequest
) -> tuple[Codes, Chances, Codes]:
    """The list with some of its places given to rare items; its chances, and these places.

    Args:
        answer: what would be shown without exploration.
        frontier: the rare items.
        request: its exploration, its filter and whom it is about.
    """
    exploration = request.exploration or {}
    weight = float(exploration.get("explorationWeight", 0.0))
    count = len(answer.positions)
    cut_off = float(exploration.get("explorationItemAgeCutOff", np.inf))
    young = int(frontier.ages.searchsorted(cut_off, side="right"))
    if weight <= 0 or count < MIN_PLACES or not young:
        return answer.positions, answer.shares, NOBODY
    chance = _chance(request, count - 1 + young)
    places = 1 + (chance[: count - 1] < weight * MOST).nonzero()[0]
    # The first in a race of exponential times are a draw by chances, without replacement.
    times = -np.log(chance[count - 1 :]) / (answer.rare_shares[:young] + TINY)
    racers = times.argsort().tolist()
    chosen = _allowed(racers, answer, frontier, request, len(places))
    places = places[: len(chosen)]
    positions, shares = answer.positions.copy(), answer.shares.copy()
    positions[places], shares[places] = frontier.places[chosen], answer.rare_shares[chosen]
    return positions, shares, places.astype(np.int32)


def _chance(request: RecommendRequest, count: int) -> Chances:
    """(count,) numbers in (0, 1), the same for the same question.

    Random factors times one that is the question's (multiplicative hashing): a seeded generator
    takes longer to make than all the rest of the answer.
    """
    question = zlib.crc32((request.user_id or "").encode(), request.seed)
    factor = (2 * question + 1) * _SPREAD % 2**64
    return np.asarray(((_FACTORS[:count] * np.uint64(factor) >> np.uint64(11)) + 0.5) * 2.0**-53)


def _allowed(
    racers: list[int], answer: Answer, frontier: Frontier, request: RecommendRequest, count: int
) -> list[int]:
    """The first of the rare items that are allowed, and not in the list anyway."""
    listed, places = set(answer.positions.tolist()), frontier.listed
    mask = request.allowed
    free = (
        racer
        for racer in racers
        if places[racer] not in listed and (mask is None or mask[places[racer]])
    )
    return list(islice(free, count))
