"""Answers kept for equal questions: a popular page asks the same again and again.

An answer stands until an event of its user arrives; a new model comes with a new, empty keep. What
depends on more than user, item and events (filters, context) is not kept.
"""

from collections.abc import Hashable, Iterable
from dataclasses import dataclass, field
from json.encoder import encode_basestring_ascii as _quoted
from typing import Final

from personalize_emulator.recipes.contract import ScoredItem

_LIMIT: Final = 20_000
DECIMALS: Final = 7
"""Of scores, in batch output and (inferred) in answers."""


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

    @property
    def full(self) -> bool:
        """Tell whether the next answer takes the place of another."""
        return len(self._kept) >= self.limit


def item_list(found: Iterable[ScoredItem], *, scores: bool, reasons: bool) -> bytes:
    """Return items as the JSON list of an answer; half the time of dictionaries and ``json``."""
    entries = []
    for name, score, reason in found:
        entry = f'{{"itemId":{_quoted(name)}'
        if scores:
            entry += f',"score":{score:.{DECIMALS}f}'
        if reasons and reason:
            entry += f',"reason":[{_quoted(reason)}]'
        entries.append(entry + "}")
    return f"[{','.join(entries)}]".encode()
