"""What the dense matrices are worth by how many items are in them, and what they cost.

Solving them grows with the third power, so a training keeps them to the most touched items. Here
15,000 items, each with fifty events or more, are trained on with ever more of them dense: the
nDCG@10 of the same held-out users, and what it gains over the fewest, with 95 % confidence over
the paired differences. Each training is a process of its own, on all cores; memory is the most
that it ever had.
"""

import multiprocessing
import resource
import tempfile
import time
from collections.abc import Iterator
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from benchmarks.scale import WORLDS, gigabytes, write_interactions
from personalize_emulator.evaluation.evaluate import evaluate
from personalize_emulator.evaluation.intervals import interval_of
from personalize_emulator.evaluation.split import hold_out_users
from personalize_emulator.recipes.dataset import Dataset
from personalize_emulator.recipes.eventlog import EventLog
from personalize_emulator.recipes.fitting.personal import fit_personal, learn
from personalize_emulator.recipes.fitting.signals import SignalSettings

RECIPE, NDCG = "aws-user-personalization", "normalized_discounted_cumulative_gain_at_10"
SHIPPED = SignalSettings()
CORES = (SHIPPED.heart, SHIPPED.core, SHIPPED.max_dense)
SEED, SHARE = 0, 0.1
WORLD = WORLDS[-1]


@dataclass(frozen=True)
class Row:
    """One training: the nDCG@10 of each held-out user, seconds of fitting, memory."""

    core: int
    ndcg: NDArray[np.float64]
    seconds: float
    gigabytes: float


def main() -> list[Row]:
    """Make the data, train, print the table, return its rows."""
    with tempfile.TemporaryDirectory(prefix="core-") as name:
        folder = Path(name) / "interactions"
        fewest = write_interactions(folder, WORLD)
        print(f"{WORLD.items:,} items of {fewest} events or more, {WORLD.events:,} interactions")
        print(f"{'dense items':<14}{'NDCG@10':>9}{'gain':>9}{'95 %':>9}{'seconds':>9}{'GB':>7}")
        return list(_reported(folder))


def _reported(folder: Path) -> Iterator[Row]:
    """Yield a row for each core, printed; the first is what the others are compared with."""
    first: Row | None = None
    for core in CORES:
        row = _apart(folder, core)
        first = first or row
        gain = interval_of(row.ndcg - first.ndcg)
        compared = "" if row is first else f"{gain.mean:>+9.4f}  ±{gain.margin:.4f}"
        cost = f"{row.seconds:>9.1f}{row.gigabytes:>7.2f}"
        print(f"{row.core:<14,}{row.ndcg.mean():>9.4f}{compared:>18}{cost}", flush=True)
        yield row


def _apart(folder: Path, core: int) -> Row:
    """One training in a process of its own."""
    spawn = multiprocessing.get_context("spawn")
    with ProcessPoolExecutor(max_workers=1, mp_context=spawn) as process:
        return process.submit(trained, folder, core).result()


def trained(folder: Path, core: int) -> Row:
    """Learn and fit as a training does, and ask the users held out."""
    names = ("USER_ID", "ITEM_ID", "TIMESTAMP")
    users, items, times = (np.load(folder / f"{name}.npy") for name in names)
    split = hold_out_users(EventLog.from_columns(users, items, times), seed=SEED, share=SHARE)
    data, settings = Dataset(split.train), replace(SHIPPED, core=core)
    begun = time.perf_counter()
    model = fit_personal(RECIPE, data, settings, learn(data, settings))
    seconds = time.perf_counter() - begun
    memory = gigabytes(resource.getrusage(resource.RUSAGE_SELF))
    return Row(core, evaluate(model, split).service[NDCG], seconds, memory)


if __name__ == "__main__":
    main()
