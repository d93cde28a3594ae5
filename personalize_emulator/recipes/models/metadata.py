"""What the Items and Users datasets, the moment and the impressions say, beside the history."""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np
from numpy.typing import NDArray

from personalize_emulator.recipes.eventlog import Codes, Floats, Strings
from personalize_emulator.recipes.models.catalogue import Index
from personalize_emulator.recipes.models.lifts import Lifts
from personalize_emulator.recipes.models.situation import Situation, nothing
from personalize_emulator.recipes.store import StoredModel

METADATA_SIGNALS = ("description", "attributes", "context", "impressions")
HALF_LIFE = 20.0
"""Of an event's description, in events."""


@dataclass(frozen=True)
class Metadata:
    """The fitted side data.

    Args:
        vectors: (n_items, any) unit vectors of the items' columns; no columns without any.
        attributes: values of the users' columns.
        user_ids: (n_users,) sorted, everybody in the Users dataset.
        profiles: (n_users, any) positions of each user's values, -1 for none.
        contexts: values of the contextual columns.
        appeal: (n_items,) how much likelier than others an item is chosen where it is shown.
    """

    vectors: Floats
    attributes: Lifts
    user_ids: Strings
    profiles: Codes
    contexts: Lifts
    appeal: Floats

    def profile_of(self, user_id: str | None) -> Codes:
        """The attribute values of a user; none for a stranger."""
        row = None if user_id is None else self._users.find(user_id)
        if row is None:
            return nothing()
        values = self.profiles[row]
        return np.asarray(values[values >= 0])

    @cached_property
    def _users(self) -> Index:
        return Index(self.user_ids)

    def context_of(self, context: Mapping[str, str]) -> Codes:
        """The values of a request's context; unknown ones say nothing.

        A value shifts every item by the logarithm of how much likelier the item was under it in
        training than at all, times what such shifts are worth on the validation slice.
        """
        return self.contexts.find(context.items()) if context else nothing()

    def signals(self, situation: Situation) -> Floats:
        """One row for each of METADATA_SIGNALS, (4, n_items)."""
        return np.array(
            [
                self._alike(situation.history),
                self.attributes.of(situation.profile),
                self.contexts.of(situation.context),
                self.appeal,
            ],
            dtype=np.float32,
        )

    def weighed(self, situation: Situation, weights: Floats) -> Floats:
        """The weighted sum of the signals, (n_items,); what says nothing is not worked out."""
        description, attributes, context, impressions = weights.tolist()
        total = np.zeros(len(self.appeal), dtype=np.float32)
        if self.vectors.shape[1] and description and len(situation.history):
            total += np.float32(description) * self._alike(situation.history)
        if len(situation.profile):
            total += np.float32(attributes) * self.attributes.of(situation.profile)
        if len(situation.context):
            total += np.float32(context) * self.contexts.of(situation.context)
        if impressions:
            total += np.float32(impressions) * self.appeal
        return total

    def alike_shares(self, history: Codes, item: int) -> NDArray[np.float64]:
        """How much each event of a history adds to an item's ``description``, (n_events,)."""
        scores, weights = self._likeness(history)
        spread = _spread(scores)
        own = weights * (self.vectors[history] @ self.vectors[item])
        return np.asarray(own / spread if spread > 0 else own, dtype=np.float64)

    def _alike(self, history: Codes) -> Floats:
        """How like the history's descriptions each item's is, in units of the spread."""
        scores, _ = self._likeness(history)
        spread = _spread(scores)
        return np.asarray(scores / np.float32(spread) if spread > 0 else scores)

    def _likeness(self, history: Codes) -> tuple[Floats, Floats]:
        ages = np.arange(len(history) - 1, -1, -1)
        weights = (0.5 ** (ages / HALF_LIFE)).astype(np.float32)
        return self.vectors @ (weights @ self.vectors[history]), weights

    def dismantle(self) -> dict[str, NDArray[Any]]:
        """Arrays to be stored."""
        return {
            "vectors": self.vectors,
            "profile_user_ids": self.user_ids,
            "profiles": self.profiles,
            "appeal": self.appeal,
            **self.attributes.dismantle("attributes"),
            **self.contexts.dismantle("contexts"),
        }

    @property
    def settings(self) -> dict[str, Any]:
        """What is stored in words."""
        return {"attributes": self.attributes.settings, "contexts": self.contexts.settings}

    @classmethod
    def restore(cls, stored: StoredModel) -> "Metadata":
        """The metadata of a stored model."""
        arrays = stored.arrays
        return cls(
            vectors=arrays["vectors"],
            attributes=Lifts.restore(stored, "attributes"),
            user_ids=arrays["profile_user_ids"],
            profiles=arrays["profiles"],
            contexts=Lifts.restore(stored, "contexts"),
            appeal=arrays["appeal"],
        )


def _spread(scores: Floats) -> float:
    """The standard deviation, several times as fast as std()."""
    mean = scores.sum() / len(scores)
    variance = np.dot(scores, scores) / len(scores) - mean * mean
    return float(np.sqrt(max(0.0, float(variance))))
