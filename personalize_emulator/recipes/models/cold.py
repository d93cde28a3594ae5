"""Scores for items that nobody has touched, from what their descriptions share with others.

Ridge regression from descriptions to the scores that one person gives to the touched items,
answered at the descriptions of the others. Its normal matrix depends on the catalogue alone, so a
request costs two products.
"""

import numpy as np
from numpy.typing import NDArray

from personalize_emulator.recipes.eventlog import Floats

RIDGE = 5.0
NEVER = np.float32(30.0)
"""Below the touched items by so much: what is known of an item without events or description."""

DECIMALS = 4
"""The last bits of a product depend on where its operands lie in memory."""


class ColdStart:
    """The untouched items of a catalogue.

    Args:
        vectors: (n_items, any) descriptions.
        untouched: (n_items,) which items have no events.
    """

    def __init__(self, vectors: Floats, untouched: NDArray[np.bool_]) -> None:
        self.places = np.flatnonzero(untouched)
        self._warm = np.flatnonzero(~untouched)
        self._features = vectors[self.places]
        self._projector = _projector(vectors[self._warm]) if len(self.places) else vectors[:0].T
        self._blank = ~self._features.any(axis=1)

    def fill(self, scores: Floats) -> None:
        """Write the untouched items' scores into (n_items,) ``scores``."""
        if not len(self.places):
            return
        warm = scores[self._warm]
        level = warm.mean()
        predicted = self._features @ (self._projector @ (warm - level)) + level
        found = np.where(self._blank, warm.min() - NEVER, predicted)
        scores[self.places] = np.round(found, DECIMALS)


def _projector(features: Floats) -> Floats:
    """(FᵀF + λI)⁻¹ Fᵀ, (dimensions, n_warm)."""
    gram = features.T @ features + np.float32(RIDGE) * np.eye(features.shape[1], dtype=np.float32)
    return np.asarray(np.linalg.solve(gram, features.T), dtype=np.float32)
