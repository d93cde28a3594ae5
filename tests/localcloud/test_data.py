"""MovieLens from each of its sources, and generated data where there is none."""

import csv
import hashlib
import io
import zipfile
from dataclasses import replace
from pathlib import Path

import pytest

from localcloud.data import grouplens, recbole, sources
from localcloud.data.generated import Size, generate
from localcloud.data.tables import Film, MovieLens, Person, Rating, write_drop

RATINGS = [Rating("196", "242", 3.0, 881250949), Rating("186", "242", 4.0, 891717742)]
FILMS = [
    Film("242", "Kolya", 1996, ("Comedy",)),
    Film("543", "Misérables, Les", 1995, ("Drama", "Musical")),
    Film("267", "unknown", None, ()),
]
PEOPLE = [Person("196", 49, "M", "writer")]


@pytest.fixture
def archive(tmp_path: Path) -> Path:
    flags = {"242": "Comedy", "543": "Drama|Musical", "267": ""}
    titles = {"242": "Kolya (1996)", "543": "Misérables, Les (1995)", "267": "unknown"}
    rows = [
        "|".join(
            [item, titles[item], "01-Jan-1996", "", "http://x"]
            + ["01"[bool(name) and name in flags[item].split("|")] for name in genres()]
        )
        for item in ("242", "543", "267")
    ]
    file = tmp_path / "ml-100k.zip"
    with zipfile.ZipFile(file, "w") as target:
        target.writestr("ml-100k/u.data", "196\t242\t3\t881250949\n186\t242\t4\t891717742\n")
        target.writestr("ml-100k/u.item", "\n".join(rows).encode("latin-1"))
        target.writestr("ml-100k/u.user", "196|49|M|writer|55105\n")
    return file


def genres() -> tuple[str, ...]:
    return grouplens.GENRE_NAMES


@pytest.fixture
def wheel(tmp_path: Path) -> Path:
    file = tmp_path / "recbole.whl"
    folder = "recbole/dataset_example/ml-100k/ml-100k"
    with zipfile.ZipFile(file, "w") as target:
        target.writestr(
            f"{folder}.inter",
            "user_id:token\titem_id:token\trating:float\ttimestamp:float\n"
            "196\t242\t3\t881250949\n186\t242\t4\t891717742\n",
        )
        target.writestr(
            f"{folder}.item",
            "item_id:token\tmovie_title:token_seq\trelease_year:token\tclass:token_seq\n"
            "242\tKolya\t1996\tComedy\n543\tMisérables, Les\t1995\tDrama Musical\n"
            "267\tunknown\t\tunknown\n",
        )
        target.writestr(
            f"{folder}.user",
            "user_id:token\tage:token\tgender:token\toccupation:token\tzip_code:token\n"
            "196\t49\tM\twriter\t55105\n",
        )
    return file


def test_the_publishers_archive_is_read(archive: Path) -> None:
    assert grouplens.read(archive) == MovieLens(RATINGS, FILMS, PEOPLE)


def test_the_wheel_holds_the_same_tables(wheel: Path) -> None:
    assert recbole.read(wheel) == MovieLens(RATINGS, FILMS, PEOPLE)


def test_a_drop_has_the_columns_of_the_shipped_pipeline(tmp_path: Path) -> None:
    write_drop(MovieLens(RATINGS, FILMS, PEOPLE), tmp_path)

    rows = {
        file.stem: list(csv.DictReader(io.StringIO(file.read_text())))
        for file in tmp_path.glob("*.csv")
    }
    assert rows["interactions"][0] == {
        "USER_ID": "196",
        "ITEM_ID": "242",
        "TIMESTAMP": "881250949",
        "EVENT_TYPE": "click",
        "EVENT_VALUE": "3.0",
    }
    assert rows["interactions"][1]["EVENT_TYPE"] == "watch"
    assert rows["items"][1]["TITLE"] == "Misérables, Les"
    assert rows["items"][1]["GENRES"] == "Drama|Musical"
    assert rows["items"][0]["CREATION_TIMESTAMP"] == "881250949"
    assert rows["items"][2]["YEAR"] == rows["items"][2]["CREATION_TIMESTAMP"] == ""
    assert rows["users"] == [{"USER_ID": "196", "AGE": "49", "GENDER": "M", "OCCUPATION": "writer"}]


