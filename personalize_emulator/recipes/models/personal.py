"""The model behind User-Personalization, Personalized-Ranking and their kin."""

from collections.abc import Sequence

import numpy as np

from personalize_emulator.recipes.algorithms.choice import Blend
from personalize_emulator.recipes.algorithms.repeats import repeat_buckets
from personalize_emulator.recipes.contract import LiveEvent, RecommendRequest, ScoredItem
from personalize_emulator.recipes.eventlog import Codes, Floats, Strings
from personalize_emulator.recipes.models.base import BaseModel
from personalize_emulator.recipes.models.catalogue import chances
from personalize_emulator.recipes.models.exploration import explored
from personalize_emulator.recipes.models.histories import Histories
from personalize_emulator.recipes.models.lists import Listed, Lists
from personalize_emulator.recipes.models.signals import Signals
from personalize_emulator.recipes.store import StoredModel

EXPLORATION = "Exploration"
"""The service's word for why an item is in an answer (API reference, PredictedItem)."""


class PersonalModel(BaseModel):
    """Scores every item for a history as a conditional logit over several signals.

    Users it has never seen are scored by the events that come with the request; an empty history
    is scored by popularity alone.
    """

    kind = "personal"

    def __init__(
        self,
        recipe: str,
        item_ids: Strings,
        *,
        signals: Signals,
        blend: Blend,
        histories: Histories,
        lists: Lists | None = None,
    ) -> None:
        super().__init__(recipe, item_ids)
        self.signals = signals
        self.blend = blend
        self.histories = histories
        self.lists = lists or Lists.none(len(item_ids))
        self.untouched = signals.popularity <= 0
        self.anything_untouched = bool(self.untouched.any())

    @classmethod
    def restore(cls, stored: StoredModel) -> "PersonalModel":
        """The model in a folder."""
        return cls(
            stored.recipe,
            stored.arrays["item_ids"],
            signals=Signals.restore(stored),
            blend=Blend(stored.arrays["weights"], stored.arrays["repeats"]),
            histories=Histories.restore(stored),
            lists=Lists.restore(stored, len(stored.arrays["item_ids"])),
        )

    def dismantle(self) -> StoredModel:
        """The model as arrays and settings."""
        arrays = self.signals.dismantle() | self.histories.dismantle() | self.lists.dismantle()
        arrays |= {"item_ids": self.item_ids}
        arrays |= {"weights": self.blend.weights, "repeats": self.blend.repeats}
        settings = {"window": self.signals.window, "recency": self.signals.recency}
        return StoredModel(self.kind, self.recipe, settings, arrays)

    def score(self, history: Codes) -> Floats:
        """Log-odds of each item being next, (n_items,)."""
        if not len(history):
            return self.signals.popularity
        scores = self.blend.weights @ self.signals.of(history)
        touched, buckets = repeat_buckets(history)
        scores[touched] += self.blend.repeats[buckets]
        return np.asarray(scores)

    def prepared(self) -> "PersonalModel":
        """The same model with the lists of its users worked out."""
        lists = Lists.of(self.histories, self.untouched, self.score)
        return PersonalModel(
            self.recipe,
            self.item_ids,
            signals=self.signals,
            blend=self.blend,
            histories=self.histories,
            lists=lists,
        )

    def recommend(self, request: RecommendRequest) -> list[ScoredItem]:
        """The likeliest items; with an input list, that list in the best order."""
        row = self.histories.find(request.user_id)
        found = self.lists.find(row, request) if request.input_list is None else None
        if found is not None:
            return self._show(found, request)
        scores = self.score(self.histories.read(request.user_id, request.events, self.items))
        if request.input_list is not None:
            return self._rank(request.input_list, scores)
        return self._show(Listed.of(scores, self.untouched, request), request)

    def _show(self, found: Listed, request: RecommendRequest) -> list[ScoredItem]:
        """An answer with the request's exploration, which says what it has put in."""
        names = self.item_ids[found.positions].tolist()
        shown = list(map(ScoredItem, names, found.shares.tolist()))
        if self.anything_untouched:
            chosen = explored(found.positions, self.untouched, request)
            for place in np.flatnonzero(chosen != found.positions).tolist():
                name = str(self.item_ids[chosen[place]])
                shown[place] = ScoredItem(name, found.untouched, EXPLORATION)
        return shown

    def explain(
        self, user_id: str | None, events: Sequence[LiveEvent], item_id: str, k: int = 3
    ) -> list[tuple[str, float]]:
        """The past items that add most to the item's score, each with what it adds."""
        place = self.items.find(item_id)
        if place is None:
            return []
        history = self.histories.read(user_id, events, self.items)
        added = self.signals.shares(history, place, self.blend.weights)
        past, rows = np.unique(history, return_inverse=True)
        totals = np.bincount(rows, added, minlength=len(past))
        strongest = np.argsort(-totals, kind="stable")[:k]
        return [(str(self.item_ids[past[row]]), float(totals[row])) for row in strongest]

    def _rank(self, names: Sequence[str], scores: Floats) -> list[ScoredItem]:
        """Known items by their chance among the list; unknown ones last, as given, with 0."""
        positions = self.items.find_all(dict.fromkeys(names))
        order = np.argsort(-scores[positions], kind="stable")
        shares = chances(scores[positions])[order].tolist()
        ranked = self.item_ids[positions[order]].tolist()
        known = [ScoredItem(name, share) for name, share in zip(ranked, shares, strict=True)]
        unknown = [name for name in dict.fromkeys(names) if self.items.find(name) is None]
        return known + [ScoredItem(name, 0.0) for name in unknown]
