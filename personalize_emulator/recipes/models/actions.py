"""The model behind Next-Best-Action: every action, those with a propensity first."""

from collections.abc import Iterator, Sequence
from dataclasses import replace
from itertools import chain, islice

import numpy as np
from numpy.typing import NDArray

from personalize_emulator.recipes.contract import LiveEvent, RecommendRequest, ScoredItem
from personalize_emulator.recipes.eventlog import Strings
from personalize_emulator.recipes.models.base import BaseModel
from personalize_emulator.recipes.models.personal import PersonalModel
from personalize_emulator.recipes.store import StoredModel


class ActionsModel(BaseModel):
    """Puts actions in the order of a personal model, and scores those with a propensity.

    Args:
        recipe: its name.
        item_ids: (n_actions,) sorted.
        scored: (n_actions,) which of them have a propensity.
        personal: what a person will do next; None if there was too little to learn it from.
    """

    kind = "actions"

    def __init__(
        self,
        recipe: str,
        item_ids: Strings,
        *,
        scored: NDArray[np.bool_],
        personal: BaseModel | None,
    ) -> None:
        super().__init__(recipe, item_ids)
        self.scored = scored
        self.personal = personal
        self.notices = () if personal is None else personal.notices

    @classmethod
    def restore(cls, stored: StoredModel) -> "ActionsModel":
        """The model in a folder."""
        arrays = stored.arrays
        personal = PersonalModel.restore(stored) if stored.settings["personal"] else None
        return cls(stored.recipe, arrays["item_ids"], scored=arrays["scored"], personal=personal)

    def dismantle(self) -> StoredModel:
        """The model as arrays and settings, the personal one's among them."""
        settings, arrays = {"personal": self.personal is not None}, {"item_ids": self.item_ids}
        if self.personal is not None:
            inner = self.personal.dismantle()
            settings, arrays = {**inner.settings, **settings}, {**inner.arrays, **arrays}
        return StoredModel(self.kind, self.recipe, settings, arrays | {"scored": self.scored})

    def prepared(self) -> "ActionsModel":
        """The same model with what the personal one can work out."""
        personal = None if self.personal is None else self.personal.prepared()
        return ActionsModel(self.recipe, self.item_ids, scored=self.scored, personal=personal)

    def recommend(self, request: RecommendRequest) -> list[ScoredItem]:
        """The allowed actions, likeliest first; those without a propensity last, with 0.0."""
        likeliest = self._likeliest(request)
        places = self.items.find_all(item.item_id for item in likeliest)
        ordered = list(zip(likeliest, self.scored[places].tolist(), strict=True))
        first = (item for item, scored in ordered if scored)
        later = (item.item_id for item, scored in ordered if not scored)
        rest = self._others(request, places)
        unscored = (ScoredItem(name, 0.0) for name in chain(later, rest))
        return list(islice(chain(first, unscored), request.num_results))

    def _likeliest(self, request: RecommendRequest) -> list[ScoredItem]:
        if self.personal is None:
            return []
        return self.personal.recommend(replace(request, num_results=len(self.item_ids)))

    def _others(self, request: RecommendRequest, places: NDArray[np.int32]) -> Iterator[str]:
        """The allowed actions that the personal model says nothing about, in their order."""
        left = np.ones(len(self.item_ids), dtype=np.bool_)
        left[places] = False
        if request.allowed is not None:
            left &= request.allowed
        return map(str, self.item_ids[left])

    def explain(
        self, user_id: str | None, events: Sequence[LiveEvent], item_id: str, k: int = 3
    ) -> list[tuple[str, float]]:
        """What the personal model says; nothing where there is none."""
        return [] if self.personal is None else self.personal.explain(user_id, events, item_id, k)
