"""What a history says about every item, from several sides.

Each signal sums the rows of one item by item matrix over the history, newer events weighing more,
and brings the sums onto a common scale. What each is worth is learned
(:mod:`~personalize_emulator.recipes.algorithms.choice`).
"""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from functools import cached_property
from typing import Any, Literal

import numpy as np
from numpy.typing import NDArray

from personalize_emulator.recipes.eventlog import Codes, Floats
from personalize_emulator.recipes.models.matrices import (
    DenseMatrix,
    ItemMatrix,
    restore_matrix,
    split,
)
from personalize_emulator.recipes.models.terms import Terms, change, decayed, stacked, whole
from personalize_emulator.recipes.store import StoredModel

FLOOR = 1e-5
"""The share below which counts do not tell items apart."""

FOREVER = 1e6
"""A half-life without decay."""

NEGLIGIBLE = 0.02
"""Events that weigh less than this share of the newest are not read."""

LATER = 20
"""New events up to which sums grow; after more of them they are as quickly summed anew."""

RESIDUE = 1e-2
"""Of sums that lose all but a tenth (squared), too much of what is left may be rounding."""


@dataclass(frozen=True, slots=True)
class Signal:
    """One way of reading a history.

    Args:
        name: by which reports call it.
        matrix: the item by item matrix that it sums.
        half_life: an event this many events old weighs half.
        scale: ``spread`` divides by the standard deviation, for weights of either sign; ``share``
            takes the log of the share of the total, for counts.
    """

    name: str
    matrix: str
    half_life: float
    scale: Literal["spread", "share"] = "spread"


SIGNALS: tuple[Signal, ...] = (
    Signal("taste", "together", FOREVER),
    Signal("recent taste", "together", 10),
    Signal("transitions", "transitions", 8),
    Signal("neighbours", "neighbours", 100),
    Signal("recent neighbours", "neighbours", 5),
    Signal("sequence", "sequence", 5, scale="share"),
    Signal("next", "next", 2, scale="share"),
    Signal("arc", "arc", 30, scale="share"),
)
"""Chosen by forward selection on validation users of MovieLens; see docs/recipes.md."""

MATRICES = tuple(dict.fromkeys(signal.matrix for signal in SIGNALS))
"""In the order of their signals: the sums of one matrix lie together."""

SPREADS = slice(0, sum(signal.scale == "spread" for signal in SIGNALS))
SHARES = slice(SPREADS.stop, len(SIGNALS))
"""Rows of a scale lie together, so that each scale is brought about in one go."""

POPULARITY = len(SIGNALS)
N_SIGNALS = len(SIGNALS) + 1
SIGNAL_NAMES = (*(signal.name for signal in SIGNALS), "popularity")


Part = tuple[ItemMatrix, Terms, slice]
"""A matrix, what of a history it sums, and the places of its sums."""


