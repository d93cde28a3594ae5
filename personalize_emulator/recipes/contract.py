"""What every trained model can be asked, and the shapes of question and answer."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import NamedTuple, Protocol, runtime_checkable

import numpy as np
from numpy.typing import NDArray


@dataclass(frozen=True, slots=True)
class LiveEvent:
    """One event received since training; ``timestamp`` in seconds since 1970."""

    item_id: str
    event_type: str = ""
    event_value: float | None = None
    timestamp: int = 0


@dataclass(frozen=True, slots=True)
class RecommendRequest:
    """One question to a model.

    Args:
        user_id: whose history to start from; unknown users start empty.
        item_id: the item that related-items recipes answer for.
        events: events of this user or session since training, oldest first.
        context: values of the contextual interaction columns.
        num_results: the most items to return.
        allowed: (n_items,) mask aligned with ``Model.item_ids``; None allows all.
        input_list: for ranking recipes, the item ids to order.
        exploration: the campaign's ``explorationWeight`` (0 to 1) and ``explorationItemAgeCutOff``
            (days); None answers by relevance alone.
        now: the time of the question, seconds since 1970; ages of items count from here.
        seed: makes exploration repeatable.
    """

    user_id: str | None = None
    item_id: str | None = None
    events: Sequence[LiveEvent] = ()
    context: Mapping[str, str] = field(default_factory=dict)
    num_results: int = 25
    allowed: NDArray[np.bool_] | None = None
    input_list: Sequence[str] | None = None
    exploration: Mapping[str, float] | None = None
    now: int = 0
    seed: int = 0


class ScoredItem(NamedTuple):
    """One entry of an answer; scores of one answer share a scale and fall along the list."""

    item_id: str
    score: float
    reason: str | None = None


@dataclass(frozen=True, slots=True)
class SegmentRequest:
    """The question to a user-segmentation model: the users most drawn to an item or attribute.

    Args:
        item_id: for Item-Affinity.
        attributes: for Item-Attribute-Affinity, column name to value, several joined by ``|``; all
            must hold.
        num_results: the most users to return.
    """

    item_id: str | None = None
    attributes: Mapping[str, str] = field(default_factory=dict)
    num_results: int = 25


@runtime_checkable
class Model(Protocol):
    """A trained recipe. Reading only: safe to share between threads."""

    @property
    def recipe(self) -> str:
        """The recipe's name, such as ``aws-sims``."""

    @property
    def item_ids(self) -> NDArray[np.str_]:
        """All items it can return, (n_items,)."""

    def recommend(self, request: RecommendRequest) -> list[ScoredItem]:
        """The best items for the request, best first."""

    def segment(self, request: SegmentRequest) -> list[str]:
        """The users most likely to want what the request names, best first."""

    def explain(
        self, user_id: str | None, events: Sequence[LiveEvent], item_id: str, k: int = 3
    ) -> list[tuple[str, float]]:
        """The ``k`` past items that drove ``item_id``, each with its share of the score."""
