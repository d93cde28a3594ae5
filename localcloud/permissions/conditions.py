"""The condition operators of IAM.

Sources, under https://docs.aws.amazon.com/IAM/latest/UserGuide/:
reference_policies_elements_condition_operators.html and, for ForAllValues and ForAnyValue,
reference_policies_condition-single-vs-multi-valued-context-keys.html.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from ipaddress import ip_address, ip_network

from localcloud.permissions.calls import Context
from localcloud.permissions.errors import PolicyError
from localcloud.permissions.patterns import matches, matches_arn
from localcloud.permissions.variables import substitute

Test = Callable[[str, str], bool]


def _string_equals_ignore_case(wanted: str, given: str) -> bool:
    return wanted.lower() == given.lower()


def _moment(text: str) -> float:
    try:
        return float(text)
    except ValueError:
        moment = datetime.fromisoformat(text)
        return (moment if moment.tzinfo else moment.replace(tzinfo=UTC)).timestamp()


def _numeric(compare: Callable[[float, float], bool], read: Callable[[str], float]) -> Test:
    return lambda wanted, given: compare(read(given), read(wanted))


_ORDER: dict[str, Callable[[float, float], bool]] = {
    "Equals": lambda given, wanted: given == wanted,
    "LessThan": lambda given, wanted: given < wanted,
    "LessThanEquals": lambda given, wanted: given <= wanted,
    "GreaterThan": lambda given, wanted: given > wanted,
    "GreaterThanEquals": lambda given, wanted: given >= wanted,
}

_TESTS: dict[str, Test] = {
    "StringEquals": lambda wanted, given: wanted == given,
    "StringEqualsIgnoreCase": _string_equals_ignore_case,
    "StringLike": matches,
    # ArnEquals and ArnLike behave alike; both take wildcards.
    "ArnEquals": matches_arn,
    "ArnLike": matches_arn,
    "Bool": _string_equals_ignore_case,
    "IpAddress": lambda wanted, given: ip_address(given) in ip_network(wanted, strict=False),
    **{f"Numeric{name}": _numeric(order, float) for name, order in _ORDER.items()},
    **{f"Date{name}": _numeric(order, _moment) for name, order in _ORDER.items()},
}

_NEGATED = {
    "StringNotEquals": "StringEquals",
    "StringNotEqualsIgnoreCase": "StringEqualsIgnoreCase",
    "StringNotLike": "StringLike",
    "ArnNotEquals": "ArnEquals",
    "ArnNotLike": "ArnLike",
    "NotIpAddress": "IpAddress",
    "NumericNotEquals": "NumericEquals",
    "DateNotEquals": "DateEquals",
}


@dataclass(frozen=True)
class Condition:
    """`{operator: {key: values}}`, one key of it.

    Attributes:
        key: In lower case.
        quantifier: `ForAllValues`, `ForAnyValue` or empty.
        if_exists: Whether an absent key satisfies it.
    """

    operator: str
    key: str
    values: tuple[str, ...]
    quantifier: str = ""
    if_exists: bool = False

    def holds(self, context: Context) -> bool:
        """Whether the call's circumstances satisfy this condition."""
        given = context.get(self.key)
        if self.operator == "Null":
            return (given is None) == (self.values[0].lower() == "true")
        if given is None:
            return self._absent()
        wanted = [text for value in self.values for text in substitute(value, context)]
        test = _any_of(_TESTS[_NEGATED.get(self.operator, self.operator)], wanted)
        negated = self.operator in _NEGATED
        each = (test(value) != negated for value in given)
        return any(each) if self.quantifier == "ForAnyValue" else all(each)

    def _absent(self) -> bool:
        if self.quantifier:
            return self.quantifier == "ForAllValues"
        # A negated operator is true of a key that is not there.
        return self.if_exists or self.operator in _NEGATED


def _any_of(test: Test, wanted: Sequence[str]) -> Callable[[str], bool]:
    return lambda given: any(test(value, given) for value in wanted)


def parse_conditions(block: Mapping[str, Mapping[str, object]]) -> tuple[Condition, ...]:
    """The conditions of a statement; all of them must hold.

    Raises:
        PolicyError: An operator or quantifier that this evaluator does not know.
    """
    return tuple(
        _parse(operator, key, values)
        for operator, keys in block.items()
        for key, values in keys.items()
    )


def _parse(text: str, key: str, values: object) -> Condition:
    quantifier, _, operator = text.rpartition(":")
    if_exists = operator.endswith("IfExists")
    operator = operator.removesuffix("IfExists")
    if quantifier not in {"", "ForAllValues", "ForAnyValue"}:
        raise PolicyError(f"Unknown quantifier in condition operator {text}.")
    if operator != "Null" and operator not in _TESTS and operator not in _NEGATED:
        raise PolicyError(f"Unknown condition operator {text}.")
    listed = values if isinstance(values, list) else [values]
    return Condition(operator, key.lower(), tuple(map(_text, listed)), quantifier, if_exists)


def _text(value: object) -> str:
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, (str, int, float)):
        return str(value)
    raise PolicyError(f"A condition's value must be a string, not {value!r}.")