class Signals:
    """The fitted matrices, ready to be read.

    Args:
        matrices: by name, each (n_items, n_items).
        popularity: (n_items,) log(1 + events).
        window: older events of a history are never read.
        recency: whether newer events weigh more; else all weigh the same.
        stack: all matrices one below the other, in the order of MATRICES, where they are so kept.
    """

    def __init__(
        self,
        matrices: Mapping[str, ItemMatrix],
        popularity: Floats,
        window: int = 200,
        *,
        recency: bool = True,
        stack: DenseMatrix | None = None,
    ) -> None:
        self.matrices = matrices
        self.popularity = popularity
        self.window = window
        self.recency = recency
        self.stack = stack
        self._plan = {name: self._plan_of(name) for name in MATRICES}
        self._parts: list[Part] = [
            (matrices[name], whole(*self._decay(name)), self._places(name)) for name in MATRICES
        ]

    @classmethod
    def of_stack(
        cls, stack: DenseMatrix, popularity: Floats, window: int = 200, *, recency: bool = True
    ) -> "Signals":
        """The signals of matrices that lie one below the other, in the order of MATRICES."""
        matrices = dict(zip(MATRICES, split(stack), strict=True))
        return cls(matrices, popularity, window, recency=recency, stack=stack)

    @property
    def n_items(self) -> int:
        """Items of the catalogue."""
        return len(self.popularity)

    def of(self, history: Codes) -> Floats:
        """All signals of one history, oldest item first; (N_SIGNALS, n_items) float32."""
        out = np.empty((N_SIGNALS, self.n_items), dtype=np.float32)
        self._sum(history, out[:POPULARITY])
        return self._scale(out)

    def trace(self, history: Codes) -> Floats:
        """The sums of one history before any scaling; (N_SIGNALS - 1, n_items) float32."""
        out = np.empty((POPULARITY, self.n_items), dtype=np.float32)
        self._sum(history, out)
        return out

    def of_grown(self, trace: Floats, history: Codes, since: int) -> Floats:
        """The signals of a history, from the trace of all but its newest events.

        What the trace has summed up weighs less by what has passed since, the newest events come
        in, and events that are out of reach now leave. Equal to :meth:`of` but for rounding.

        Args:
            trace: of ``history[:-since]``.
            history: oldest item first.
            since: at most LATER.
        """
        out = np.empty((N_SIGNALS, self.n_items), dtype=np.float32)
        sums = out[:POPULARITY]
        np.multiply(trace, self._fades[since][:, None], out=sums)
        before, added = np.vecdot(sums, sums), np.empty_like(sums)
        for matrix, terms, place in self._changes[since]:
            matrix.mix(*terms.of(history), added[place])
        sums += added
        lost = np.vecdot(sums, sums) < RESIDUE * before
        for matrix, terms, place in self._parts if lost.any() else ():
            if lost[place].any():
                matrix.mix(*terms.of(history), sums[place])
        return self._scale(out)

    def _sum(self, history: Codes, out: Floats) -> None:
        for matrix, terms, place in self._parts:
            matrix.mix(*terms.of(history), out[place])

    def _scale(self, out: Floats) -> Floats:
        _spread(out[SPREADS])
        _share(out[SHARES])
        out[POPULARITY] = self.popularity
        return out

    def shares(self, history: Codes, item: int, blend: Floats) -> NDArray[np.float64]:
        """How much each event of a history adds to one item's score, (n_events,).

        Exact: together with the score of an item that nothing points to, they sum to the score.
        """
        added = np.zeros(len(history))
        for name, (matrix, terms, _) in zip(MATRICES, self._parts, strict=True):
            rows, weights = terms.of(history)
            sums = np.empty((len(weights), self.n_items), dtype=np.float32)
            matrix.mix(rows, weights, sums)
            parts = weights * matrix.column(rows, item)
            for (place, signal), row, part in zip(self._plan[name], sums, parts, strict=True):
                gain = scaled(row, signal)[item] - (np.log(FLOOR) if signal.scale == "share" else 0)
                total = part.sum()
                if total != 0:
                    added[terms.places[: len(rows)]] += blend[place] * gain * part / total
        return added

    def _plan_of(self, name: str) -> list[tuple[int, Signal]]:
        """The signals of one matrix, each with its place among all."""
        return [
            (place, signal if self.recency else replace(signal, half_life=FOREVER))
            for place, signal in enumerate(SIGNALS)
            if signal.matrix == name
        ]

    def _places(self, name: str) -> slice:
        plan = self._plan[name]
        return slice(plan[0][0], plan[-1][0] + 1)

    def _decay(self, name: str) -> tuple[Floats, int]:
        """The half-lives of one matrix's signals, and how many events are read."""
        half_lives = np.array([signal.half_life for _, signal in self._plan[name]])
        reach = int(np.ceil(half_lives.max() * -np.log2(NEGLIGIBLE)))
        return half_lives, min(self.window, reach)

    @cached_property
    def _changes(self) -> list[list[Part]]:
        """What so many new events change, none to LATER of them."""
        return [self._changes_of(since) for since in range(LATER + 1)]

    def _changes_of(self, since: int) -> list[Part]:
        changes = [change(*self._decay(name), since) for name in MATRICES]
        if self.stack is not None:
            return [(self.stack, stacked(changes, self.n_items), slice(0, POPULARITY))]
        return [
            (matrix, terms, place)
            for (matrix, _, place), terms in zip(self._parts, changes, strict=True)
        ]

    @cached_property
    def _fades(self) -> Floats:
        """(LATER + 1, n_signals): what is left of each signal's sums after so many events."""
        half_lives = np.concatenate([self._decay(name)[0] for name in MATRICES])
        return np.ascontiguousarray(decayed(half_lives, np.arange(LATER + 1)).T)

    def dismantle(self) -> dict[str, NDArray[Any]]:
        """Arrays to be stored."""
        arrays: dict[str, NDArray[Any]] = {"popularity": self.popularity}
        if self.stack is not None:
            return arrays | {"stack": self.stack.values}
        for name, matrix in self.matrices.items():
            arrays |= matrix.parts(name)
        return arrays

    @classmethod
    def restore(cls, stored: StoredModel) -> "Signals":
        """The signals of a stored model."""
        popularity = stored.arrays["popularity"]
        window, recency = stored.settings["window"], stored.settings["recency"]
        if "stack" in stored.arrays:
            stack = DenseMatrix.of_all(stored.arrays["stack"])
            return cls.of_stack(stack, popularity, window, recency=recency)
        matrices = {name: restore_matrix(stored, name, len(popularity)) for name in MATRICES}
        return cls(matrices, popularity, window, recency=recency)


def scaled(sums: Floats, signal: Signal) -> Floats:
    """Sums (n_items,) on the signal's scale; all equal where the history says nothing."""
    rows = sums[None].copy()
    (_share if signal.scale == "share" else _spread)(rows)
    return np.asarray(rows[0])


def _spread(rows: Floats) -> None:
    """Divide each row by its standard deviation, in place."""
    means = rows.sum(axis=1) / rows.shape[1]
    variances = np.vecdot(rows, rows) / rows.shape[1] - means * means  # far faster than std()
    rows /= np.sqrt(np.where(variances > 0, variances, 1))[:, None]


def _share(rows: Floats) -> None:
    """Replace each row's counts by the logarithms of their shares of the row, in place."""
    totals = rows.sum(axis=1)
    rows /= np.where(totals > 0, totals, 1)[:, None]
    rows += FLOOR
    np.log(rows, out=rows)
