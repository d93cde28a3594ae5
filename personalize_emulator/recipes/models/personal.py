"""The model behind User-Personalization, Personalized-Ranking and their kin."""

from collections.abc import Mapping, Sequence
from dataclasses import replace

import numpy as np
from numpy.typing import NDArray

from personalize_emulator.recipes.algorithms.choice import Blend
from personalize_emulator.recipes.algorithms.repeats import repeat_buckets
from personalize_emulator.recipes.contract import LiveEvent, RecommendRequest, ScoredItem
from personalize_emulator.recipes.eventlog import Codes, Floats, Strings
from personalize_emulator.recipes.models.base import BaseModel
from personalize_emulator.recipes.models.catalogue import chances, listed, strongest
from personalize_emulator.recipes.models.exploration import Answer, Frontier, explored
from personalize_emulator.recipes.models.histories import Histories
from personalize_emulator.recipes.models.lists import Lists
from personalize_emulator.recipes.models.side import Side
from personalize_emulator.recipes.models.signals import LATER, POPULARITY, Signals
from personalize_emulator.recipes.models.situation import Situation
from personalize_emulator.recipes.models.traces import Traces
from personalize_emulator.recipes.store import StoredModel

EXPLORATION = "Exploration"
"""The service's word for why an item is in an answer (API reference, PredictedItem)."""

Context = Mapping[str, str]


