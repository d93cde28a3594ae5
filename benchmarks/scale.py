"""Ten million interactions over fifty thousand items: how long a training takes, and its memory.

The training is the process that the emulator starts, reading of its data folder included. The data
is made from a seed: people with a taste or two, items popular by a power law, one thing leading to
the next. Memory is the most that the process ever had resident, mapped files included.
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

SEED = 20
EVENTS, ITEMS, USERS, TASTES = 10_000_000, 50_000, 160_000, 40
CHAINED, SKEW, SHORTEST = 0.3, 2.5, 8
RECIPES = ("aws-user-personalization", "aws-sims")
SECONDS, GIGABYTES = 120.0, 4.0


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
    with tempfile.TemporaryDirectory(prefix="scale-") as name:
        folder = Path(name)
        write_interactions(folder / "data" / "interactions", np.random.default_rng(SEED))
        rows = [train(recipe, folder) for recipe in RECIPES]
    report(rows)
    return rows


def write_interactions(folder: Path, random: np.random.Generator) -> None:
    """The columns of the interactions dataset, in the order of time."""
    lengths = random.lognormal(0, 0.8, USERS)
    lengths = SHORTEST + np.floor(lengths / lengths.sum() * (EVENTS - SHORTEST * USERS))
    lengths[0] += EVENTS - lengths.sum()
    users = np.repeat(np.arange(USERS), lengths.astype(np.int64))
    times = 1_600_000_000 + random.integers(0, 365 * 86_400, EVENTS)
    order = np.argsort(times)
    columns = {
        "USER_ID": _names("u", USERS)[users][order],
        "ITEM_ID": _names("i", ITEMS)[_walk(users, order, random)],
        "TIMESTAMP": times[order],
    }
    folder.mkdir(parents=True)
    for column, values in columns.items():
        np.save(folder / f"{column}.npy", values)


def _walk(
    users: NDArray[np.int64], order: NDArray[np.int64], random: np.random.Generator
) -> NDArray[np.int64]:
    """(EVENTS,) items in the order of time: of the person's tastes, or what the last one leads to.

    Places within a taste are drawn by a power law; each item leads to one other of its taste.
    """
    tastes = random.integers(TASTES, size=(USERS, 2))
    size = ITEMS // TASTES
    owners = users[order]
    taste = tastes[owners, random.integers(2, size=EVENTS)]
    items = taste * size + (size * random.random(EVENTS) ** SKEW).astype(np.int64)
    by_user = np.argsort(owners, kind="stable")
    before = np.empty(EVENTS, dtype=np.int64)
    before[by_user] = np.roll(items[by_user], 1)
    leads_to = np.concatenate([low + random.permutation(size) for low in range(0, ITEMS, size)])
    return np.where(random.random(EVENTS) < CHAINED, leads_to[before], items)


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
    with subprocess.Popen(command) as process:
        _, status, used = os.wait4(process.pid, 0)
        process.returncode = os.waitstatus_to_exitcode(status)
    seconds = time.perf_counter() - begun
    result = json.loads((output / "result.json").read_bytes())
    if process.returncode:
        raise RuntimeError(f"{recipe}: {result['failureReason']}")
    ndcg = result["metrics"]["normalized_discounted_cumulative_gain_at_10"]
    return Row(recipe, seconds, used.ru_utime + used.ru_stime, _gigabytes(used), ndcg)


def _gigabytes(used: resource.struct_rusage) -> float:
    """Linux counts in kilobytes, macOS in bytes."""
    return used.ru_maxrss * (1 if sys.platform == "darwin" else 1024) / 1e9


def report(rows: Sequence[Row]) -> None:
    """Print the table."""
    print(
        f"{EVENTS:,} interactions, {ITEMS:,} items, {USERS:,} users; {os.cpu_count()} cores,"
        f" load of the machine {os.getloadavg()[0]:.1f}"
    )
    print(f"{'recipe':<28}{'seconds':>9}{'≤':>7}{'CPU s':>8}{'GB':>7}{'≤':>6}{'NDCG@10':>9}")
    for row in rows:
        line = f"{row.recipe:<28}{row.seconds:>9.1f}{SECONDS:>7.0f}{row.busy:>8.1f}"
        print(f"{line}{row.gigabytes:>7.2f}{GIGABYTES:>6.1f}{row.ndcg:>9.4f}")


if __name__ == "__main__":
    main()
