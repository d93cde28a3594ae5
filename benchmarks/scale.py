"""How long a training takes, and its memory: ten million interactions, and the widest matrices.

Ten million interactions over fifty thousand items are counted sparsely but for the catalogue's
heart; 15,000 items, each with ten events or more, are as many as there ever are in dense matrices.
The training is the process that the emulator starts, with its one thread, reading of its data
folder included. The data is made from a seed: people with a taste or two, items popular by a power
law, one thing leading to the next. Memory is the most that the process ever had resident, mapped
files included.
"""

import json
import os
import resource
import subprocess
import sys
import tempfile
import time
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from personalize_emulator.training.trainer import training_environment

SEED, TASTES = 20, 40
CHAINED, SKEW, SHORTEST = 0.3, 2.5, 8
RECIPES = ("aws-user-personalization", "aws-sims")
SECONDS, GIGABYTES = 120.0, 4.0


@dataclass(frozen=True)
class World:
    """How much there is of everything; items in equal parts of 40 tastes."""

    events: int
    items: int
    users: int


WORLDS = (World(10_000_000, 50_000, 160_000), World(3_000_000, 15_000, 48_000))


@dataclass(frozen=True)
class Row:
    """One training: seconds on the clock and of processors, memory, and what it is worth."""

    recipe: str
    seconds: float
    busy: float
    gigabytes: float
    ndcg: float


def main() -> list[Row]:
    """Make the data, train, print the table, return its rows."""
    return [row for world in WORLDS for row in measured(world)]


def measured(world: World) -> list[Row]:
    """Every recipe on one world's data."""
    with tempfile.TemporaryDirectory(prefix="scale-") as name:
        folder = Path(name)
        fewest = write_interactions(folder / "data" / "interactions", world)
        rows = [train(recipe, folder) for recipe in RECIPES]
    report(world, fewest, rows)
    return rows


def write_interactions(folder: Path, world: World) -> int:
    """Write the columns of the interactions dataset, in the order of time.

    Returns:
        The events of the item with the fewest.
    """
    random = np.random.default_rng(SEED)
    lengths = random.lognormal(0, 0.8, world.users)
    spread = world.events - SHORTEST * world.users
    lengths = SHORTEST + np.floor(lengths / lengths.sum() * spread)
    lengths[0] += world.events - lengths.sum()
    users = np.repeat(np.arange(world.users), lengths.astype(np.int64))
    times = 1_600_000_000 + random.integers(0, 365 * 86_400, world.events)
    order = np.argsort(times)
    items = _walk(users[order], world, random)
    columns = {
        "USER_ID": _names("u", world.users)[users][order],
        "ITEM_ID": _names("i", world.items)[items],
        "TIMESTAMP": times[order],
    }
    folder.mkdir(parents=True)
    for column, values in columns.items():
        np.save(folder / f"{column}.npy", values)
    return int(np.bincount(items, minlength=world.items).min())


def _walk(
    owners: NDArray[np.int64], world: World, random: np.random.Generator
) -> NDArray[np.int64]:
    """(n_events,) items in the order of time: of the person's tastes, or led to by the last one.

    Places within a taste are drawn by a power law; each item leads to one other of its taste.
    """
    n_events = len(owners)
    tastes = random.integers(TASTES, size=(world.users, 2))
    size = world.items // TASTES
    taste = tastes[owners, random.integers(2, size=n_events)]
    items = taste * size + (size * random.random(n_events) ** SKEW).astype(np.int64)
    by_user = np.argsort(owners, kind="stable")
    before = np.empty(n_events, dtype=np.int64)
    before[by_user] = np.roll(items[by_user], 1)
    starts = range(0, world.items, size)
    leads_to = np.concatenate([low + random.permutation(size) for low in starts])
    return np.where(random.random(n_events) < CHAINED, leads_to[before], items)


def _names(prefix: str, count: int) -> NDArray[np.str_]:
    return np.array([f"{prefix}{number:06d}" for number in range(count)])


def train(recipe: str, folder: Path) -> Row:
    """One training in a process of its own."""
    output = folder / recipe
    job = {"recipe": recipe, "data": str(folder / "data"), "output": str(output)}
    path = folder / f"{recipe}.json"
    path.write_text(json.dumps(job), encoding="utf-8")
    command = [sys.executable, "-m", "personalize_emulator.recipes.train", str(path)]
    begun = time.perf_counter()
    with subprocess.Popen(command, env=training_environment()) as process:
        _, status, used = os.wait4(process.pid, 0)
        process.returncode = os.waitstatus_to_exitcode(status)
    seconds = time.perf_counter() - begun
    result = json.loads((output / "result.json").read_bytes())
    if process.returncode:
        raise RuntimeError(f"{recipe}: {result['failureReason']}")
    ndcg = result["metrics"]["normalized_discounted_cumulative_gain_at_10"]
    return Row(recipe, seconds, used.ru_utime + used.ru_stime, gigabytes(used), ndcg)


def gigabytes(used: resource.struct_rusage) -> float:
    """Linux counts in kilobytes, macOS in bytes."""
    return used.ru_maxrss * (1 if sys.platform == "darwin" else 1024) / 1e9


def report(world: World, fewest: int, rows: Sequence[Row]) -> None:
    """Print the table of one world."""
    print(
        f"{world.events:,} interactions, {world.items:,} items of {fewest} events or more,"
        f" {world.users:,} users; {os.cpu_count()} cores, load {os.getloadavg()[0]:.1f}"
    )
    print(f"{'recipe':<28}{'seconds':>9}{'≤':>7}{'CPU s':>8}{'GB':>7}{'≤':>6}{'NDCG@10':>9}")
    for row in rows:
        line = f"{row.recipe:<28}{row.seconds:>9.1f}{SECONDS:>7.0f}{row.busy:>8.1f}"
        print(f"{line}{row.gigabytes:>7.2f}{GIGABYTES:>6.1f}{row.ndcg:>9.4f}", flush=True)


if __name__ == "__main__":
    main()
