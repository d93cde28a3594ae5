"""Whether an expression fits the datasets: its fields, their types, and what may be compared.

Source: developer guide, "Guidelines and requirements" of filter expressions.
"""

from collections.abc import Mapping
from typing import Final

from personalize_emulator.data.schema import Column, DatasetSchema
from personalize_emulator.errors import InvalidInputException
from personalize_emulator.filters.tree import (
    ACTION_INTERACTIONS,
    ACTIONS,
    ANY,
    CURRENT_ITEM,
    CURRENT_USER,
    INTERACTIONS,
    ITEMS,
    USERS,
    Comparison,
    Expression,
    Field,
    Filter,
    Placeholder,
    comparisons,
    leaves,
)

_ALIASES: Final = {"ACTION": ACTIONS, "ITEM": ITEMS, "USER": USERS}
_TARGETS: Final = {
    "ITEMID": {ITEMS, INTERACTIONS},
    "USERID": {USERS, INTERACTIONS},
    "ACTIONID": {ACTIONS, ACTION_INTERACTIONS},
}
_SOURCE: Final = {CURRENT_USER: USERS, CURRENT_ITEM: ITEMS}
_ORDERED: Final = {"<", "<=", ">", ">="}

Schemas = Mapping[str, DatasetSchema]


def check_filter(parsed: Filter, schemas: Schemas) -> None:
    """Raise InvalidInputException where an expression does not fit the schemas, by dataset type."""
    if len({expression.target for expression in parsed.expressions}) > 1:
        raise _invalid("all expressions must filter the same: ItemID, UserID or ActionID")
    for expression in parsed.expressions:
        _check_datasets(expression)
        for comparison in comparisons(expression):
            _check_comparison(comparison, schemas)


def dataset_of(field: Field) -> str:
    """Return the dataset of a field: that of CurrentUser is USERS."""
    name = _ALIASES.get(field.dataset, field.dataset)
    return _SOURCE.get(name, name)


def _invalid(reason: str) -> InvalidInputException:
    return InvalidInputException(f"Could not create filter. Invalid Expression: {reason}.")


def _shown(field: Field) -> str:
    return f"{field.dataset}.{field.name} at position {field.position}"


def _check_datasets(expression: Expression) -> None:
    allowed = _TARGETS[expression.target]
    first: str | None = None
    for comparison in leaves(expression.condition):
        field = comparison.field
        name = _ALIASES.get(field.dataset, field.dataset)
        if name not in allowed:
            names = " or ".join(sorted(allowed))
            raise _invalid(f"{_shown(field)} can not be used here, only fields of {names}")
        first = first or name
        if name != first:
            raise _invalid(f"{_shown(field)} is of another dataset; join expressions with |")
    for comparison in leaves(expression.user_condition) if expression.user_condition else ():
        if comparison.field.dataset != CURRENT_USER:
            raise _invalid(f"IF checks only CurrentUser, not {_shown(comparison.field)}")


def _column(field: Field, schemas: Schemas) -> Column:
    schema = schemas.get(dataset_of(field))
    if schema is None:
        raise _invalid(f"there is no dataset for {_shown(field)}")
    column = next((c for c in schema.columns if c.name.upper() == field.name), None)
    if column is None:
        raise _invalid(f"there is no field {_shown(field)}")
    return column


def _check_comparison(comparison: Comparison, schemas: Schemas) -> None:
    field, operator = comparison.field, comparison.operator
    column = _column(field, schemas)
    interactions = dataset_of(field) in {INTERACTIONS, ACTION_INTERACTIONS}
    if interactions and (field.name != "EVENT_TYPE" or operator in _ORDERED):
        raise _invalid(f"interactions can only be filtered by EVENT_TYPE, not by {_shown(field)}")
    if column.type == "boolean" or column.textual:
        kind = "textual" if column.textual else "Boolean"
        raise _invalid(f"{_shown(field)} is a {kind} field and can not be filtered by")
    if operator in _ORDERED and not column.numeric:
        raise _invalid(f"{operator} needs a numeric field, and {_shown(field)} is none")
    for operand in comparison.operands:
        if isinstance(operand, Field):
            _check_current(operand, schemas)
        elif isinstance(operand, Placeholder):
            _check_placeholder(operand, operator)
        elif operand == ANY and not interactions:
            raise _invalid(f"* is only for EVENT_TYPE, not for {_shown(field)}")
        elif column.numeric and isinstance(operand, str) and not _is_number(operand):
            raise _invalid(f"{_shown(field)} is numeric and can not be compared to {operand!r}")


def _check_current(operand: Field, schemas: Schemas) -> None:
    if operand.dataset != CURRENT_ITEM:
        raise _invalid(f"{_shown(operand)} can not be compared to; CurrentItem can")
    _column(operand, schemas)


def _check_placeholder(operand: Placeholder, operator: str) -> None:
    if operator == "NOT IN":
        msg = (
            f"Could not create filter. Invalid input symbol: ${operand.name}. "
            "Placeholders are not allowed with NOT_IN operator."
        )
        raise InvalidInputException(msg)


def _is_number(text: str) -> bool:
    try:
        float(text)
    except ValueError:
        return False
    return True
