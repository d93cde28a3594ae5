"""Answers kept for equal questions: a popular page asks the same again and again.

An answer stands until an event of its user arrives; a new model comes with a new, empty keep. What
depends on more than user, item and events (filters, context) is not kept.
"""

from collections.abc import Hashable
from dataclasses import dataclass, field
from typing import Final

_LIMIT: Final = 20_000


@dataclass
class Answers:
    """A bounded keep of item lists as JSON; safe to use from many threads, oldest first out."""

    limit: int = _LIMIT
    _kept: dict[Hashable, bytes] = field(default_factory=dict)

    def get(self, question: Hashable) -> bytes | None:
        """Return the answer to a question, if it is kept."""
        return self._kept.get(question)

    def keep(self, question: Hashable, answer: bytes) -> None:
        """Keep an answer, in the place of the oldest if there is no room."""
        while len(self._kept) >= self.limit:
            self._kept.pop(next(iter(self._kept)), None)
        self._kept[question] = answer
