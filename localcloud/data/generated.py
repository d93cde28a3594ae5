"""Interactions drawn from a known taste model, for where no real data can be had.

Every user likes a few genres, every film has up to two and a popularity that falls off as in real
catalogues (Zipf); a user's next film is drawn in proportion to popularity times liking. So a recipe
that learns tastes must beat one that counts, as on real data. The seed fixes every row.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from localcloud.data.tables import Film, MovieLens, Person, Rating

_GENRES = ("Action", "Comedy", "Crime", "Drama", "Horror", "Musical", "Romance", "Sci-Fi")
_OCCUPATIONS = ("artist", "engineer", "librarian", "student", "writer")
_LIKED, _OTHER = 12.0, 0.4  # how much likelier a film of a liked genre is drawn than another
_FIRST_YEAR, _LAST_YEAR = 1950, 1998
_START = 874_724_710  # MovieLens 100K begins here: 20 September 1997
_DAY = 86_400
_PERIOD_DAYS = 200

Floats = NDArray[np.float64]
Flags = NDArray[np.bool_]


@dataclass(frozen=True, kw_only=True)
class Size:
    """How much to generate; `ratings` is the mean per user (at least 5 each)."""

    users: int = 943
    films: int = 1200
    ratings: int = 60


def generate(size: Size | None = None, *, seed: int = 20_260_101) -> MovieLens:
    """The three tables; the same for the same size and seed."""
    size = size or Size()
    random = np.random.default_rng(seed)
    genres = _draw_genres(random, size.films, most=2)
    tastes = _draw_genres(random, size.users, most=3)
    liking = np.where((tastes.astype(int) @ genres.T.astype(int)) > 0, _LIKED, _OTHER)
    popularity = np.arange(1, size.films + 1, dtype=np.float64) ** -0.8
    ratings = [
        rating
        for user in range(size.users)
        for rating in _ratings(random, user, liking[user], popularity, size.ratings)
    ]
    return MovieLens(ratings, _films(random, genres), _people(random, size.users))


def _draw_genres(random: np.random.Generator, rows: int, *, most: int) -> Flags:
    drawn = np.zeros((rows, len(_GENRES)), dtype=bool)
    for row, count in enumerate(random.integers(1, most + 1, rows)):
        drawn[row, random.choice(len(_GENRES), count, replace=False)] = True
    return drawn


def _ratings(
    random: np.random.Generator, user: int, liking: Floats, popularity: Floats, mean: int
) -> list[Rating]:
    count = min(max(5, int(random.poisson(mean))), len(popularity))
    weights = liking * popularity
    films = random.choice(len(weights), count, replace=False, p=weights / weights.sum())
    liked = liking[films] == _LIKED
    stars = np.clip(np.rint(random.normal(np.where(liked, 4.2, 2.6), 0.7)), 1, 5)
    times = _START + np.sort(random.integers(0, _PERIOD_DAYS * _DAY, count))
    return [
        Rating(str(user + 1), str(film + 1), float(star), int(time))
        for film, star, time in zip(films, stars, times, strict=True)
    ]


def _films(random: np.random.Generator, genres: Flags) -> list[Film]:
    years = random.integers(_FIRST_YEAR, _LAST_YEAR + 1, len(genres))
    return [
        Film(
            item=str(number),
            title=f"Film {number}",
            year=int(year),
            genres=tuple(name for name, has in zip(_GENRES, row, strict=True) if has),
        )
        for number, (row, year) in enumerate(zip(genres, years, strict=True), start=1)
    ]


def _people(random: np.random.Generator, users: int) -> list[Person]:
    return [
        Person(str(user + 1), int(age), "FM"[int(gender)], _OCCUPATIONS[int(occupation)])
        for user, (age, gender, occupation) in enumerate(
            zip(
                random.integers(15, 75, users),
                random.integers(0, 2, users),
                random.integers(0, len(_OCCUPATIONS), users),
                strict=True,
            )
        )
    ]
