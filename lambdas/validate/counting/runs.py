"""Sorted runs of fingerprints on disk: what a pass leaves behind, and what is merged.

A pass over any number of rows keeps a bounded number of them in memory: it sorts those and writes
them out as a run. Whoever counts takes one share of the range of values from every run, so that
memory stays bounded there too; shares do not overlap, so their counts add up.
"""

from collections.abc import Iterator, Sequence
from itertools import count
from pathlib import Path

import numpy as np

from lambdas.validate.counting.fingerprints import (
    Counts,
    Fingerprints,
    added_up,
    counted,
    share_of,
    steps,
)

_VALUES, _COUNTS = "values.npy", "counts.npy"


class Runs:
    """The runs of one part, by name, in a folder of their own.

    A run is an ascending array of values. With it goes an array of counts if its values differ;
    without one, equal values stand side by side.
    """

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self._numbers = count()  # one at a time, whichever thread asks
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
        for file in sorted(self.folder.glob(f"*.{_VALUES}")):
            values, counts = _share_of_run(file, share, shares)
            arrays[file.name] = values
            if counts is not None:
                arrays[_counts_of(file).name] = counts
        np.savez(target, allow_pickle=False, **arrays)

    @classmethod
    def unpack(cls, archive: Path, folder: Path) -> "Runs":
        """Return the runs of an archive, laid out in ``folder``."""
        runs = cls(folder)
        with np.load(archive) as arrays:
            for name in arrays.files:
                np.save(folder / name, arrays[name])
        return runs

    def clear(self) -> None:
        """Forget every run."""
        for file in self.folder.iterdir():
            file.unlink()

    def share(
        self, name: str, share: int, shares: int
    ) -> Iterator[tuple[Fingerprints, Counts | None]]:
        """Yield what each run called ``name`` has of one share."""
        for file in sorted(self.folder.glob(f"{name}-*.{_VALUES}")):
            yield _share_of_run(file, share, shares)

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


def _share_of_run(file: Path, share: int, shares: int) -> tuple[Fingerprints, Counts | None]:
    """Return copies: a mapped file would count as memory for as long as it is held."""
    values, counts = np.load(file, mmap_mode="r"), _counts_of(file)
    part = share_of(values, share, shares)
    if not counts.exists():
        return np.array(values[part]), None
    return np.array(values[part]), np.load(counts, mmap_mode="r")[part].astype(np.int64)


def _sorted(arrays: Sequence[Fingerprints]) -> Fingerprints:
    together = np.concatenate(arrays) if arrays else np.empty(0, np.uint64)
    # Merging what is ascending already would take three times as long.
    together.sort()
    return together


def _counts_of(file: Path) -> Path:
    return file.with_name(file.name.replace(_VALUES, _COUNTS))
