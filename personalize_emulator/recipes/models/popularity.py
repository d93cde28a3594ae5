"""Popularity-Count: the items that most people touched, the same for everybody."""

from collections.abc import Sequence

import numpy as np

from personalize_emulator.recipes.contract import LiveEvent, RecommendRequest, ScoredItem
from personalize_emulator.recipes.eventlog import EventLog, Floats, Strings
from personalize_emulator.recipes.models.base import BaseModel
from personalize_emulator.recipes.models.catalogue import best, listed
from personalize_emulator.recipes.store import StoredModel


class PopularityModel(BaseModel):
    """A fixed list."""

    kind = "popularity"

    def __init__(self, recipe: str, item_ids: Strings, counts: Floats) -> None:
        super().__init__(recipe, item_ids)
        self.counts = counts

    @classmethod
    def fit(cls, recipe: str, log: EventLog) -> "PopularityModel":
        """Sum the events' weights by item."""
        counts = np.bincount(log.items, log.weights, minlength=log.n_items)
        return cls(recipe, log.item_ids, counts.astype(np.float32))

    @classmethod
    def restore(cls, stored: StoredModel) -> "PopularityModel":
        """The model in a folder."""
        return cls(stored.recipe, stored.arrays["item_ids"], stored.arrays["counts"])

    def dismantle(self) -> StoredModel:
        """The model as arrays."""
        arrays = {"item_ids": self.item_ids, "counts": self.counts}
        return StoredModel(self.kind, self.recipe, {}, arrays)

    def recommend(self, request: RecommendRequest) -> list[ScoredItem]:
        """The most popular of the allowed items; scores are shares of all events."""
        scores = np.where(self.counts > 0, self.counts, -np.inf)
        positions = best(scores, request)
        return listed(self.item_ids, positions, self.counts[positions] / self.counts.sum())

    def explain(
        self, user_id: str | None, events: Sequence[LiveEvent], item_id: str, k: int = 3
    ) -> list[tuple[str, float]]:
        """Nothing: no past item moves this list."""
        del user_id, events, item_id, k
        return []
