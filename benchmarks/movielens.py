"""MovieLens as event logs: what the measured bars are about.

ml-100k comes the way the workshop gets it. ml-latest-small has no second source: it is read from
the file that ``MOVIELENS_LATEST_SMALL`` names, else from the user's cache folder. Neither enters
the repository: ml-100k may not be passed on, and ml-latest-small only under its own conditions.
"""

import csv
import io
import os
import tempfile
import zipfile
from pathlib import Path

import numpy as np

from localcloud.data.sources import cache_folder, movielens_originals
from personalize_emulator.recipes.eventlog import EventLog

LATEST_SMALL = "ml-latest-small.zip"
LATEST_SMALL_ADDRESS = "https://files.grouplens.org/datasets/movielens/ml-latest-small.zip"


def workshop_log() -> EventLog | None:
    """The workshop's events: ratings above 1 are clicks, above 3 watches too; None without it."""
    named = os.environ.get("MOVIELENS_LATEST_SMALL")
    archive = Path(named) if named else cache_folder() / LATEST_SMALL
    if not archive.is_file():
        return None
    with zipfile.ZipFile(archive) as files, files.open("ml-latest-small/ratings.csv") as ratings:
        rows = list(csv.reader(io.TextIOWrapper(ratings, encoding="utf-8")))[1:]
    users, items, stars, times = (np.array(column) for column in zip(*rows, strict=True))
    kinds = [("click", stars.astype(float) > 1), ("watch", stars.astype(float) > 3)]
    chosen = np.concatenate([np.flatnonzero(mask) for _, mask in kinds])
    types = np.repeat([name for name, _ in kinds], [int(mask.sum()) for _, mask in kinds])
    return EventLog.from_columns(
        users[chosen], items[chosen], times[chosen].astype(np.int64), types=types
    )


def hundred_thousand_log(above: float = 0.0) -> tuple[EventLog, str]:
    """Ratings of ml-100k above so many stars, and where they come from."""
    with tempfile.TemporaryDirectory(prefix="ml-100k-") as folder:
        source = movielens_originals(Path(folder)).source
        rows = np.loadtxt(Path(folder) / "u.data", dtype=np.int64, delimiter="\t")
    kept = rows[rows[:, 2] > above]
    return EventLog.from_columns(kept[:, 0].astype(str), kept[:, 1].astype(str), kept[:, 3]), source
