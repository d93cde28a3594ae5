"""Answers kept for equal questions: a popular page asks the same again and again.

An answer stands until an event of its user arrives, and where a use case leaves out what the user
has had, until the data changes; a new model comes with a new, empty keep. What depends on more than
user, item and events (filters, context) is not kept.
"""

from collections.abc import Hashable, Sequence
from dataclasses import dataclass, field
from itertools import repeat
from json.encoder import encode_basestring_ascii as _quoted
from typing import Final

from personalize_emulator.recipes.contract import ScoredItem

_LIMIT: Final = 20_000
DECIMALS: Final = 7
"""Of scores, in batch output and (inferred) in answers."""

_SCORED: Final = f'{{"itemId":%s,"score":%.{DECIMALS}f%s}}'
_BARE: Final = '{"itemId":%s%s}'


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


def item_list(found: Sequence[ScoredItem], *, scores: bool, reasons: bool) -> bytes:
    """Return items as the JSON list of an answer; a third of the time of ``json``.

    What is done once an item is left to C: on the path of every answer asked for the first time.
    """
    if not found:
        return b"[]"
    names, values, whys = zip(*found, strict=True)
    tails = [_tail(why) for why in whys] if reasons else repeat("")
    quoted = map(_quoted, names)
    entries = (
        map(_SCORED.__mod__, zip(quoted, values, tails, strict=False))
        if scores
        else map(_BARE.__mod__, zip(quoted, tails, strict=False))
    )
    return f"[{','.join(entries)}]".encode()


def _tail(reason: str | None) -> str:
    return f',"reason":[{_quoted(reason)}]' if reason else ""
