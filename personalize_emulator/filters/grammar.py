"""The language of filter expressions, as a grammar.

Source: developer guide, "Filter expression structure and elements" and its example pages.
Keywords, datasets and fields are read in any case: expressions written for the service use several
(``ItemId``, ``INTERACTIONS.event_type``). Brackets around conditions are an extension (inferred).
"""

from functools import lru_cache
from typing import Any, Final, cast

from lark import Lark, Token, Transformer, v_args
from lark.exceptions import UnexpectedCharacters, UnexpectedEOF, UnexpectedInput, UnexpectedToken

from personalize_emulator.errors import InvalidInputException
from personalize_emulator.filters.tree import (
    All,
    Comparison,
    Condition,
    Expression,
    Field,
    Filter,
    Operand,
    Operator,
    Placeholder,
    Some,
)

_GRAMMAR: Final = r"""
    start: expression ("|" expression)*
    expression: ACTION TARGET "WHERE"i any_of ["IF"i any_of]
    ?any_of: all_of ("OR"i all_of)*
    ?all_of: condition ("AND"i condition)*
    ?condition: comparison | "(" any_of ")"
    comparison: field COMPARATOR operand -> compare
        | field "IN"i "(" operand ("," operand)* ")" -> inside
        | field "IN"i field -> inside
        | field "NOT"i "IN"i "(" operand ("," operand)* ")" -> outside
        | field "NOT"i "IN"i field -> outside
    ?operand: STRING -> string
        | SIGNED_NUMBER -> number
        | PLACEHOLDER -> placeholder
        | field
        | "(" operand ")"
    field: NAME "." NAME

    ACTION.2: /include\b/i | /exclude\b/i
    TARGET.2: /itemid\b/i | /userid\b/i | /actionid\b/i
    COMPARATOR: "!=" | "<=" | ">=" | "=" | "<" | ">"
    STRING: /"[^"]*"/ | /'[^']*'/
    PLACEHOLDER: /\$[A-Za-z0-9_]+/
    NAME: /[A-Za-z_][A-Za-z0-9_]*/
    %import common.SIGNED_NUMBER
    %import common.WS
    %ignore WS
"""
_SPOKEN: Final = {
    "ACTION": "INCLUDE or EXCLUDE",
    "TARGET": "ItemID, UserID or ActionID",
    "COMPARATOR": "a comparison",
    "STRING": "a quoted string",
    "NAME": "a name",
    "SIGNED_NUMBER": "a number",
    "PLACEHOLDER": "a $PLACEHOLDER",
    "LPAR": "'('",
    "RPAR": "')'",
    "COMMA": "','",
    "DOT": "'.'",
    "VBAR": "'|'",
    "$END": "the end",
}
_PREFIX: Final = "Could not create filter. Invalid Expression: "


@lru_cache(maxsize=1024)
def parse_filter(text: str) -> Filter:
    """Read an expression; raises InvalidInputException that tells the position of a mistake."""
    try:
        return cast("Filter", _parser().parse(text))
    except UnexpectedInput as error:
        raise InvalidInputException(_PREFIX + _explain(error, text)) from error


@lru_cache(maxsize=1)
def _parser() -> Lark:
    return Lark(_GRAMMAR, parser="lalr", transformer=_Tree())


def _explain(error: UnexpectedInput, text: str) -> str:
    if isinstance(error, UnexpectedCharacters):
        found, expected = repr(text[error.pos_in_stream or 0]), set(error.allowed or ())
    elif isinstance(error, UnexpectedToken) and error.token.type != "$END":
        found, expected = repr(str(error.token)), set(error.accepts or error.expected)
    else:
        named = error.expected if isinstance(error, UnexpectedEOF | UnexpectedToken) else ()
        return f"it ends too early, {_names(set(named))} expected."
    position = (error.pos_in_stream or 0) + 1
    return f"{found} at position {position} is not expected there, but {_names(expected)}."


def _names(terminals: set[str]) -> str:
    return " or ".join(sorted(_SPOKEN.get(name, name) for name in terminals)) or "something else"


@v_args(inline=True)
class _Tree(Transformer[Token, Any]):
    """Builds the tree bottom-up while the grammar is parsed."""

    def start(self, *expressions: Expression) -> Filter:
        return Filter(expressions)

    def expression(
        self, action: Token, target: Token, condition: Condition, user: Condition | None
    ) -> Expression:
        return Expression(action.upper() == "INCLUDE", target.upper(), condition, user)

    def any_of(self, *parts: Condition) -> Condition:
        return Some(parts)

    def all_of(self, *parts: Condition) -> Condition:
        return All(parts)

    def compare(self, field: Field, operator: Token, operand: Operand) -> Comparison:
        return Comparison(field, cast("Operator", str(operator)), (operand,))

    def inside(self, field: Field, *operands: Operand) -> Comparison:
        return Comparison(field, "IN", operands)

    def outside(self, field: Field, *operands: Operand) -> Comparison:
        return Comparison(field, "NOT IN", operands)

    def string(self, text: Token) -> str:
        return text[1:-1]

    def number(self, text: Token) -> float:
        return float(text)

    def placeholder(self, text: Token) -> Placeholder:
        return Placeholder(text[1:])

    def field(self, dataset: Token, name: Token) -> Field:
        return Field(dataset.upper(), name.upper(), (dataset.start_pos or 0) + 1)
