"""MovieLens 100K, and where a notebook finds it: in the data bucket, else at its publisher.

Its licence lets everyone use it for research and nobody pass it on: it is nowhere in this project,
and whoever runs the notebooks fetches it once, into a bucket of their own.
"""

import io
import zipfile
from dataclasses import dataclass
from typing import Any
from urllib.request import urlopen

import pandas as pd
from botocore.exceptions import ClientError

URL = "https://files.grouplens.org/datasets/movielens/ml-100k.zip"
KEY = "workshop/ml-100k.zip"


@dataclass(frozen=True)
class MovieLens:
    """MovieLens 100K as three frames: ratings, films (genres joined by ``|``), people."""

    ratings: pd.DataFrame
    films: pd.DataFrame
    people: pd.DataFrame


GENRES = (
    "unknown",
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


def read(s3: Any, bucket: str) -> MovieLens:
    """Load MovieLens 100K from the bucket; fetch it from GroupLens and keep it there if it is not.

    An instance in a subnet without the internet needs it there: put the publisher's archive under
    ``workshop/ml-100k.zip`` in the data bucket.
    """
    archive = zipfile.ZipFile(io.BytesIO(_kept(s3, bucket) or _fetched(s3, bucket)))
    inside = {name.split("/")[-1]: name for name in archive.namelist()}
    ratings, films, people = (
        io.BytesIO(archive.read(inside[name])) for name in ("u.data", "u.item", "u.user")
    )
    return MovieLens(_ratings(ratings), _films(films), _people(people))


def _kept(s3: Any, bucket: str) -> bytes | None:
    try:
        return bytes(s3.get_object(Bucket=bucket, Key=KEY)["Body"].read())
    except ClientError as error:
        if error.response["Error"]["Code"] != "NoSuchKey":
            raise
        return None


def _fetched(s3: Any, bucket: str) -> bytes:
    with urlopen(URL, timeout=30) as answer:
        archive = bytes(answer.read())
    s3.put_object(Bucket=bucket, Key=KEY, Body=archive)
    return archive


def _ratings(source: io.BytesIO) -> pd.DataFrame:
    names = ["user", "film", "rating", "timestamp"]
    return pd.read_csv(source, sep="\t", names=names, dtype={"user": str, "film": str})


def _films(source: io.BytesIO) -> pd.DataFrame:
    names = ["film", "title", "released", "video", "url", *GENRES]
    raw = pd.read_csv(source, sep="|", encoding="latin-1", names=names, dtype={"film": str})
    flags = raw[list(GENRES)].to_numpy() == 1
    genres = ["|".join(g for g, on in zip(GENRES, row, strict=True) if on) for row in flags]
    year = raw["title"].str.extract(r"\((\d{4})\)\s*$")[0].astype("Int64")
    return pd.DataFrame(
        {"film": raw["film"], "title": raw["title"], "genres": genres, "year": year}
    )


def _people(source: io.BytesIO) -> pd.DataFrame:
    names = ["user", "age", "gender", "occupation", "zip"]
    return pd.read_csv(source, sep="|", names=names, dtype={"user": str, "zip": str})
