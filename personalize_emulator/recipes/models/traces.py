"""What the trained histories say, summed up before anybody asks.

After an event a list can't be read, but most of its work is done: the sums of a longer history are
those of the shorter one, faded, and what the new events add. So the training keeps the sums of the
most active users; an event then costs a few rows of the matrices instead of a whole history's.
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from personalize_emulator.recipes.eventlog import Codes, Floats, Ints
from personalize_emulator.recipes.store import StoredModel

KEPT = 16_000_000
"""Sums that are kept, users times signals times items: 64 MB. Active users first."""

_UNKEPT = -1
_ARRAYS = ("places", "sums")


@dataclass(frozen=True)
class Traces:
    """Sums of users' histories.

    Args:
        places: (n_users,) which trace is a user's, -1 for none.
        sums: (n_traces, n_sums, n_items), as the signals add them up.
    """

    places: Codes
    sums: Floats

    @classmethod
    def none(cls) -> "Traces":
        """No traces: every answer starts from the events."""
        return cls(np.empty(0, np.int32), np.empty((0, 0, 0), np.float32))

    @classmethod
    def of(cls, lengths: Ints, sums: Callable[[int], Floats], size: int) -> "Traces":
        """The traces of as many users as there is room for.

        Args:
            lengths: (n_users,) events of each user.
            sums: those of the user at a position, (n_sums, n_items).
            size: numbers of one trace.
        """
        rows = np.sort(np.argsort(-lengths, kind="stable")[: KEPT // max(1, size)])
        places = np.full(len(lengths), _UNKEPT, dtype=np.int32)
        places[rows] = np.arange(len(rows), dtype=np.int32)
        if not len(rows):
            return cls.none()
        return cls(places, np.array([sums(row) for row in rows.tolist()], dtype=np.float32))

    def find(self, row: int | None) -> Floats | None:
        """The sums of the user at a position; None if they have to be computed."""
        if row is None or not len(self.sums) or self.places[row] == _UNKEPT:
            return None
        return np.asarray(self.sums[self.places[row]])

    def dismantle(self) -> dict[str, NDArray[Any]]:
        """Arrays to be stored; none if there are no traces."""
        if not len(self.sums):
            return {}
        return {f"traces.{name}": getattr(self, name) for name in _ARRAYS}

    @classmethod
    def restore(cls, stored: StoredModel) -> "Traces":
        """The traces of a stored model."""
        if "traces.places" not in stored.arrays:
            return cls.none()
        return cls(*(stored.arrays[f"traces.{name}"] for name in _ARRAYS))
