"""The drop's own files, read for people: who did what, and what things are called."""

import csv
from collections import Counter, defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

_TYPICAL_EVENTS = 40  # of a user to show: enough for a taste, little enough that clicks tell


@dataclass(frozen=True)
class Catalogue:
    """The files of a drop in `folder`; a missing items.csv leaves titles and genres unknown."""

    folder: Path

    def title(self, item: str) -> str | None:
        """The item's title, None where the drop has none."""
        return self._items.get(item, {}).get("TITLE") or None

    def latest(self, user: str, count: int) -> list[str]:
        """The user's latest distinct items, newest first."""
        ordered = sorted(self._events[user], reverse=True)
        return list(dict.fromkeys(item for _, item in ordered))[:count]

    @cached_property
    def typical_user(self) -> str:
        """The user with the number of events closest to a usual one; the first such by name."""
        return min(
            self._events,
            key=lambda user: (abs(len(self._events[user]) - _TYPICAL_EVENTS), user),
        )

    @cached_property
    def popular_items(self) -> list[str]:
        """All items, those with the most events first."""
        counts = Counter(item for events in self._events.values() for _, item in events)
        return [item for item, _ in sorted(counts.items(), key=lambda pair: (-pair[1], pair[0]))]

    def unlike(self, user: str, count: int) -> tuple[str, list[str]]:
        """Popular items of the genre this user touches least, next to how popular that genre is.

        Returns:
            The genre ("" where the drop knows no genres) and up to `count` items new to the user.
        """
        seen = {item for _, item in self._events[user]}
        fresh = [item for item in self.popular_items if item not in seen]
        genre = self._neglected(seen)
        chosen = [item for item in fresh if not genre or genre in self._genres(item)]
        return (genre, chosen[:count]) if len(chosen) >= count else ("", fresh[:count])

    def _neglected(self, seen: set[str]) -> str:
        """The genre whose share in the user's history is smallest beside its share in all."""
        own = Counter(genre for item in seen for genre in self._genres(item))
        everyone = Counter(genre for item in self.popular_items for genre in self._genres(item))
        common = [genre for genre, films in everyone.items() if films >= len(self._items) / 50]
        return min(common, key=lambda genre: (own[genre] / everyone[genre], genre), default="")

    def _genres(self, item: str) -> list[str]:
        return [genre for genre in self._items.get(item, {}).get("GENRES", "").split("|") if genre]

    @cached_property
    def _items(self) -> dict[str, dict[str, str]]:
        return {row["ITEM_ID"]: row for row in _rows(self.folder, "items")}

    @cached_property
    def _events(self) -> dict[str, list[tuple[int, str]]]:
        events: defaultdict[str, list[tuple[int, str]]] = defaultdict(list)
        for row in _rows(self.folder, "interactions"):
            events[row["USER_ID"]].append((int(float(row["TIMESTAMP"])), row["ITEM_ID"]))
        return dict(events)


def _rows(folder: Path, dataset: str) -> Iterator[dict[str, str]]:
    single = folder / f"{dataset}.csv"
    parts = [single] if single.is_file() else sorted((folder / dataset).glob("*.csv"))
    for part in parts:
        with part.open(encoding="utf-8-sig", newline="") as source:
            yield from csv.DictReader(source, escapechar="\\")  # as the service reads them
