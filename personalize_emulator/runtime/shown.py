"""What was recommended: the impressions that an event implies by its ``recommendationId``.

Explicit impressions of an event come first (developer guide, "Recording item interaction events
with impressions data"). The newest answers are remembered, in memory: after a restart a
recommendationId from before implies nothing (inferred).
"""

import json
from dataclasses import dataclass, field
from typing import Final

_LIMIT: Final = 20_000


@dataclass
class Shown:
    """Item ids, or whole item lists as JSON, by the id of their answer; safe between threads."""

    limit: int = _LIMIT
    _lists: dict[str, bytes | list[str]] = field(default_factory=dict)

    def keep(self, recommendation: str, items: bytes | list[str]) -> None:
        """Remember an answer, in the place of the oldest if there is no room."""
        while len(self._lists) >= self.limit:
            self._lists.pop(next(iter(self._lists)), None)
        self._lists[recommendation] = items

    def of(self, recommendation: str | None) -> list[str]:
        """Return the item ids of an answer; none where it is not remembered."""
        items = self._lists.get(recommendation or "", [])
        if isinstance(items, bytes):
            return [item["itemId"] for item in json.loads(items)]
        return items
