"""What a filter expression says, as a tree of frozen values."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final, Literal, TypeAlias

Operator = Literal["IN", "NOT IN", "=", "!=", "<", "<=", ">", ">="]

ITEMS: Final = "ITEMS"
USERS: Final = "USERS"
ACTIONS: Final = "ACTIONS"
INTERACTIONS: Final = "INTERACTIONS"
ACTION_INTERACTIONS: Final = "ACTION_INTERACTIONS"
CURRENT_USER: Final = "CURRENTUSER"
CURRENT_ITEM: Final = "CURRENTITEM"
ANY: Final = "*"


@dataclass(frozen=True)
class Field:
    """A field of a dataset, of the current user or of the current item; names in capitals."""

    dataset: str
    name: str
    position: int = 0


@dataclass(frozen=True)
class Placeholder:
    """A parameter whose value comes with the request: ``$GENRE``."""

    name: str


Operand: TypeAlias = str | float | Placeholder | Field


@dataclass(frozen=True)
class Comparison:
    """A field compared with one or several operands."""

    field: Field
    operator: Operator
    operands: tuple[Operand, ...]


@dataclass(frozen=True)
class All:
    """Holds where every part holds."""

    parts: tuple["Condition", ...]


@dataclass(frozen=True)
class Some:
    """Holds where at least one part holds."""

    parts: tuple["Condition", ...]


Condition: TypeAlias = Comparison | All | Some


@dataclass(frozen=True)
class Expression:
    """``INCLUDE ItemID WHERE condition IF user_condition``.

    Args:
        include: keep what fits; False removes what fits.
        target: ``ITEMID``, ``USERID`` or ``ACTIONID``.
        condition: on the fields of one dataset.
        user_condition: on the current user; the expression counts only where it holds.
    """

    include: bool
    target: str
    condition: Condition
    user_condition: Condition | None = None


@dataclass(frozen=True)
class Filter:
    """Expressions joined by ``|``: each works on what the one before has left."""

    expressions: tuple[Expression, ...]

    @property
    def target(self) -> str:
        """What is filtered."""
        return self.expressions[0].target

    @property
    def about_user(self) -> bool:
        """Tell whether it asks for the current user, or for what they have interacted with."""
        about = {CURRENT_USER, INTERACTIONS, ACTION_INTERACTIONS}
        return any(
            isinstance(field, Field) and field.dataset in about
            for expression in self.expressions
            for comparison in comparisons(expression)
            for field in (comparison.field, *comparison.operands)
        )

    def placeholders(self, *, include: bool | None = None) -> set[str]:
        """Return the names of the parameters; of INCLUDE or EXCLUDE expressions only, if asked."""
        return {
            operand.name
            for expression in self.expressions
            if include is None or expression.include is include
            for comparison in comparisons(expression)
            for operand in comparison.operands
            if isinstance(operand, Placeholder)
        }


def comparisons(expression: Expression) -> Iterator[Comparison]:
    """Return all comparisons of an expression, in order."""
    yield from leaves(expression.condition)
    if expression.user_condition:
        yield from leaves(expression.user_condition)


def leaves(condition: Condition) -> Iterator[Comparison]:
    """Return the comparisons of a condition, in order."""
    if isinstance(condition, Comparison):
        yield condition
        return
    for part in condition.parts:
        yield from leaves(part)