class PersonalModel(BaseModel):
    """Scores every item for a history as a conditional logit over several signals.

    Users it has never seen are scored by the events that come with the request; an empty history
    is scored by popularity, and by what is known beside it.

    Args:
        recipe: its name.
        item_ids: (n_items,) sorted.
        signals: what a history says.
        blend: what each signal and each repeat is worth.
        histories: of the trained users.
        side: what is known beside the histories; None where nothing is.
        frontier: the items that may be explored.
        curiosity: the exploration of requests that name none; None for none.
        lists: answers that are worked out already.
        traces: sums of histories that are worked out already.
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
        side: Side | None = None,
        frontier: Frontier | None = None,
        curiosity: Mapping[str, float] | None = None,
        lists: Lists | None = None,
        traces: Traces | None = None,
    ) -> None:
        super().__init__(recipe, item_ids)
        self.signals = signals
        self.blend = blend
        self.histories = histories
        self.side = side
        self.frontier = frontier or Frontier.none()
        self.curiosity = curiosity
        self.lists = lists or Lists.none(len(item_ids))
        self.traces = traces or Traces.none()

    @classmethod
    def restore(cls, stored: StoredModel) -> "PersonalModel":
        """The model in a folder."""
        return cls(
            stored.recipe,
            stored.arrays["item_ids"],
            signals=Signals.restore(stored),
            blend=Blend(stored.arrays["weights"], stored.arrays["repeats"]),
            histories=Histories.restore(stored),
            side=Side.restore(stored),
            frontier=Frontier.restore(stored),
            curiosity=stored.settings["curiosity"],
            lists=Lists.restore(stored, len(stored.arrays["item_ids"])),
            traces=Traces.restore(stored),
        )

    def dismantle(self) -> StoredModel:
        """The model as arrays and settings."""
        arrays = self.signals.dismantle() | self.histories.dismantle() | self.lists.dismantle()
        arrays |= self.traces.dismantle()
        arrays |= self.frontier.dismantle() | {"item_ids": self.item_ids}
        arrays |= {"weights": self.blend.weights, "repeats": self.blend.repeats}
        settings = {
            "window": self.signals.window,
            "recency": self.signals.recency,
            "curiosity": self.curiosity,
        }
        if self.side is not None:
            arrays |= self.side.dismantle()
            settings |= self.side.metadata.settings
        return StoredModel(self.kind, self.recipe, settings, arrays)

    def score(self, history: Codes) -> Floats:
        """Log-odds of each item being next by the history alone, (n_items,)."""
        if not len(history):
            return self.signals.popularity
        return self._blended(self.signals.of(history), history)

    def _blended(self, signals: Floats, history: Codes) -> Floats:
        scores = self.blend.weights @ signals
        scores[history] += self.blend.repeats[repeat_buckets(history)]  # the newest is the last
        return np.asarray(scores)

    def score_in(self, situation: Situation) -> Floats:
        """Log-odds of each item being next by all that is known, (n_items,)."""
        return self._beside(self.score(situation.history), situation)

    def _beside(self, scores: Floats, situation: Situation) -> Floats:
        return scores if self.side is None else self.side.adjusted(scores, situation)

    def score_request(self, request: RecommendRequest) -> Floats:
        """The same for whom a request is about, at its moment."""
        row = self.histories.find(request.user_id)
        history = self.histories.read(row, request.events, self.items)
        situation = self._situation(request.user_id, history, request.context)
        trace = self.traces.find(row)
        since = len(history) - self.histories.length(row)
        if trace is None or not 0 < since <= LATER:
            return self.score_in(situation)
        grown = self.signals.of_grown(trace, history, since)
        return self._beside(self._blended(grown, history), situation)

    def score_user(self, row: int | None) -> Floats:
        """The same for the trained user at a position, or for a stranger."""
        if row is None:
            return self.score_in(Situation(self.histories.items[:0]))
        user_id = str(self.histories.user_ids[row])
        return self.score_in(self._situation(user_id, self.histories.row(row), {}))

    def _situation(self, user_id: str | None, history: Codes, context: Context) -> Situation:
        if self.side is None:
            return Situation(history)
        metadata = self.side.metadata
        return Situation(history, metadata.profile_of(user_id), metadata.context_of(context))

    def prepared(self) -> "PersonalModel":
        """The same model with the lists and the traces of its users worked out."""

        def answer(row: int | None, count: int) -> Answer:
            request = RecommendRequest(num_results=count)
            return Answer.of(self.score_user(row), self.frontier, request)

        def trace(row: int) -> Floats:
            return self.signals.trace(self.histories.row(row))

        lengths, n_items = np.diff(self.histories.offsets), len(self.item_ids)
        return self.but(
            lists=Lists.of(lengths, answer, n_items),
            traces=Traces.of(lengths, trace, POPULARITY * n_items),
        )

    def but(
        self,
        *,
        lists: Lists | None = None,
        traces: Traces | None = None,
        curiosity: Mapping[str, float] | None = None,
    ) -> "PersonalModel":
        """The same model with other lists and traces, or another curiosity."""
        return PersonalModel(
            self.recipe,
            self.item_ids,
            signals=self.signals,
            blend=self.blend,
            histories=self.histories,
            side=self.side,
            frontier=self.frontier,
            curiosity=curiosity or self.curiosity,
            lists=lists or self.lists,
            traces=traces or self.traces,
        )

    def recommend(self, request: RecommendRequest) -> list[ScoredItem]:
        """The likeliest items; with an input list, that list in the best order."""
        found = self._listed(request)
        if found is not None:
            return self._show(found, request)
        scores = self.score_request(request)
        if request.input_list is not None:
            return self._rank(request.input_list, scores)
        return self._show(Answer.of(scores, self.frontier, request), request)

    def _listed(self, request: RecommendRequest) -> Answer | None:
        """The answer that the training has worked out; None if it did not."""
        if request.events or request.input_list is not None:
            return None
        if request.context and self.side is not None:
            return None
        row = self.histories.find(request.user_id)
        if row is None and self._known_beside(request.user_id):
            return None
        return self.lists.find(row, request)

    def _known_beside(self, user_id: str | None) -> bool:
        """Whether a user without events has attributes."""
        return self.side is not None and len(self.side.metadata.profile_of(user_id)) > 0

    def _show(self, answer: Answer, request: RecommendRequest) -> list[ScoredItem]:
        """An answer with the request's exploration, which says what it has put in."""
        if request.exploration is None and self.curiosity is not None:
            request = replace(request, exploration=self.curiosity)
        positions, shares, places = explored(answer, self.frontier, request)
        shown = listed(self.item_ids, positions, shares)
        for place in places.tolist():
            name, share, _ = shown[place]
            shown[place] = ScoredItem(name, share, EXPLORATION)
        return shown

    def explain(
        self, user_id: str | None, events: Sequence[LiveEvent], item_id: str, k: int = 3
    ) -> list[tuple[str, float]]:
        """The past items that add most to the item's score, each with what it adds."""
        place = self.items.find(item_id)
        if place is None:
            return []
        history = self.histories.read(self.histories.find(user_id), events, self.items)
        added = self._drivers(history, place)
        past, rows = np.unique(history, return_inverse=True)
        totals = np.bincount(rows, added, minlength=len(past)).astype(np.float64)
        return strongest(self.item_ids, past, totals, k)

    def _drivers(self, history: Codes, place: int) -> NDArray[np.float64]:
        """What each event adds to an item's score, (n_events,).

        Exact: together with what the item has without a history they sum to its score. The newest
        touch of the item itself adds what a repeat is worth. An item that nobody has touched is
        scored by its likeness to others: what adds is how alike the past items are.
        """
        if self.side is not None and self.side.untouched[place]:
            return self.side.metadata.alike_shares(history, place)
        added = self.signals.shares(history, place, self.blend.weights)
        if self.side is not None:
            added += self.side.weights[0] * self.side.metadata.alike_shares(history, place)
        again = np.flatnonzero(history == place)
        if len(again):
            added[again[-1]] += self.blend.repeats[repeat_buckets(history)[again[-1]]]
        return added

    def _rank(self, names: Sequence[str], scores: Floats) -> list[ScoredItem]:
        """Known items by their chance among the list; unknown ones last, as given, with 0."""
        positions = self.items.find_all(dict.fromkeys(names))
        order = np.argsort(-scores[positions], kind="stable")
        shares = chances(scores[positions])[order].tolist()
        ranked = self.item_ids[positions[order]].tolist()
        known = [ScoredItem(name, share) for name, share in zip(ranked, shares, strict=True)]
        unknown = [name for name in dict.fromkeys(names) if self.items.find(name) is None]
        return known + [ScoredItem(name, 0.0) for name in unknown]
