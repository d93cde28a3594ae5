"""Sorted runs of fingerprints on disk: what a pass leaves behind, and what is merged.

A pass over any number of rows keeps a bounded number of them in memory: it sorts those and writes
them out as a run. Whoever counts takes one share of the range of values from every run, so that
memory stays bounded there too; shares do not overlap, so their counts add up.
"""

from collections.abc import Iterator, Sequence
from itertools import count
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from lambdas.validate.counting.fingerprints import (
    Counts,
    Fingerprints,
    added_up,
    counted,
    edges_of_shares,
    steps,
)

_VALUES, _COUNTS = "values.npy", "counts.npy"


class _Run:
    """One run on disk. Only what is asked for is read: a mapped file would count as memory."""

    def __init__(self, file: Path) -> None:
        self.file = file
        self._values = _Column(file)
        counts = _counts_of(file)
        self._counts = _Column(counts) if counts.exists() else None
        self._edges: dict[int, list[int]] = {}

    def share(self, share: int, shares: int) -> tuple[Fingerprints, Counts | None]:
        """Return the values of one share, and how often each was added if they differ."""
        if shares not in self._edges:
            self._edges[shares] = edges_of_shares(np.load(self.file, mmap_mode="r"), shares)
        start, end = self._edges[shares][share : share + 2]
        counts = self._counts.read(start, end).astype(np.int64) if self._counts else None
        return self._values.read(start, end), counts


class _Column:
    """An array in a file."""

    def __init__(self, file: Path) -> None:
        array = np.load(file, mmap_mode="r")
        self._file, self._kind, self._begin = file, array.dtype, array.offset

    def read(self, start: int, end: int) -> NDArray[Any]:
        """Return the values from one place to another."""
        begin = self._begin + start * self._kind.itemsize
        return np.fromfile(self._file, self._kind, count=end - start, offset=begin)


class Runs:
    """The runs of one part, by name, in a folder of their own.

    A run is an ascending array of values. With it goes an array of counts if its values differ;
    without one, equal values stand side by side.
    """

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self._numbers = count()  # one at a time, whichever thread asks
        self._opened: dict[Path, _Run] = {}
        folder.mkdir(parents=True, exist_ok=True)

    def add(self, name: str, ascending: Fingerprints) -> None:
        """Write a run of sorted values, in the shorter of the two forms."""
        file = self.folder / f"{name}-{next(self._numbers)}.{_VALUES}"
        if 2 * (steps(ascending) + 1) > len(ascending):
            np.save(file, ascending)
            return
        values, counts = counted(ascending)
        np.save(file, values)
        np.save(_counts_of(file), counts.astype(np.min_scalar_type(int(counts.max()))))

    def pack(self, share: int, shares: int, target: Path) -> None:
        """Write what the runs have of one share into one archive."""
        arrays: dict[str, Fingerprints | Counts] = {}
        for run in self._runs("*"):
            values, counts = run.share(share, shares)
            arrays[run.file.name] = values
            if counts is not None:
                arrays[_counts_of(run.file).name] = counts
        np.savez(target, allow_pickle=False, **arrays)

    @classmethod
    def unpack(cls, archive: Path, folder: Path) -> "Runs":
        """Return the runs of an archive, laid out in ``folder``."""
        runs = cls(folder)
        with np.load(archive) as arrays:
            for name in arrays.files:
                np.save(folder / name, arrays[name])
        return runs

    @property
    def names(self) -> set[str]:
        """Return what the runs are called."""
        return {file.name.rpartition("-")[0] for file in self.folder.glob(f"*.{_VALUES}")}

    def clear(self) -> None:
        """Forget every run."""
        self._opened.clear()
        for file in self.folder.iterdir():
            file.unlink()

    def _runs(self, names: str) -> Iterator[_Run]:
        for file in sorted(self.folder.glob(f"{names}.{_VALUES}")):
            if file not in self._opened:
                self._opened[file] = _Run(file)
            yield self._opened[file]

    def share(
        self, name: str, share: int, shares: int
    ) -> Iterator[tuple[Fingerprints, Counts | None]]:
        """Yield what each run called ``name`` has of one share."""
        for run in self._runs(f"{name}-*"):
            yield run.share(share, shares)

    @staticmethod
    def tally(
        runs: Sequence["Runs"], name: str, share: int, shares: int
    ) -> tuple[Fingerprints, Counts]:
        """Return the different values of one share, ascending, and how often each was added."""
        parts = [part for one in runs for part in one.share(name, share, shares)]
        tallies = [(values, counts) for values, counts in parts if counts is not None]
        plain = [values for values, counts in parts if counts is None]
        if plain:
            tallies.append(counted(_sorted(plain)))
        return added_up(tallies)

    @staticmethod
    def distinct(runs: Sequence["Runs"], name: str, share: int, shares: int) -> int:
        """Return how many different values one share has."""
        parts = [part for one in runs for part in one.share(name, share, shares)]
        together = _sorted([values for values, _ in parts])
        return steps(together) + 1 if len(together) else 0


def _sorted(arrays: Sequence[Fingerprints]) -> Fingerprints:
    together = np.concatenate(arrays) if arrays else np.empty(0, np.uint64)
    # Merging what is ascending already would take three times as long.
    together.sort()
    return together


def _counts_of(file: Path) -> Path:
    return file.with_name(file.name.replace(_VALUES, _COUNTS))
