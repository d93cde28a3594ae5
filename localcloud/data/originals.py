"""MovieLens as its publisher's own files: u.data, u.item, u.user; what the notebooks read."""

from pathlib import Path

from localcloud.data.grouplens import GENRE_NAMES
from localcloud.data.tables import MovieLens

_ENCODING = "latin-1"


def write_originals(data: MovieLens, folder: Path) -> None:
    """Write the three files into `folder`, columns as the publisher's README tells them."""
    folder.mkdir(parents=True, exist_ok=True)
    ratings = (f"{r.user}\t{r.item}\t{r.stars:g}\t{r.timestamp}" for r in data.ratings)
    films = (
        "|".join([f.item, _title(f.title, f.year), "", "", "", *_flags(f.genres)])
        for f in data.films
    )
    people = (f"{p.user}|{p.age}|{p.gender}|{p.occupation}|" for p in data.people)
    for name, lines in (("u.data", ratings), ("u.item", films), ("u.user", people)):
        text = "\n".join(lines) + "\n"
        (folder / name).write_text(text, encoding=_ENCODING, errors="replace")


def _title(title: str, year: int | None) -> str:
    return title if year is None else f"{title} ({year})"


def _flags(genres: tuple[str, ...]) -> list[str]:
    return [str(int(name in genres)) for name in GENRE_NAMES]
