"""The fingerprints of a whole drop, added up share by share.

A share is a part of the range of fingerprints. All runs of all parts give what they have of it, so
whatever has to be compared meets in the same share, and sums over shares are exact. How the rows
were spread over parts does not matter.
"""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor

import numpy as np
from pydantic import BaseModel, Field

from lambdas.validate.counting.catalogue import IDS
from lambdas.validate.counting.different import different
from lambdas.validate.counting.events import PAIRS, ROWS, THINGS, USERS
from lambdas.validate.counting.fingerprints import Counts, Fingerprints
from lambdas.validate.counting.part import CATALOGUES, EVENTS
from lambdas.validate.counting.runs import Runs

POPULAR_KEPT = 1_000
# The catalogue that an event's thing should be in.
_CATALOGUE_OF = {"interactions": "items", "actionInteractions": "actions"}
Tally = tuple[Fingerprints, Counts]


class ShareFacts(BaseModel):
    """What one share of one dataset's fingerprints adds up to."""

    users: int = 0
    users_with_two: int = 0
    things: int = 0
    distinct_rows: int = 0
    distinct_pairs: int = 0
    repeated_ids: int = 0
    unknown_things: int = 0
    cold_things: int = 0
    popularity: list[int] = Field(default_factory=list)
    different: dict[str, int] = Field(default_factory=dict)
    """Different events of the types a solution takes, by its name; exact below the minimum."""

    def __add__(self, other: "ShareFacts") -> "ShareFacts":
        """Return both together."""
        sums = {
            name: getattr(self, name) + getattr(other, name)
            for name in ShareFacts.model_fields
            if name not in {"popularity", "different"}
        }
        popular = sorted([*self.popularity, *other.popularity], reverse=True)[:POPULAR_KEPT]
        unlike = dict(Counter(self.different) + Counter(other.different))
        return ShareFacts(**sums, popularity=popular, different=unlike)


def all_shares(
    runs: Mapping[str, Sequence[Runs]], shares: int, threads: int = 1
) -> dict[str, ShareFacts]:
    """Return every share of every dataset, added up; each thread has one share in memory."""
    with ThreadPoolExecutor(threads) as pool:
        return together(pool.map(lambda share: one_share(runs, share, shares), range(shares)))


def together(shares: Iterable[Mapping[str, ShareFacts]]) -> dict[str, ShareFacts]:
    """Return shares, added up."""
    total: dict[str, ShareFacts] = {}
    for share in shares:
        for kind, facts in share.items():
            total[kind] = total.get(kind, ShareFacts()) + facts
    return total


def one_share(runs: Mapping[str, Sequence[Runs]], share: int, shares: int) -> dict[str, ShareFacts]:
    """Return one share of every dataset.

    Args:
        runs: The runs of all parts, by dataset.
        share: Which share, from 0.
        shares: How many there are.
    """
    things = {
        kind: Runs.tally(runs[kind], IDS if kind in CATALOGUES else THINGS, share, shares)
        for kind in runs
    }
    found: dict[str, ShareFacts] = {}
    for kind, tally in things.items():
        if kind in EVENTS:
            catalogue = things.get(_CATALOGUE_OF[kind])
            found[kind] = _events(runs[kind], tally, catalogue, share, shares)
        else:
            rows = int(tally[1].sum())
            found[kind] = ShareFacts(things=len(tally[0]), repeated_ids=rows - len(tally[0]))
    return found


def _events(
    runs: Sequence[Runs], things: Tally, catalogue: Tally | None, share: int, shares: int
) -> ShareFacts:
    users = Runs.tally(runs, USERS, share, shares)
    popular = np.sort(things[1])[::-1][:POPULAR_KEPT]
    known = 0
    if catalogue:
        known = len(np.intersect1d(things[0], catalogue[0], assume_unique=True))
    return ShareFacts(
        users=len(users[0]),
        users_with_two=int(np.count_nonzero(users[1] > 1)),
        things=len(things[0]),
        distinct_rows=Runs.distinct(runs, ROWS, share, shares),
        distinct_pairs=Runs.distinct(runs, PAIRS, share, shares),
        unknown_things=len(things[0]) - known if catalogue else 0,
        cold_things=len(catalogue[0]) - known if catalogue else 0,
        popularity=popular.tolist(),
        different=different(runs, share, shares),
    )
