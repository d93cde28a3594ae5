"""Tables of figures with their bars: what was measured, what it must reach, what is known."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

import numpy as np


@dataclass(frozen=True)
class Row:
    """One line.

    Args:
        name: what was measured.
        value: the figure.
        bar: what it must reach; None where nothing was promised.
        reference: a figure of somebody else's.
        margin: of 95 % confidence over users; NaN where there is none.
        at_most: whether the bar is an upper one.
    """

    name: str
    value: float
    bar: float | None = None
    reference: str = ""
    margin: float = float("nan")
    at_most: bool = False

    @property
    def verdict(self) -> str:
        """Whether the bar is reached; empty without a bar."""
        if self.bar is None:
            return ""
        reached = self.value <= self.bar if self.at_most else self.value >= self.bar
        return "holds" if reached else "MISSED"


def report(parts: Iterable[Sequence[Row]]) -> list[Row]:
    """Print the table, each part as soon as it is known; return all rows."""
    print(f"{'measured':<56}{'figure':>9}{'95 %':>9}{'bar':>9}  {'':<7}reference", flush=True)
    printed: list[Row] = []
    for rows in parts:
        _print(rows)
        printed += rows
    return printed


def _print(rows: Sequence[Row]) -> None:
    for row in rows:
        margin = "" if np.isnan(row.margin) else f"±{row.margin:.4f}"
        bar = "" if row.bar is None else f"{'≤' if row.at_most else '≥'} {row.bar:g}"
        line = f"{row.name:<56}{row.value:>9.4f}{margin:>9}{bar:>9}  {row.verdict:<7}"
        print(f"{line}{row.reference}".rstrip(), flush=True)
