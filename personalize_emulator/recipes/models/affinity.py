"""Item-Affinity and Item-Attribute-Affinity: a personal model, asked the other way round."""

from collections.abc import Iterator, Mapping, Sequence

import numpy as np
from numpy.typing import NDArray

from personalize_emulator.recipes.contract import LiveEvent, SegmentRequest
from personalize_emulator.recipes.dataset import Table
from personalize_emulator.recipes.errors import UnsupportedRequest
from personalize_emulator.recipes.eventlog import Codes, Strings
from personalize_emulator.recipes.models.base import BaseModel
from personalize_emulator.recipes.models.catalogue import chances
from personalize_emulator.recipes.models.personal import PersonalModel
from personalize_emulator.recipes.store import StoredModel

_ATTRIBUTE = "attribute_"


class AffinityModel(BaseModel):
    """Users ordered by the chance that an item, or any item of an attribute, is next for them."""

    kind = "affinity"

    def __init__(
        self, recipe: str, personal: PersonalModel, attributes: Mapping[str, Strings]
    ) -> None:
        super().__init__(recipe, personal.item_ids)
        self.personal = personal
        self.attributes = attributes

    @classmethod
    def of(cls, recipe: str, personal: PersonalModel, items: Table | None) -> "AffinityModel":
        """The model over a personal one; attributes are the items' categorical columns."""
        columns = {} if items is None else _aligned(items, personal.item_ids)
        return cls(recipe, personal, columns)

    @classmethod
    def restore(cls, stored: StoredModel) -> "AffinityModel":
        """The model in a folder."""
        attributes = {
            name.removeprefix(_ATTRIBUTE): column
            for name, column in stored.arrays.items()
            if name.startswith(_ATTRIBUTE)
        }
        return cls(stored.recipe, PersonalModel.restore(stored), attributes)

    def dismantle(self) -> StoredModel:
        """The model as arrays."""
        inner = self.personal.dismantle()
        columns = {f"{_ATTRIBUTE}{name}": column for name, column in self.attributes.items()}
        return StoredModel(self.kind, self.recipe, inner.settings, {**inner.arrays, **columns})

    def segment(self, request: SegmentRequest) -> list[str]:
        """The users with the highest chance, best first."""
        order = np.argsort(-self.affinities(self._wanted(request)), kind="stable")
        return [
            str(name) for name in self.personal.histories.user_ids[order[: request.num_results]]
        ]

    def affinities(self, items: Codes) -> NDArray[np.float64]:
        """Each user's chance that the next event is with one of ``items``, (n_users,)."""
        return np.asarray(self.affinities_each(items).sum(axis=1))

    def affinities_each(self, items: Codes) -> NDArray[np.float64]:
        """The same for each of ``items`` by itself, (n_users, n_items asked); one pass."""
        histories = self.personal.histories
        rows = range(len(histories.user_ids))
        scores = (self.personal.score_user(row) for row in rows)
        return np.array([chances(score)[items] for score in scores])

    def explain(
        self, user_id: str | None, events: Sequence[LiveEvent], item_id: str, k: int = 3
    ) -> list[tuple[str, float]]:
        """Why a user is drawn to an item: the past items that add most to its score."""
        return self.personal.explain(user_id, events, item_id, k)

    def _wanted(self, request: SegmentRequest) -> Codes:
        if request.item_id is not None:
            place = self.items.find(request.item_id)
            if place is None:
                raise UnsupportedRequest(f"there is no item {request.item_id!r}")
            return np.array([place], dtype=np.int32)
        holds = np.ones(len(self.item_ids), dtype=np.bool_)
        for name, value in request.attributes.items():
            holds &= self._has(name, value)
        return np.flatnonzero(holds).astype(np.int32)

    def _has(self, name: str, value: str) -> NDArray[np.bool_]:
        if name not in self.attributes:
            known = ", ".join(sorted(self.attributes)) or "none"
            raise UnsupportedRequest(f"there is no categorical column {name!r}; there are: {known}")
        wanted = set(value.split("|"))
        return np.array([wanted <= set(text.split("|")) for text in self.attributes[name].tolist()])


def _aligned(items: Table, item_ids: Strings) -> dict[str, Strings]:
    return dict(_columns(items, item_ids))


def _columns(items: Table, item_ids: Strings) -> Iterator[tuple[str, Strings]]:
    if not len(items.ids):
        return
    places = np.searchsorted(items.ids, item_ids).clip(max=len(items.ids) - 1)
    known = items.ids[places] == item_ids
    for name in sorted(items.categorical & items.columns.keys()):
        yield name, np.where(known, items.columns[name][places], "")
