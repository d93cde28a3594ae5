"""What a history says about every item, from several sides.

Each signal sums the rows of one item by item matrix over the history, newer events weighing more,
and brings the sums onto a common scale. What each is worth is learned
(:mod:`~personalize_emulator.recipes.algorithms.choice`).
"""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any, Literal

import numpy as np
from numpy.typing import NDArray

from personalize_emulator.recipes.eventlog import Codes, Floats
from personalize_emulator.recipes.models.matrices import ItemMatrix, restore_matrix
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
        per_item: every past item has one vote, however often it occurs in the matrix.
        scale: ``spread`` divides by the standard deviation, for weights of either sign; ``share``
            takes the log of the share of the total, for counts.
    """

    name: str
    matrix: str
    half_life: float
    per_item: bool = False
    scale: Literal["spread", "share"] = "spread"


SIGNALS: tuple[Signal, ...] = (
    Signal("taste", "together", FOREVER),
    Signal("recent taste", "together", 10),
    Signal("transitions", "transitions", 8),
    Signal("neighbours", "neighbours", 100),
    Signal("recent neighbours", "neighbours", 5),
    Signal("sequence", "sequence", 5, scale="share"),
    Signal("next", "next", 2, per_item=True, scale="share"),
    Signal("arc", "arc", 30, per_item=True, scale="share"),
)
"""Chosen by forward selection on validation users of MovieLens; see docs/recipes.md."""

SPREADS = slice(0, sum(signal.scale == "spread" for signal in SIGNALS))
SHARES = slice(SPREADS.stop, len(SIGNALS))
"""Rows of a scale lie together, so that each scale is brought about in one go."""

POPULARITY = len(SIGNALS)
N_SIGNALS = len(SIGNALS) + 1
SIGNAL_NAMES = (*(signal.name for signal in SIGNALS), "popularity")


class Signals:
    """The fitted matrices, ready to be read.

    Args:
        matrices: by name, each (n_items, n_items).
        totals: row sums of the count matrices, by name, each (n_items,).
        popularity: (n_items,) log(1 + events).
        window: older events of a history are never read.
        recency: whether newer events weigh more; else all weigh the same.
    """

    def __init__(
        self,
        matrices: Mapping[str, ItemMatrix],
        totals: Mapping[str, Floats],
        popularity: Floats,
        window: int = 200,
        *,
        recency: bool = True,
    ) -> None:
        self.matrices = matrices
        self.totals = totals
        self.popularity = popularity
        self.window = window
        self.recency = recency
        self._plan = {
            name: [
                (place, signal if recency else replace(signal, half_life=FOREVER))
                for place, signal in enumerate(SIGNALS)
                if signal.matrix == name
            ]
            for name in matrices
        }
        # The sums of a matrix are written where they belong: its signals lie together, too.
        self._places = {
            name: slice(plan[0][0], plan[-1][0] + 1) for name, plan in self._plan.items()
        }
        self._later = {name: self._decay(plan) for name, plan in self._plan.items()}
        self._decays = {name: weights[:, LATER:] for name, weights in self._later.items()}
        self._fades = self._fading()
        self._votes = {
            name: self._votes_of(name, [signal for _, signal in plan])
            for name, plan in self._plan.items()
            if any(signal.per_item for _, signal in plan)
        }

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
        before, change = np.vecdot(sums, sums), np.empty_like(sums)
        for name, matrix in self.matrices.items():
            matrix.mix(*self._changes(name, history, since), change[self._places[name]])
        sums += change
        lost = np.vecdot(sums, sums) < RESIDUE * before
        for name, place in self._places.items() if lost.any() else ():
            if lost[place].any():
                self._sum_matrix(name, history, sums[place])
        return self._scale(out)

    def _sum(self, history: Codes, out: Floats) -> None:
        for name in self.matrices:
            self._sum_matrix(name, history, out[self._places[name]])

    def _sum_matrix(self, name: str, history: Codes, out: Floats) -> None:
        rows = history[-self._decays[name].shape[1] :]
        self.matrices[name].mix(rows, self._weights(name, rows), out)

    def _scale(self, out: Floats) -> Floats:
        _spread(out[SPREADS])
        _share(out[SHARES])
        out[POPULARITY] = self.popularity
        return out

    def _changes(self, name: str, history: Codes, since: int) -> tuple[Codes, Floats]:
        """The events that leave a matrix's sums and those that come in, with their weights."""
        later = self._later[name]
        newest, reach = len(history), self._decays[name].shape[1]
        first = max(0, newest - since - reach)
        gone = slice(first, max(first, newest - max(reach, since)))
        come = slice(newest - min(reach, since), newest)
        rows = np.concatenate([history[gone], history[come]])
        shift = later.shape[1] - newest  # from the place of an event to the column of its age
        gone, come = (slice(each.start + shift, each.stop + shift) for each in (gone, come))
        weights = np.concatenate([-later[:, gone], later[:, come]], axis=1)
        votes = self._votes.get(name)
        return rows, weights if votes is None else weights * votes[:, rows]

    def shares(self, history: Codes, item: int, blend: Floats) -> NDArray[np.float64]:
        """How much each event of a history adds to one item's score, (n_events,).

        Exact: together with the score of an item that nothing points to, they sum to the score.
        """
        added = np.zeros(len(history))
        for name, matrix in self.matrices.items():
            rows = history[-self._decays[name].shape[1] :]
            weights = self._weights(name, rows)
            sums = np.empty((len(weights), self.n_items), dtype=np.float32)
            matrix.mix(rows, weights, sums)
            parts = weights * matrix.column(rows, item)
            for (place, signal), row, part in zip(self._plan[name], sums, parts, strict=True):
                gain = scaled(row, signal)[item] - (np.log(FLOOR) if signal.scale == "share" else 0)
                total = part.sum()
                if total != 0:
                    added[len(history) - len(rows) :] += blend[place] * gain * part / total
        return added

    def _decay(self, plan: list[tuple[int, Signal]]) -> Floats:
        """(n_signals of one matrix, LATER and as many events as are read): weights, newest last."""
        longest = max(signal.half_life for _, signal in plan)
        reach = min(self.window, int(np.ceil(longest * -np.log2(NEGLIGIBLE))))
        ages = np.arange(LATER + reach - 1, -1, -1)
        half_lives = np.array([[signal.half_life] for _, signal in plan])
        return np.asarray(0.5 ** (ages / half_lives), dtype=np.float32)

    def _fading(self) -> Floats:
        """(LATER + 1, n_signals): what is left of each signal's sums after so many events."""
        plan = sorted(pair for signals in self._plan.values() for pair in signals)
        half_lives = np.array([signal.half_life for _, signal in plan])
        return np.asarray(0.5 ** (np.arange(LATER + 1)[:, None] / half_lives), dtype=np.float32)

    def _weights(self, name: str, rows: Codes) -> Floats:
        """(n_signals of one matrix, n_rows): how much each event counts under each signal."""
        decays = self._decays[name]
        weights = decays[:, decays.shape[1] - len(rows) :]
        votes = self._votes.get(name)
        return weights if votes is None else np.asarray(weights * votes[:, rows])

    def _votes_of(self, name: str, signals: list[Signal]) -> Floats:
        """(n_signals of one matrix, n_items): how much any event with an item counts."""
        votes = 1 / self.totals[name]
        return np.array([votes if each.per_item else np.ones_like(votes) for each in signals])

    def dismantle(self) -> dict[str, NDArray[Any]]:
        """Arrays to be stored."""
        arrays: dict[str, NDArray[Any]] = {"popularity": self.popularity}
        for name, matrix in self.matrices.items():
            arrays |= matrix.parts(name)
        return arrays | {f"{name}.totals": totals for name, totals in self.totals.items()}

    @classmethod
    def restore(cls, stored: StoredModel) -> "Signals":
        """The signals of a stored model."""
        popularity = stored.arrays["popularity"]
        names = sorted({signal.matrix for signal in SIGNALS})
        return cls(
            {name: restore_matrix(stored, name, len(popularity)) for name in names},
            {
                name: stored.arrays[f"{name}.totals"]
                for name in names
                if f"{name}.totals" in stored.arrays
            },
            popularity,
            stored.settings["window"],
            recency=stored.settings["recency"],
        )


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
