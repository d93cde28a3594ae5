"""What all served models have in common."""

from abc import ABC, abstractmethod
from collections.abc import Sequence
from typing import ClassVar, Self

from personalize_emulator.recipes.contract import (
    LiveEvent,
    RecommendRequest,
    ScoredItem,
    SegmentRequest,
)
from personalize_emulator.recipes.errors import UnsupportedRequest
from personalize_emulator.recipes.eventlog import Strings
from personalize_emulator.recipes.models.catalogue import Index
from personalize_emulator.recipes.store import StoredModel


class BaseModel(ABC):
    """A model over a fixed catalogue; subclasses answer one kind of question at least."""

    kind: ClassVar[str]
    notices: tuple[str, ...] = ()
    """What whoever trained it should know; not stored."""

    def __init__(self, recipe: str, item_ids: Strings) -> None:
        self.recipe = recipe
        self.item_ids = item_ids
        self.items = Index(item_ids)

    @classmethod
    @abstractmethod
    def restore(cls, stored: StoredModel) -> Self:
        """The model that :meth:`dismantle` took apart."""

    @abstractmethod
    def dismantle(self) -> StoredModel:
        """The model as arrays and settings, to be written to disk."""

    def prepared(self) -> "BaseModel":
        """The model with everything worked out that answers can be read from."""
        return self

    def recommend(self, request: RecommendRequest) -> list[ScoredItem]:
        """Refused unless the recipe recommends items."""
        del request
        raise UnsupportedRequest(f"{self.recipe} does not recommend items")

    def segment(self, request: SegmentRequest) -> list[str]:
        """Refused unless the recipe segments users."""
        del request
        raise UnsupportedRequest(f"{self.recipe} does not segment users")

    def explain(
        self, user_id: str | None, events: Sequence[LiveEvent], item_id: str, k: int = 3
    ) -> list[tuple[str, float]]:
        """Refused unless past items move the recipe's scores."""
        del user_id, events, item_id, k
        raise UnsupportedRequest(f"{self.recipe} does not explain its answers")
