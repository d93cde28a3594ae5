"""The model behind SIMS and Similar-Items: the nearest items of each item."""

from collections.abc import Sequence

import numpy as np
from scipy import sparse

from personalize_emulator.recipes.contract import LiveEvent, RecommendRequest, ScoredItem
from personalize_emulator.recipes.eventlog import Floats, Strings
from personalize_emulator.recipes.models.base import BaseModel
from personalize_emulator.recipes.models.catalogue import best, listed, strongest
from personalize_emulator.recipes.store import StoredModel, csr_parts


class RelatedModel(BaseModel):
    """One list an item. Items without neighbours, and unknown ones, get the popular items.

    Source of the fallback: "SIMS recipe", Amazon Personalize developer guide.
    """

    kind = "related"

    def __init__(
        self, recipe: str, item_ids: Strings, *, neighbours: sparse.csr_array, popularity: Floats
    ) -> None:
        super().__init__(recipe, item_ids)
        self.neighbours = neighbours
        self.popularity = popularity

    @classmethod
    def restore(cls, stored: StoredModel) -> "RelatedModel":
        """The model in a folder."""
        item_ids = stored.arrays["item_ids"]
        return cls(
            stored.recipe,
            item_ids,
            neighbours=stored.csr("neighbours", (len(item_ids), len(item_ids))),
            popularity=stored.arrays["popularity"],
        )

    def dismantle(self) -> StoredModel:
        """The model as arrays."""
        arrays = {"item_ids": self.item_ids, "popularity": self.popularity}
        return StoredModel(
            self.kind, self.recipe, {}, arrays | csr_parts("neighbours", self.neighbours)
        )

    def recommend(self, request: RecommendRequest) -> list[ScoredItem]:
        """The items nearest to the request's item, which itself is never among them."""
        place = None if request.item_id is None else self.items.find(request.item_id)
        scores = self._popular() if place is None else self._near(place)
        positions = best(scores, request)
        return listed(self.item_ids, positions, scores[positions])

    def explain(
        self, user_id: str | None, events: Sequence[LiveEvent], item_id: str, k: int = 3
    ) -> list[tuple[str, float]]:
        """The past items that the item is nearest to, each with how near."""
        del user_id
        place = self.items.find(item_id)
        past = np.unique(self.items.find_all(event.item_id for event in events))
        if place is None or not len(past):
            return []
        return strongest(self.item_ids, past, self.neighbours[past, place].toarray().ravel(), k)

    def _near(self, place: int) -> Floats:
        """Neighbours by similarity in (0, ∞), then everything popular by a value below 0."""
        scores = self._popular() - 1
        span = slice(self.neighbours.indptr[place], self.neighbours.indptr[place + 1])
        scores[self.neighbours.indices[span]] = self.neighbours.data[span]
        scores[place] = -np.inf
        return scores

    def _popular(self) -> Floats:
        """Shares of all events, in [0, 1)."""
        return np.where(self.popularity > 0, self.popularity, -np.inf).astype(np.float32)
