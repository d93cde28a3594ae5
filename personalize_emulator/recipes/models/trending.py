"""Trending-Now: the items whose interest grows fastest."""

from collections.abc import Sequence

import numpy as np

from personalize_emulator.recipes.contract import LiveEvent, RecommendRequest, ScoredItem
from personalize_emulator.recipes.eventlog import EventLog, Floats, Strings
from personalize_emulator.recipes.models.base import BaseModel
from personalize_emulator.recipes.models.catalogue import best, listed
from personalize_emulator.recipes.store import StoredModel

BUCKETS = 2
# Pseudo-events of each bucket: two events after one are no trend (additive smoothing).
PRIOR = 5.0


class TrendingModel(BaseModel):
    """A fixed list: the growth of each item between the last two windows of time."""

    kind = "trending"

    def __init__(self, recipe: str, item_ids: Strings, growth: Floats) -> None:
        super().__init__(recipe, item_ids)
        self.growth = growth

    @classmethod
    def fit(cls, recipe: str, log: EventLog, window: int) -> "TrendingModel":
        """Compare the newest ``window`` seconds with the same span before them.

        A window without enough events is doubled until it has some, so that sparse data has trends
        too.
        """
        end = int(log.times.max(initial=0)) + 1
        while window < end and (log.times >= end - window).sum() < log.n_items:
            window *= 2
        now = _counts(log, end - window, end)
        before = _counts(log, end - 2 * window, end - window)
        growth = np.log((now + PRIOR) / (before + PRIOR)) * (now > 0)
        return cls(recipe, log.item_ids, growth.astype(np.float32))

    @classmethod
    def restore(cls, stored: StoredModel) -> "TrendingModel":
        """The model in a folder."""
        return cls(stored.recipe, stored.arrays["item_ids"], stored.arrays["growth"])

    def dismantle(self) -> StoredModel:
        """The model as arrays."""
        arrays = {"item_ids": self.item_ids, "growth": self.growth}
        return StoredModel(self.kind, self.recipe, {}, arrays)

    def recommend(self, request: RecommendRequest) -> list[ScoredItem]:
        """The allowed items that grow fastest; scores are logarithms of the growth."""
        positions = best(self.growth, request)
        return listed(self.item_ids, positions, self.growth[positions])

    def explain(
        self, user_id: str | None, events: Sequence[LiveEvent], item_id: str, k: int = 3
    ) -> list[tuple[str, float]]:
        """Nothing: no past item of a person moves this list."""
        del user_id, events, item_id, k
        return []


def _counts(log: EventLog, start: int, end: int) -> Floats:
    inside = (log.times >= start) & (log.times < end)
    counts = np.bincount(log.items[inside], log.weights[inside], minlength=log.n_items)
    return counts.astype(np.float32)
