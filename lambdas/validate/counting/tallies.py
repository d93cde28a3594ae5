"""What a pass adds up block by block, in the processor's cache; only fingerprints are kept."""

from collections import Counter
from datetime import UTC, datetime, timedelta

import numpy as np
from numpy.typing import NDArray

from lambdas.validate.counting.fingerprints import Fingerprints
from lambdas.validate.counting.runs import Runs
from lambdas.validate.limits import MILLISECONDS_FROM

# So many values are sorted at a time; a column of them takes 16 MiB.
BATCH = 2 * 1024 * 1024
# Users come again and again: the more of them together, the fewer are written.
LARGE_BATCH = 4 * BATCH
_DAY = 24 * 3600


class Batches:
    """Columns of fingerprints, sorted and written as a run whenever a batch is full."""

    def __init__(self, runs: Runs, *names: str, size: int = BATCH) -> None:
        self._runs, self._size = runs, size
        self._batches = {name: np.empty(size, np.uint64) for name in names}
        self._filled = 0

    def add(self, **columns: Fingerprints) -> None:
        """Add equally many values to each column."""
        length = len(next(iter(columns.values())))
        if self._filled + length > self._size:
            self.flush()
        for name, values in columns.items():
            self._batches[name][self._filled : self._filled + length] = values
        self._filled += length

    def flush(self) -> None:
        """Write what is left."""
        for name, batch in self._batches.items():
            values = batch[: self._filled]
            values.sort()
            if self._filled:
                self._runs.add(name, values)
        self._filled = 0


class Times:
    """The first time, the last one, and how many there are on each day."""

    def __init__(self) -> None:
        self.days: NDArray[np.int64] = np.zeros(MILLISECONDS_FROM // _DAY + 1, np.int64)
        self._first, self._last = MILLISECONDS_FROM, -1

    def add(self, times: Fingerprints) -> None:
        """Add seconds since 1970; what is beyond any time is passed over."""
        if len(times) and times.max() >= MILLISECONDS_FROM:
            times = times[times < np.uint64(MILLISECONDS_FROM)]
        usable = times.view(np.int64)
        if len(usable):
            self._widen(int(usable.min()), int(usable.max()))
            days = np.bincount(usable // _DAY)
            self.days[: len(days)] += days

    def absorb(self, other: "Times") -> None:
        """Take over what another has added up."""
        self.days += other.days
        if other.first is not None and other.last is not None:
            self._widen(other.first, other.last)

    def _widen(self, first: int, last: int) -> None:
        self._first, self._last = min(self._first, first), max(self._last, last)

    @property
    def first(self) -> int | None:
        """Return the first time, None if there is none."""
        return self._first if self._last >= 0 else None

    @property
    def last(self) -> int | None:
        """Return the last time, None if there is none."""
        return self._last if self._last >= 0 else None

    @property
    def by_month(self) -> dict[str, int]:
        """Return how many times each month (UTC) has."""
        months: Counter[str] = Counter()
        epoch = datetime(1970, 1, 1, tzinfo=UTC)
        for day in np.flatnonzero(self.days).tolist():
            months[f"{epoch + timedelta(days=day):%Y-%m}"] += int(self.days[day])
        return dict(months)
