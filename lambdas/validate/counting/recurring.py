"""Values that recur, counted: event types, few of which there are."""

from collections import Counter
from collections.abc import Iterable

import numpy as np

from lambdas.validate.counting.fingerprints import Fingerprints, fingerprint
from lambdas.validate.reading.texts import Texts

_KEPT = 1_000
# More than this are not looked for one after the other.
_FEW = 16
# More than this are none that recur; ten event types are allowed, and the first of these told.
_MOST = 100_000


class Recurring:
    """Values by fingerprint: how often there are, and what they are."""

    def __init__(self, wanted: Iterable[str]) -> None:
        """Begin with values that are counted however many others there are."""
        self.counts: Counter[int] = Counter()
        self.names: dict[int, str] = {fingerprint(name): name for name in wanted}

    def add(self, column: Fingerprints, texts: Texts) -> None:
        """Add a column of a block."""
        self.counts.update(self._of_known(column) or self._of_any(column, texts))

    def _of_known(self, column: Fingerprints) -> dict[int, int]:
        """Return the counts of a column with nothing new in it; empty if there is."""
        if len(self.names) > _FEW:
            return {}
        counts = {value: int(np.count_nonzero(column == np.uint64(value))) for value in self.names}
        return counts if sum(counts.values()) == len(column) else {}

    def _of_any(self, column: Fingerprints, texts: Texts) -> dict[int, int]:
        """Return the counts of a column, and learn what its values are called."""
        found = np.unique(column, return_index=True, return_counts=True)
        values, rows, counts = (array.tolist() for array in found)
        for value, row in zip(values, rows, strict=True):
            if value not in self.names and len(self.names) < _MOST:
                self.names[value] = texts.one(row).decode()
        each = zip(values, counts, strict=True)
        return {value: count for value, count in each if value in self.names}

    def absorb(self, other: "Recurring") -> None:
        """Take over what another has counted."""
        self.counts.update(other.counts)
        self.names.update(other.names)

    @property
    def by_name(self) -> dict[str, int]:
        """Return the most frequent values with their counts; an empty one is none."""
        most = ((self.names[value], count) for value, count in self.counts.most_common(_KEPT))
        return {name: count for name, count in most if name and count}
