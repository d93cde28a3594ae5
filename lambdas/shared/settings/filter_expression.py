"""Filter expressions read at synthesis, before the service would refuse them amid a run.

The language is that of the developer guide, "Filter expression structure and elements"::

    INCLUDE|EXCLUDE ItemID|UserID|ActionID WHERE conditions [IF conditions] [| another one]…

A condition compares ``Dataset.FIELD`` with quoted strings, numbers or ``$PLACEHOLDER``s.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import NoReturn

_TOKEN = re.compile(
    r"""\s*(?:(?P<string>"[^"]*"|'[^']*')|(?P<placeholder>\$\w+)|(?P<number>-?\d+(?:\.\d+)?)"""
    r"""|(?P<word>[A-Za-z_]\w*)|(?P<sign><=|>=|!=|[=<>().,|])|(?P<strange>\S))"""
)
_COMPARISONS = ("=", "!=", "<", "<=", ">", ">=")
_VALUES = ("string", "number", "placeholder")


class ExpressionError(ValueError):
    """The text is no filter expression; the message says where it stops being one."""


@dataclass(frozen=True)
class FieldName:
    """A column that an expression names, as it was written: ``Items.GENRE``."""

    dataset: str
    column: str


@dataclass
class FilterExpression:
    """What an expression is about.

    Attributes:
        target: What it lets through: ``ITEMID``, ``USERID`` or ``ACTIONID``.
        fields: The columns of its conditions.
        placeholders: The values that a request has to give.
    """

    target: str = ""
    fields: list[FieldName] = field(default_factory=list)
    placeholders: list[str] = field(default_factory=list)


@dataclass(frozen=True)
class _Token:
    kind: str
    text: str
    position: int


def read_filter(text: str) -> FilterExpression:
    """Read an expression.

    Raises:
        ExpressionError: It does not follow the language.
    """
    return _Reader(text).whole()


class _Reader:
    """One method a rule of the language; each consumes what its rule describes."""

    def __init__(self, text: str) -> None:
        self._tokens = [
            _Token(match.lastgroup or "", match[match.lastgroup or 0], match.start(match.lastgroup))
            for match in _TOKEN.finditer(text)
            if match.lastgroup
        ]
        self._next = 0
        self._end = len(text)
        self._found = FilterExpression()

    def whole(self) -> FilterExpression:
        self._expression()
        while self._took("|"):
            self._expression()
        if self._next < len(self._tokens):
            self._refuse("AND, OR, IF, | or the end")
        return self._found

    def _expression(self) -> None:
        self._word("INCLUDE", "EXCLUDE")
        target = self._word("ItemID", "UserID", "ActionID").upper()
        if self._found.target and target != self._found.target:
            raise ExpressionError(f"one expression is of {self._found.target}, another of {target}")
        self._found.target = target
        self._word("WHERE")
        self._conditions()
        if self._took("IF"):
            self._conditions()

    def _conditions(self) -> None:
        self._condition()
        while self._took("AND", "OR"):
            self._condition()

    def _condition(self) -> None:
        self._field()
        if self._took("NOT"):
            self._word("IN")
            self._list()
        elif self._took("IN"):
            self._list()
        elif self._took(*_COMPARISONS):
            self._value()
        else:
            self._refuse("IN, NOT IN or a comparison")

    def _field(self) -> None:
        dataset = self._of(("word",), "Dataset.FIELD").text
        self._sign(".")
        self._found.fields.append(FieldName(dataset, self._of(("word",), "a column's name").text))

    def _list(self) -> None:
        if self._peek("word"):  # a list that is itself a field: IN CurrentUser.GENRES
            self._field()
            return
        self._sign("(")
        self._value()
        while self._took(","):
            self._value()
        self._sign(")")

    def _value(self) -> None:
        if self._peek("word"):
            self._field()
            return
        value = self._of(_VALUES, "a quoted string, a number or a $PLACEHOLDER")
        if value.kind == "placeholder":
            self._found.placeholders.append(value.text[1:])

    def _peek(self, kind: str) -> bool:
        return self._next < len(self._tokens) and self._tokens[self._next].kind == kind

    def _took(self, *texts: str) -> bool:
        """Consume the next token if it is one of ``texts``, in any case."""
        if self._next < len(self._tokens):
            token = self._tokens[self._next]
            if token.kind in {"word", "sign"} and token.text.upper() in {t.upper() for t in texts}:
                self._next += 1
                return True
        return False

    def _word(self, *words: str) -> str:
        if not self._took(*words):
            self._refuse(" or ".join(words))
        return self._tokens[self._next - 1].text

    def _sign(self, sign: str) -> None:
        if not self._took(sign):
            self._refuse(sign)

    def _of(self, kinds: Sequence[str], expected: str) -> _Token:
        if self._next >= len(self._tokens) or self._tokens[self._next].kind not in kinds:
            self._refuse(expected)
        self._next += 1
        return self._tokens[self._next - 1]

    def _refuse(self, expected: str) -> NoReturn:
        if self._next >= len(self._tokens):
            raise ExpressionError(f"it ends where {expected} is expected")
        token = self._tokens[self._next]
        raise ExpressionError(
            f"{token.text} at character {token.position + 1} stands where {expected} is expected"
        )
