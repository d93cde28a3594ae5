"""MovieLens 100K as the wheel of recbole 1.2.1 carries it: tab-separated, a header with types."""

import csv
import io
import zipfile
from pathlib import Path

from localcloud.data.tables import Film, MovieLens, Person, Rating

_FOLDER = "recbole/dataset_example/ml-100k"


def read(wheel: Path) -> MovieLens:
    """The three tables out of the wheel; nothing of it is installed or run."""
    with zipfile.ZipFile(wheel) as source:
        return MovieLens(
            ratings=[_rating(row) for row in _rows(source, "inter")],
            films=[_film(row) for row in _rows(source, "item")],
            people=[_person(row) for row in _rows(source, "user")],
        )


def _rows(source: zipfile.ZipFile, kind: str) -> list[dict[str, str]]:
    text = source.read(f"{_FOLDER}/ml-100k.{kind}").decode("utf-8")
    reader = csv.reader(io.StringIO(text), delimiter="\t", quoting=csv.QUOTE_NONE)
    names = [column.partition(":")[0] for column in next(reader)]
    return [dict(zip(names, row, strict=True)) for row in reader]


def _rating(row: dict[str, str]) -> Rating:
    return Rating(
        row["user_id"], row["item_id"], float(row["rating"]), int(float(row["timestamp"]))
    )


def _film(row: dict[str, str]) -> Film:
    year = row["release_year"].strip()
    genres = [genre for genre in row["class"].split(" ") if genre and genre != "unknown"]
    return Film(
        row["item_id"],
        row["movie_title"].strip(),
        int(year) if year.isdigit() else None,
        tuple(genres),
    )


def _person(row: dict[str, str]) -> Person:
    return Person(row["user_id"], int(row["age"]), row["gender"], row["occupation"])
