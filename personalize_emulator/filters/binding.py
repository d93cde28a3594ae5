"""Values for placeholders, as they come with a request.

Values are quoted and separated by commas (``"Action","Comedy"``); numbers need no quotes. For
INCLUDE every parameter needs a value; an EXCLUDE expression without one is left out (API
reference, GetRecommendations.filterValues).
"""

import re
from collections.abc import Mapping
from dataclasses import replace
from functools import lru_cache
from typing import Final

from personalize_emulator.errors import InvalidInputException
from personalize_emulator.filters.tree import (
    All,
    Comparison,
    Condition,
    Expression,
    Filter,
    Operand,
    Placeholder,
    Some,
    comparisons,
)

_VALUE: Final = re.compile(r'\s*(?:"([^"]*)"|([^,"]+?))\s*(?:,|$)')


def bind(parsed: Filter, values: Mapping[str, str]) -> Filter:
    """Put values in the place of placeholders; raises InvalidInputException if some are missing."""
    return _bind(parsed, tuple(sorted(values.items())))


@lru_cache(maxsize=1024)
def _bind(parsed: Filter, given: tuple[tuple[str, str], ...]) -> Filter:
    values = dict(given)
    if unknown := sorted(set(values) - parsed.placeholders()):
        msg = f"The filter has no parameter {', '.join(unknown)}."
        raise InvalidInputException(msg)
    if missing := sorted(parsed.placeholders(include=True) - set(values)):
        msg = f"The filter needs values for the parameters {', '.join(missing)}."
        raise InvalidInputException(msg)
    split = {name: split_values(text) for name, text in values.items()}
    return Filter(
        tuple(
            _bind_expression(expression, split)
            for expression in parsed.expressions
            if _names(expression) <= set(values)
        )
    )


def split_values(text: str) -> tuple[str, ...]:
    """Return the values of ``"Action","Comedy"``; raises InvalidInputException if malformed."""
    found, position = [], 0
    while position < len(text):
        match = _VALUE.match(text, position)
        if match is None:
            msg = f"The filter value {text} is not a list of quoted values."
            raise InvalidInputException(msg)
        found.append(match.group(1) if match.group(1) is not None else match.group(2))
        position = match.end()
    return tuple(found)


def _names(expression: Expression) -> set[str]:
    return {
        operand.name
        for comparison in comparisons(expression)
        for operand in comparison.operands
        if isinstance(operand, Placeholder)
    }


def _bind_expression(expression: Expression, values: Mapping[str, tuple[str, ...]]) -> Expression:
    user = expression.user_condition
    return replace(
        expression,
        condition=_bind_condition(expression.condition, values),
        user_condition=_bind_condition(user, values) if user else None,
    )


def _bind_condition(condition: Condition, values: Mapping[str, tuple[str, ...]]) -> Condition:
    if isinstance(condition, All):
        return All(tuple(_bind_condition(part, values) for part in condition.parts))
    if isinstance(condition, Some):
        return Some(tuple(_bind_condition(part, values) for part in condition.parts))
    operands: list[Operand] = []
    for operand in condition.operands:
        operands.extend(values[operand.name] if isinstance(operand, Placeholder) else (operand,))
    return Comparison(condition.field, condition.operator, tuple(operands))