class Reach:
    """Two sources in a test's hands: which can be reached, and what they deliver."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch, archive: Path, wheel: Path) -> None:
        self.fetched: list[str] = []
        self.delivers = {"ml-100k.zip": archive.read_bytes(), "recbole.whl": wheel.read_bytes()}
        self.sources = [
            self.source("the publisher", "ml-100k.zip", grouplens.read),
            self.source("the wheel", "recbole.whl", recbole.read),
        ]
        monkeypatch.setattr(sources, "_SOURCES", self.sources)

    def source(self, words: str, file: str, read: object) -> sources.Source:
        digest = hashlib.sha256(self.delivers[file]).hexdigest()
        return sources.Source(words, file, ("sha256", digest), self.fetch, read)  # type: ignore[arg-type]

    def fetch(self, file: Path) -> None:
        self.fetched.append(file.name)
        content = self.delivers.get(file.name)
        if content is None:
            raise OSError("unreachable")
        file.write_bytes(content)


@pytest.fixture
def reach(monkeypatch: pytest.MonkeyPatch, archive: Path, wheel: Path) -> Reach:
    return Reach(monkeypatch, archive, wheel)


def fetch(tmp_path: Path) -> sources.Drop:
    return sources.movielens(tmp_path / "drop", cache=tmp_path / "cache")


def test_the_publisher_comes_first(reach: Reach, tmp_path: Path) -> None:
    assert fetch(tmp_path).source == "the publisher"
    assert reach.fetched == ["ml-100k.zip"]


def test_what_lies_in_the_cache_is_not_fetched_again(reach: Reach, tmp_path: Path) -> None:
    del reach.delivers["ml-100k.zip"]
    fetch(tmp_path)
    reach.fetched.clear()

    assert fetch(tmp_path).source == "the wheel"
    assert reach.fetched == []


def test_the_wheel_stands_in_for_a_publisher_out_of_reach(reach: Reach, tmp_path: Path) -> None:
    del reach.delivers["ml-100k.zip"]

    assert fetch(tmp_path).source == "the wheel"


def test_a_file_with_the_wrong_digest_is_not_used(reach: Reach, tmp_path: Path) -> None:
    reach.sources[0] = replace(reach.sources[0], digest=("sha256", "0" * 64))

    assert fetch(tmp_path).source == "the wheel"


def test_generated_data_say_that_they_are(reach: Reach, tmp_path: Path) -> None:
    reach.delivers.clear()

    drop = fetch(tmp_path)

    assert "generated data" in drop.source
    assert len((drop.folder / "interactions.csv").read_text().splitlines()) > 1000


def test_the_same_seed_generates_the_same_rows() -> None:
    size = Size(users=30, films=40, ratings=10)

    assert generate(size, seed=1) == generate(size, seed=1)
    assert generate(size, seed=1) != generate(size, seed=2)


def test_generated_users_prefer_films_of_few_genres() -> None:
    data = generate(Size(users=60, films=200, ratings=30), seed=3)
    genres_of = {film.item: set(film.genres) for film in data.films}
    liked = [rating for rating in data.ratings if rating.stars >= 4]
    by_user: dict[str, list[set[str]]] = {}
    for rating in liked:
        by_user.setdefault(rating.user, []).append(genres_of[rating.item])

    shares = [
        max(sum(genre in film for film in films) for genre in set().union(*films)) / len(films)
        for films in by_user.values()
    ]

    # Of eight genres, with up to two a film, chance would give the best one about a third.
    assert sum(shares) / len(shares) > 0.5
