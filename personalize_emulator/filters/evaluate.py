"""From an expression to a mask over items, users or actions.

A null fits no comparison, and so it fits NOT IN and != (inferred). Event types are compared
without regard to case, everything else exactly (developer guide, "Guidelines and requirements").
"""

import operator
from collections.abc import Callable, Sequence
from typing import Final, Protocol

import numpy as np
from numpy.typing import NDArray

from personalize_emulator.filters.check import dataset_of
from personalize_emulator.filters.tree import (
    ACTION_INTERACTIONS,
    ANY,
    CURRENT_ITEM,
    CURRENT_USER,
    INTERACTIONS,
    All,
    Comparison,
    Condition,
    Field,
    Filter,
    Operand,
    Placeholder,
)

Mask = NDArray[np.bool_]
Value = str | float | None

_ORDER: Final[dict[str, Callable[[NDArray[np.float64], float], Mask]]] = {
    "<": operator.lt,
    "<=": operator.le,
    ">": operator.gt,
    ">=": operator.ge,
    "=": operator.eq,
    "IN": operator.eq,
    "!=": operator.eq,
    "NOT IN": operator.eq,
}
_NEGATED: Final = {"!=", "NOT IN"}


class Facts(Protocol):
    """What is known of the candidates and of who or what is asked about."""

    @property
    def size(self) -> int:
        """How many candidates there are."""
        ...

    def holding(self, field: str, value: str) -> Mask:
        """Tell which candidates have a value in a string field, alone or among several."""
        ...

    def numbers(self, field: str) -> NDArray[np.float64] | None:
        """Return a numeric field of all candidates; None if the field is no number."""
        ...

    def touched(self, event_types: Sequence[str] | None) -> Mask:
        """Tell which candidates have events of the types, in lower case; None means any."""
        ...

    def user(self, field: str) -> Value:
        """Return a field of the current user; None if it is null or unknown."""
        ...

    def item(self, field: str) -> Value:
        """Return a field of the current item; None if it is null or unknown."""
        ...


def evaluate(bound: Filter, facts: Facts) -> Mask:
    """Return which candidates pass, (size,). All placeholders must have been bound."""
    mask = np.ones(facts.size, dtype=bool)
    for expression in bound.expressions:
        user = expression.user_condition
        if user is not None and not _holds(user, facts):
            continue
        fits = _mask(expression.condition, facts)
        mask &= fits if expression.include else ~fits
    return mask


def _mask(condition: Condition, facts: Facts) -> Mask:
    if isinstance(condition, Comparison):
        return _compare(condition, facts)
    join = np.logical_and if isinstance(condition, All) else np.logical_or
    return np.asarray(join.reduce([_mask(part, facts) for part in condition.parts]))


def _compare(comparison: Comparison, facts: Facts) -> Mask:
    if dataset_of(comparison.field) in {INTERACTIONS, ACTION_INTERACTIONS}:
        fits = _touched(comparison, facts)
    elif (numbers := facts.numbers(comparison.field.name)) is not None:
        compare = _ORDER[comparison.operator]
        fits = np.zeros(facts.size, dtype=bool)
        for number in _numbers(_values(comparison, facts)):
            fits |= compare(numbers, number)
    else:
        fits = np.zeros(facts.size, dtype=bool)
        for value in _values(comparison, facts):
            for part in str(value).split("|"):
                fits |= facts.holding(comparison.field.name, part)
    return ~fits if comparison.operator in _NEGATED else fits


def _touched(comparison: Comparison, facts: Facts) -> Mask:
    types = [str(value).lower() for value in _values(comparison, facts)]
    return facts.touched(None if ANY in types else types)


def _values(comparison: Comparison, facts: Facts) -> list[str | float]:
    values = (_value(operand, facts) for operand in comparison.operands)
    return [value for value in values if value is not None]


def _value(operand: Operand, facts: Facts) -> Value:
    if isinstance(operand, Placeholder):
        msg = f"${operand.name} has no value"
        raise TypeError(msg)
    if isinstance(operand, Field):
        return facts.item(operand.name) if operand.dataset == CURRENT_ITEM else None
    return operand


def _numbers(values: Sequence[str | float]) -> list[float]:
    numbers = []
    for value in values:
        try:
            numbers.append(float(value))
        except ValueError:
            continue  # what is no number equals none
    return numbers


def _holds(condition: Condition, facts: Facts) -> bool:
    if not isinstance(condition, Comparison):
        join = all if isinstance(condition, All) else any
        return join(_holds(part, facts) for part in condition.parts)
    if condition.field.dataset != CURRENT_USER:
        msg = f"{condition.field} is no field of the current user"
        raise TypeError(msg)
    return _fits(facts.user(condition.field.name), condition, facts)


def _fits(value: Value, comparison: Comparison, facts: Facts) -> bool:
    given = _values(comparison, facts)
    if value is None:
        fits = False
    elif isinstance(value, float):
        compare = _ORDER[comparison.operator]
        fits = any(bool(compare(np.array([value]), n)[0]) for n in _numbers(given))
    else:
        fits = not set(value.split("|")).isdisjoint(str(entry) for entry in given)
    return not fits if comparison.operator in _NEGATED else fits
