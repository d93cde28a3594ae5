"""The different events of a type, counted only as far as it takes to know that they suffice."""

from collections.abc import Sequence

import numpy as np

from lambdas.validate.counting.fingerprints import Fingerprints, fingerprint
from lambdas.validate.counting.part import Wish
from lambdas.validate.counting.runs import Runs
from lambdas.validate.limits import MIN_INTERACTIONS

_BEFORE = "different="


class Different:
    """The first different events that a solution takes by their type, as fingerprints.

    No more are kept than a training needs, so that a large file costs no more than a small one:
    where fewer are found, the number is exact, in every part and in all of them together.
    """

    def __init__(self, wish: Wish) -> None:
        self._name = f"{_BEFORE}{wish.name}="
        kinds = {fingerprint(kind) for kind, _ in wish.choices if kind is not None}
        self._kinds = np.array(sorted(kinds), np.uint64)
        self._rows: Fingerprints = np.empty(0, np.uint64)

    def add(self, kinds: Fingerprints, rows: Fingerprints) -> None:
        """Add a block's events, by the fingerprints of their types and of the events themselves."""
        if len(self._rows) < MIN_INTERACTIONS:
            taken = rows[np.isin(kinds, self._kinds)]
            self._rows = np.unique(np.concatenate([self._rows, taken]))[:MIN_INTERACTIONS]

    def write(self, runs: Runs) -> None:
        """Write them as a run."""
        if len(self._rows):
            runs.add(self._name, self._rows)


def different(runs: Sequence[Runs], share: int, shares: int) -> dict[str, int]:
    """Return how many different events one share has, by the name of the solution."""
    names = {name for one in runs for name in one.names if name.startswith(_BEFORE)}
    return {name.split("=")[1]: Runs.distinct(runs, name, share, shares) for name in sorted(names)}
