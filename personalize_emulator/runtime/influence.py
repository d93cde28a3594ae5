"""A rankingInfluence: how far popularity and freshness change an answer's order.

The API reference gives each factor a weight from 0 to 1, and no formula. Under a rankingInfluence
an item's place follows from the weighted mean of its ranks by relevance, popularity and freshness,
in which relevance has what the strongest factor leaves of 1 (inferred). An item is as old as its
creation timestamp says, or its first interaction (developer guide, "Exploration").
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from typing import Final

import numpy as np
from numpy.typing import NDArray

from personalize_emulator.recipes.contract import (
    LiveEvent,
    Model,
    RecommendRequest,
    ScoredItem,
    SegmentRequest,
)
from personalize_emulator.runtime.facts import GroupData

Floats = NDArray[np.float64]
POPULARITY: Final = "POPULARITY"
FRESHNESS: Final = "FRESHNESS"


@dataclass(frozen=True)
class Influenced:
    """A model whose answers are put in another order.

    Args:
        model: the model.
        weights: the campaign's or job's ``rankingInfluence``; one weight at least is above 0.
        data: returns the data of the dataset group; asked once, by the first answer.
    """

    model: Model
    weights: Mapping[str, float]
    data: Callable[[], GroupData]

    @property
    def recipe(self) -> str:
        """The model's recipe."""
        return self.model.recipe

    @property
    def item_ids(self) -> NDArray[np.str_]:
        """The model's items."""
        return self.model.item_ids

    def segment(self, request: SegmentRequest) -> list[str]:
        """The model's users."""
        return self.model.segment(request)

    def explain(
        self, user_id: str | None, events: Sequence[LiveEvent], item_id: str, k: int = 3
    ) -> list[tuple[str, float]]:
        """What speaks for an item in the eyes of the model."""
        return self.model.explain(user_id, events, item_id, k)

    def recommend(self, request: RecommendRequest) -> list[ScoredItem]:
        """The best items for the request; scores are shares of all that could be answered."""
        found = self.model.recommend(replace(request, num_results=len(self.item_ids)))
        if not found:
            return found
        values = self._values([item.item_id for item in found])
        shares = values / (values.sum() or 1.0)
        order = np.argsort(-values, kind="stable")[: request.num_results]
        return [ScoredItem(found[i].item_id, float(shares[i]), found[i].reason) for i in order]

    def _values(self, items: list[str]) -> Floats:
        """(n_items,) the weighted mean of each item's ranks, the most relevant item first."""
        relevance = 1.0 - max(self.weights.values())
        values = relevance * np.arange(len(items), 0, -1) / len(items)
        for name, weight in self.weights.items():
            ranks = self._ranks[name]
            values += weight * np.array([ranks.get(item, 0.0) for item in items])
        return np.asarray(values / (relevance + sum(self.weights.values())))

    @cached_property
    def _ranks(self) -> dict[str, dict[str, float]]:
        data = self.data()
        return {POPULARITY: ranks_of(popularity(data)), FRESHNESS: ranks_of(births(data))}


def ranks_of(known: Mapping[str, float]) -> dict[str, float]:
    """Return each item's rank among the items: 1 for the highest value, near 0 for the lowest."""
    values = np.array(list(known.values()))
    places = np.searchsorted(np.sort(values), values, side="right") / max(1, len(values))
    return dict(zip(known, places.tolist(), strict=True))


def popularity(data: GroupData) -> dict[str, float]:
    """Return the interactions of each item."""
    table = data.tables.get("INTERACTIONS")
    if table is None:
        return {}
    items, counts = np.unique(table["ITEM_ID"], return_counts=True)
    return dict(zip(items.tolist(), counts.astype(float).tolist(), strict=True))


def births(data: GroupData) -> dict[str, float]:
    """Return when each item came up, in seconds since 1970."""
    first: dict[str, float] = {}
    if (table := data.tables.get("INTERACTIONS")) is not None:
        items, rows = np.unique(table["ITEM_ID"], return_inverse=True)
        moments = np.full(len(items), np.inf)
        np.minimum.at(moments, rows, table["TIMESTAMP"])
        first = dict(zip(items.tolist(), moments.tolist(), strict=True))
    table = data.tables.get("ITEMS")
    if table is None or "CREATION_TIMESTAMP" not in table.columns:
        return first
    created = zip(table["ITEM_ID"].tolist(), table["CREATION_TIMESTAMP"].tolist(), strict=True)
    return first | {item: moment for item, moment in created if not np.isnan(moment)}


def influenced(model: Model, config: Mapping[str, object], data: Callable[[], GroupData]) -> Model:
    """Return the model as a campaign's or job's configuration wants it."""
    weights = config.get("rankingInfluence")
    if not isinstance(weights, Mapping) or not any(weights.values()):
        return model
    return Influenced(model, weights, data)
