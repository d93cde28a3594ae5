"""What is added to the score of a history: metadata, cold items, and what a solution optimizes."""

from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np
from numpy.typing import NDArray

from personalize_emulator.recipes.eventlog import Floats
from personalize_emulator.recipes.models.cold import DECIMALS, ColdStart
from personalize_emulator.recipes.models.metadata import Metadata
from personalize_emulator.recipes.models.situation import Situation
from personalize_emulator.recipes.store import StoredModel

STRANGER = np.array([0, 1, 1, 1], dtype=np.float32)
"""Without a history nothing else says what a lift says: it counts in full."""


@dataclass(frozen=True)
class Side:
    """The side data of one model.

    Args:
        metadata: what is known beside the histories.
        weights: (4,) what each of METADATA_SIGNALS is worth beside a history, learned.
        untouched: (n_items,) which items have no events.
        bonus: (n_items,) what the optimization objective adds to an item's log-odds.
    """

    metadata: Metadata
    weights: Floats
    untouched: NDArray[np.bool_]
    bonus: Floats

    @cached_property
    def cold(self) -> ColdStart:
        """Scores of the untouched items."""
        return ColdStart(self.metadata.vectors, self.untouched)

    def adjusted(self, scores: Floats, situation: Situation) -> Floats:
        """The log-odds of every item in a situation, from those of its history alone."""
        weights = self.weights if len(situation.history) else STRANGER
        beside = np.round(self.metadata.weighed(situation, weights), DECIMALS)
        total = np.asarray(scores + beside, dtype=np.float32)
        self.cold.fill(total)
        total[self.cold.places] += self.metadata.appeal[self.cold.places]
        return np.asarray(total + self.bonus)

    def dismantle(self) -> dict[str, NDArray[Any]]:
        """Arrays to be stored."""
        own = {"side_weights": self.weights, "untouched": self.untouched, "bonus": self.bonus}
        return own | self.metadata.dismantle()

    @classmethod
    def restore(cls, stored: StoredModel) -> "Side | None":
        """The side data of a stored model, None if it has none."""
        if "side_weights" not in stored.arrays:
            return None
        names = ("side_weights", "untouched", "bonus")
        return cls(Metadata.restore(stored), *(stored.arrays[name] for name in names))
