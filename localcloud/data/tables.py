"""MovieLens as plain rows, whichever source they come from, and as the files of a drop."""

import csv
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path

# Ratings of 4 and 5 stars count as having watched a film to its end; the others as a click.
WATCHED_FROM = 4.0


@dataclass(frozen=True, slots=True)
class Rating:
    """A user rated a film: stars from 1 to 5, Unix time in seconds."""

    user: str
    item: str
    stars: float
    timestamp: int


@dataclass(frozen=True, slots=True)
class Film:
    """A film; `year` is None and `genres` empty where MovieLens knows none."""

    item: str
    title: str
    year: int | None
    genres: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Person:
    """A user as MovieLens describes them."""

    user: str
    age: int
    gender: str
    occupation: str


@dataclass(frozen=True)
class MovieLens:
    """The three tables."""

    ratings: Sequence[Rating]
    films: Sequence[Film]
    people: Sequence[Person]


def write_drop(data: MovieLens, folder: Path) -> None:
    """Write interactions.csv, items.csv and users.csv, as `pipelines/movielens.yaml` has them."""
    folder.mkdir(parents=True, exist_ok=True)
    _write(
        folder / "interactions.csv",
        ("USER_ID", "ITEM_ID", "TIMESTAMP", "EVENT_TYPE", "EVENT_VALUE"),
        ((r.user, r.item, r.timestamp, _event_type(r), r.stars) for r in data.ratings),
    )
    first_rated = _first_rated(data.ratings)
    _write(
        folder / "items.csv",
        ("ITEM_ID", "TITLE", "GENRES", "YEAR", "CREATION_TIMESTAMP"),
        (
            (f.item, f.title, "|".join(f.genres), f.year, first_rated.get(f.item))
            for f in data.films
        ),
    )
    _write(
        folder / "users.csv",
        ("USER_ID", "AGE", "GENDER", "OCCUPATION"),
        ((p.user, p.age, p.gender, p.occupation) for p in data.people),
    )


def _event_type(rating: Rating) -> str:
    return "watch" if rating.stars >= WATCHED_FROM else "click"


def _first_rated(ratings: Iterable[Rating]) -> dict[str, int]:
    """When each film entered the catalogue: MovieLens does not say; its first rating stands in."""
    first: dict[str, int] = {}
    for rating in ratings:
        first[rating.item] = min(rating.timestamp, first.get(rating.item, rating.timestamp))
    return first


def _write(file: Path, header: Sequence[str], rows: Iterable[Sequence[object]]) -> None:
    with file.open("w", encoding="utf-8", newline="") as sink:
        writer = csv.writer(sink, lineterminator="\n")
        writer.writerow(header)
        writer.writerows(["" if value is None else value for value in row] for row in rows)
