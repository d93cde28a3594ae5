"""Interactions made from a seed: for tests, for scale, and where no real data can be had.

People have a few tastes, and tastes drift; items belong to a genre or two and are popular by a
power law; events come in sessions, within which one thing leads to the next; some things are
touched again. So a model that reads order and taste has something to find, and popularity does not
suffice.
"""

import csv
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

GENRES = (
    "Action",
    "Adventure",
    "Animation",
    "Comedy",
    "Crime",
    "Drama",
    "Fantasy",
    "Horror",
    "Mystery",
    "Romance",
    "Sci-Fi",
    "Thriller",
)
OCCUPATIONS = ("artist", "engineer", "farmer", "nurse", "student", "teacher")
FIRST_DAY = 1_600_000_000
DAY = 86_400


@dataclass(frozen=True, slots=True)
class World:
    """What is generated.

    Args:
        users: how many people; every one has at least 8 events.
        items: how many things.
        events_per_user: the mean.
        repeat_share: how many of the events touch something again.
        chain_share: how many lead on from the item before.
        days: the time that the events span.
    """

    users: int = 900
    items: int = 800
    events_per_user: float = 60.0
    repeat_share: float = 0.05
    chain_share: float = 0.5
    days: int = 365


@dataclass(frozen=True)
class Generated:
    """Columns by dataset, as the service's CSV files name them."""

    interactions: dict[str, NDArray[np.generic]]
    items: dict[str, NDArray[np.generic]]
    users: dict[str, NDArray[np.generic]]

    def write(self, folder: Path) -> None:
        """Write interactions.csv, items.csv and users.csv."""
        folder.mkdir(parents=True, exist_ok=True)
        for name in ("interactions", "items", "users"):
            _write_csv(folder / f"{name}.csv", getattr(self, name))

    def write_columns(self, folder: Path) -> None:
        """Write the folder that a training job reads: one subfolder a dataset."""
        for name in ("interactions", "items", "users"):
            (folder / name).mkdir(parents=True, exist_ok=True)
            for column, values in getattr(self, name).items():
                np.save(folder / name / f"{column}.npy", values)


def generate(seed: int, world: World | None = None) -> Generated:
    """A world and what happened in it; equal seeds give equal data."""
    return _Generator(seed, world or World()).run()


class _Generator:
    """One run of the random numbers, in a fixed order."""

    def __init__(self, seed: int, world: World) -> None:
        self.random = np.random.default_rng(seed)
        self.world = world
        self.genres = self.random.integers(len(GENRES), size=(world.items, 2))
        self.popularity = 1 / self.random.permutation(np.arange(3, world.items + 3)) ** 0.5
        self.pools = [
            np.flatnonzero((self.genres == genre).any(axis=1)) for genre in range(len(GENRES))
        ]
        self.followers = self._chain()

    def run(self) -> Generated:
        people = [self._person() for _ in range(self.world.users)]
        counts = [len(items) for items, _ in people]
        items = np.concatenate([items for items, _ in people])
        user_ids = _names("u", self.world.users)
        return Generated(
            interactions={
                "USER_ID": np.repeat(user_ids, counts),
                "ITEM_ID": _names("i", self.world.items)[items],
                "TIMESTAMP": np.concatenate([times for _, times in people]),
                "EVENT_TYPE": self.random.choice(["click", "watch"], size=len(items)),
            },
            items=self._item_columns(),
            users={
                "USER_ID": user_ids,
                "AGE": self.random.integers(18, 70, size=self.world.users),
                "OCCUPATION": self.random.choice(OCCUPATIONS, size=self.world.users),
            },
        )

    def _chain(self) -> NDArray[np.int64]:
        """(n_items, 4): the items that each one leads to, of its own genre."""
        followers = np.empty((self.world.items, 4), dtype=np.int64)
        for item, genre in enumerate(self.genres[:, 0]):
            followers[item] = self._of_genre(int(genre), 4)
        return followers

    def _of_genre(self, genre: int, count: int) -> NDArray[np.int64]:
        pool = self.pools[genre] if len(self.pools[genre]) else np.arange(self.world.items)
        weights = self.popularity[pool]
        return np.asarray(self.random.choice(pool, size=count, p=weights / weights.sum()))

    def _person(self) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
        """One person's items and times, oldest first."""
        count = 8 + self.random.poisson(max(0.0, self.world.events_per_user - 8))
        early, late = self.random.integers(len(GENRES), size=(2, 2))
        draws = self.random.random((count, 3))
        wanted = np.where(draws[:, 0] < np.linspace(0, 1, count), *self._tastes(early, late, count))
        fresh = [int(self._of_genre(int(genre), 1)[0]) for genre in wanted]
        return self._walk(fresh, draws), self._times(count)

    def _tastes(
        self, early: NDArray[np.int64], late: NDArray[np.int64], count: int
    ) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
        """The genre of each event under the later and the earlier taste: tastes drift."""
        random = self.random
        return np.asarray(random.choice(late, count)), np.asarray(random.choice(early, count))

    def _walk(self, fresh: Sequence[int], draws: NDArray[np.float64]) -> NDArray[np.int64]:
        """Each event touches something again, or follows from the last, or is fresh."""
        items: list[int] = []
        for new, (_, kind, which) in zip(fresh, draws, strict=True):
            if items and kind < self.world.repeat_share:
                items.append(items[-1 - int(which * min(5, len(items)))])
            elif items and kind < self.world.repeat_share + self.world.chain_share:
                items.append(int(self.followers[items[-1], int(which**2 * 4)]))
            else:
                items.append(new)
        return np.array(items)

    def _times(self, count: int) -> NDArray[np.int64]:
        """Sessions of about six events, minutes apart, days between sessions."""
        breaks = self.random.random(count) < 1 / 6
        gaps = np.where(breaks, self.random.exponential(5 * DAY, count), 0)
        gaps = gaps + self.random.integers(20, 600, count)
        elapsed = np.cumsum(gaps)
        span = self.world.days * DAY
        start = self.random.random() * max(0.0, span - elapsed[-1])
        times = FIRST_DAY + start + elapsed * min(1.0, span / elapsed[-1])
        return np.asarray(times, dtype=np.int64)

    def _item_columns(self) -> dict[str, NDArray[np.generic]]:
        names = np.array(GENRES)[self.genres]
        alone = self.genres[:, 0] == self.genres[:, 1]
        both = np.char.add(np.char.add(names[:, 0], "|"), names[:, 1])
        numbers = np.arange(self.world.items).astype(str)
        words = np.char.add(np.char.add("The ", names[:, 0]), np.char.add(" of ", names[:, 1]))
        return {
            "ITEM_ID": _names("i", self.world.items),
            "TITLE": np.char.add(np.char.add(words, " "), numbers),
            "GENRES": np.where(alone, names[:, 0], both),
            "YEAR": self.random.integers(1970, 2024, size=self.world.items),
            "CREATION_TIMESTAMP": FIRST_DAY
            - self.random.integers(0, 900, size=self.world.items) * DAY,
        }


def _names(prefix: str, count: int) -> NDArray[np.str_]:
    width = len(str(count))
    return np.array([f"{prefix}{number:0{width}d}" for number in range(1, count + 1)])


def _write_csv(path: Path, columns: dict[str, NDArray[np.generic]]) -> None:
    rows: Iterable[tuple[object, ...]] = zip(
        *(column.tolist() for column in columns.values()), strict=True
    )
    with path.open("w", encoding="utf-8", newline="") as stream:
        writer = csv.writer(stream, lineterminator="\n")
        writer.writerow(columns)
        writer.writerows(rows)
