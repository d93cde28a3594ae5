"""Values that recur, counted: event types, few of which there are."""

from collections import Counter

import numpy as np

from lambdas.validate.counting.fingerprints import Fingerprints
from lambdas.validate.counting.tallies import tally
from lambdas.validate.reading.texts import Texts

_KEPT = 1_000
# More than this are not looked for one after the other.
_FEW = 16


class Recurring:
    """Values by fingerprint: how often there are, and what they are."""

    def __init__(self) -> None:
        self.counts: Counter[int] = Counter()
        self.names: dict[int, str] = {}

    def add(self, column: Fingerprints, texts: Texts) -> None:
        """Add a column of a block."""
        counts = self._of_known(column) or tally(column)
        self.counts.update(counts)
        for value in counts:
            if value not in self.names:
                row = int(np.argmax(column == np.uint64(value)))
                self.names[value] = texts.one(row).decode()

    def _of_known(self, column: Fingerprints) -> dict[int, int]:
        """Return the counts of a column with nothing new in it; empty if there is."""
        if len(self.names) > _FEW:
            return {}
        counts = {value: int(np.count_nonzero(column == np.uint64(value))) for value in self.names}
        return counts if sum(counts.values()) == len(column) else {}

    def absorb(self, other: "Recurring") -> None:
        """Take over what another has counted."""
        self.counts.update(other.counts)
        self.names.update(other.names)

    @property
    def by_name(self) -> dict[str, int]:
        """Return the most frequent values with their counts; an empty one is none."""
        most = ((self.names[value], count) for value, count in self.counts.most_common(_KEPT))
        return {name: count for name, count in most if name}
