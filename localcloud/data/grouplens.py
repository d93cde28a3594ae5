"""MovieLens 100K as GroupLens publishes it: `ml-100k.zip`, Latin-1, columns told by `README`."""

import re
import zipfile
from pathlib import Path

from localcloud.data.tables import Film, MovieLens, Person, Rating

# `u.genre`, in the order of u.item's last 19 columns; the first means that none is known.
GENRE_NAMES = (
    "",
    "Action",
    "Adventure",
    "Animation",
    "Children's",
    "Comedy",
    "Crime",
    "Documentary",
    "Drama",
    "Fantasy",
    "Film-Noir",
    "Horror",
    "Musical",
    "Mystery",
    "Romance",
    "Sci-Fi",
    "Thriller",
    "War",
    "Western",
)
_TITLE_AND_YEAR = re.compile(r"(?P<title>.*?)\s*(?:\((?P<year>\d{4})\))?\s*")
_FIRST_GENRE_COLUMN = 5


def read(archive: Path) -> MovieLens:
    """The three tables of `ml-100k.zip`."""
    with zipfile.ZipFile(archive) as source:
        return MovieLens(
            ratings=[_rating(*row) for row in _rows(source, "u.data", "\t")],
            films=[_film(row) for row in _rows(source, "u.item", "|")],
            people=[_person(*row[:4]) for row in _rows(source, "u.user", "|")],
        )


def _rows(source: zipfile.ZipFile, name: str, separator: str) -> list[list[str]]:
    text = source.read(f"ml-100k/{name}").decode("latin-1")
    return [line.split(separator) for line in text.splitlines() if line]


def _rating(user: str, item: str, stars: str, timestamp: str) -> Rating:
    return Rating(user, item, float(stars), int(timestamp))


def _film(row: list[str]) -> Film:
    match = _TITLE_AND_YEAR.fullmatch(row[1])
    title, year = match.group("title", "year") if match else (row[1], None)
    flags = row[_FIRST_GENRE_COLUMN:]
    genres = [name for name, flag in zip(GENRE_NAMES, flags, strict=True) if name and flag == "1"]
    return Film(row[0], title, int(year) if year else None, tuple(genres))


def _person(user: str, age: str, gender: str, occupation: str) -> Person:
    return Person(user, int(age), gender, occupation)
