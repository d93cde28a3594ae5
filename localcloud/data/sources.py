"""Where the data comes from: the publisher, else a package that carries it, else a generator.

What was fetched stays in the user's cache folder, checked against its published digest, and never
enters the repository: MovieLens may be used for research but not passed on.
"""

import hashlib
import os
import socket
import subprocess
import sys
import threading
import urllib.request
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from localcloud.data import grouplens, recbole
from localcloud.data.generated import generate
from localcloud.data.originals import write_originals
from localcloud.data.tables import MovieLens, write_drop

_HOST = "files.grouplens.org"
_URL = f"https://{_HOST}/datasets/movielens/ml-100k.zip"
_CONNECT_SECONDS = 3.0
_PIP_SECONDS = 60.0
_GENERATED = "generated data (neither GroupLens nor the package index could be reached)"


@dataclass(frozen=True)
class Drop:
    """A folder with the files of a drop, and in words where they come from."""

    folder: Path
    source: str


@dataclass(frozen=True)
class Source:
    """One place that has MovieLens 100K.

    Attributes:
        words: What to call it in front of people.
        file: Its file's name in the cache.
        digest: Algorithm and hexadecimal digest of the genuine file.
        fetch: Puts the file into the cache; OSError or SubprocessError if it is out of reach.
        read: Reads the tables out of the file.
    """

    words: str
    file: str
    digest: tuple[str, str]
    fetch: Callable[[Path], None]
    read: Callable[[Path], MovieLens]

    def is_genuine(self, cache: Path) -> bool:
        """Whether the cache has the file, whole and unchanged."""
        file = cache / self.file
        algorithm, expected = self.digest
        return file.is_file() and _digest(file, algorithm) == expected


def cache_folder() -> Path:
    """The user's cache folder for this project (XDG base directory specification)."""
    base = os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache"
    return Path(base) / "personalize-pipeline"


def movielens(folder: Path, *, cache: Path | None = None) -> Drop:
    """Write MovieLens 100K as a drop into `folder`, or generated data where it cannot be had."""
    data, words = _rows(cache or cache_folder())
    write_drop(data, folder)
    return Drop(folder, words)


def movielens_originals(folder: Path, *, cache: Path | None = None) -> Drop:
    """Write the same data as its publisher's own files; what the notebooks read."""
    data, words = _rows(cache or cache_folder())
    write_originals(data, folder)
    return Drop(folder, words)


def _rows(cache: Path) -> tuple[MovieLens, str]:
    cache.mkdir(parents=True, exist_ok=True)
    source = _first_cached(cache) or _first_fetched(cache)
    if source is None:
        return generate(), _GENERATED
    return source.read(cache / source.file), source.words


def _first_cached(cache: Path) -> Source | None:
    return next((source for source in _SOURCES if source.is_genuine(cache)), None)


def _first_fetched(cache: Path) -> Source | None:
    for source in _SOURCES:
        try:
            source.fetch(cache / source.file)
        except (OSError, subprocess.SubprocessError):
            continue  # out of reach from here: that is what the next source is for
        if source.is_genuine(cache):
            return source
    return None


def _fetch_archive(file: Path) -> None:
    if not _resolves(_HOST):
        raise OSError(f"{_HOST} does not resolve")
    with urllib.request.urlopen(_URL, timeout=_CONNECT_SECONDS) as answer:
        content = answer.read()
    partial = file.with_suffix(".partial")
    partial.write_bytes(content)
    partial.replace(file)


def _resolves(host: str) -> bool:
    """Whether the host has an address, within the time-out (which resolvers do not know)."""
    found = threading.Event()

    def resolve() -> None:
        try:
            socket.getaddrinfo(host, 443)
        except OSError:
            return
        found.set()

    thread = threading.Thread(target=resolve, daemon=True)
    thread.start()
    thread.join(_CONNECT_SECONDS)
    return found.is_set()


def _fetch_wheel(file: Path) -> None:
    command = [sys.executable, "-m", "pip", "download", "--quiet", "--disable-pip-version-check"]
    command += ["--no-deps", "--retries", "1", "--timeout", "5"]
    command += ["--dest", str(file.parent), "recbole==1.2.1"]
    subprocess.run(command, check=True, capture_output=True, timeout=_PIP_SECONDS)


def _digest(file: Path, algorithm: str) -> str:
    return hashlib.new(algorithm, file.read_bytes(), usedforsecurity=False).hexdigest()


_SOURCES = (
    Source(
        words="MovieLens 100K from GroupLens",
        file="ml-100k.zip",
        digest=("md5", "0e33842e24a9c977be4e0107933c0723"),  # published beside the archive
        fetch=_fetch_archive,
        read=grouplens.read,
    ),
    Source(
        words="MovieLens 100K (GroupLens) out of the recbole 1.2.1 wheel",
        file="recbole-1.2.1-py3-none-any.whl",
        digest=("sha256", "9c9948202011f37eb0a7c6768129313f00d6403ad221ec940d5e2d5d5f33a407"),
        fetch=_fetch_wheel,
        read=recbole.read,
    ),
)
