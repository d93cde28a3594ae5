"""Semantic-Similarity: items whose texts and categories say similar things."""

from collections.abc import Sequence

import numpy as np

from personalize_emulator.recipes.contract import LiveEvent, RecommendRequest, ScoredItem
from personalize_emulator.recipes.eventlog import Floats, Strings
from personalize_emulator.recipes.models.base import BaseModel
from personalize_emulator.recipes.models.catalogue import best, listed, strongest
from personalize_emulator.recipes.store import StoredModel


class SemanticModel(BaseModel):
    """One unit vector an item; popularity decides between equals, and answers for strangers."""

    kind = "semantic"

    def __init__(
        self, recipe: str, item_ids: Strings, *, vectors: Floats, popularity: Floats
    ) -> None:
        super().__init__(recipe, item_ids)
        self.vectors = vectors
        self.popularity = popularity

    @classmethod
    def restore(cls, stored: StoredModel) -> "SemanticModel":
        """The model in a folder."""
        arrays = stored.arrays
        return cls(
            stored.recipe,
            arrays["item_ids"],
            vectors=arrays["vectors"],
            popularity=arrays["popularity"],
        )

    def dismantle(self) -> StoredModel:
        """The model as arrays."""
        arrays = {
            "item_ids": self.item_ids,
            "vectors": self.vectors,
            "popularity": self.popularity,
        }
        return StoredModel(self.kind, self.recipe, {}, arrays)

    def recommend(self, request: RecommendRequest) -> list[ScoredItem]:
        """The items with the highest cosine to the request's item, itself left out."""
        place = None if request.item_id is None else self.items.find(request.item_id)
        if place is None:
            scores = self.popularity.copy()
        else:
            # Rounded: the last bits of a product depend on where its operands lie in memory.
            near = np.round(self.vectors @ self.vectors[place], 5)
            scores = near + _TIE * self.popularity
            scores[place] = -np.inf
        positions = best(scores, request)
        return listed(self.item_ids, positions, scores[positions])

    def explain(
        self, user_id: str | None, events: Sequence[LiveEvent], item_id: str, k: int = 3
    ) -> list[tuple[str, float]]:
        """The past items whose descriptions are most like the item's, each with the cosine."""
        del user_id
        place = self.items.find(item_id)
        past = np.unique(self.items.find_all(event.item_id for event in events))
        if place is None or not len(past):
            return []
        return strongest(self.item_ids, past, self.vectors[past] @ self.vectors[place], k)


# Popularity is a share of all events: far below any difference that a word makes.
_TIE = 1e-3
