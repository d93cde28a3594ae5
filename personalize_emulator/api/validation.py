"""Input checks compiled from botocore's shapes, worded as the service words them.

Each shape becomes one closure, made once at start-up, so that a request pays for the checks of
the members that it has and for nothing else. The wording ("1 validation error detected: Value
... at 'name' failed to satisfy constraint: Member must ...") is that of AWS's own validator. Two
checks go beyond it: a member that the model does not know, and a value of another JSON type, are
refused as InvalidInputException too; the service ignores the first and answers the second with a
SerializationException that its model does not list.
"""

import re
from collections.abc import Callable, Mapping
from typing import Any, Final

from botocore.model import ListShape, MapShape, Shape, StringShape, StructureShape

from personalize_emulator.errors import InvalidInputException

Check = Callable[[object, str, list[str]], None]

# \p classes that the models use, as sets that `re` knows. Within a character class \w is letters,
# digits and the underscore, which these patterns list anyway.
_UNICODE_CLASSES: Final = {
    r"\p{ASCII}": r"[\x00-\x7f]",
    r"\p{L}": r"\w",
    r"\p{N}": r"",
    r"\p{Z}": " \u00a0\u1680\u2000-\u200a\u2028\u2029\u202f\u205f\u3000",
}
_JSON_NAMES: Final = {str: "String", bool: "Boolean", int: "Integer", float: "Double"}


def compile_input(shape: StructureShape) -> Callable[[object], None]:
    """Return a check for an operation's input; all findings raise one InvalidInputException."""
    check = _structure(shape, top=True)

    def validate(value: object) -> None:
        findings: list[str] = []
        check(value, "", findings)
        if findings:
            plural = "error" if len(findings) == 1 else "errors"
            message = f"{len(findings)} validation {plural} detected: {'; '.join(findings)}"
            raise InvalidInputException(message)

    return validate


def translate_pattern(pattern: str) -> str:
    r"""Turn a Java pattern of the models into one for ``re`` (``\p{L}`` and the like)."""
    for name, characters in _UNICODE_CLASSES.items():
        pattern = pattern.replace(name, characters)
    return pattern


def _compile(shape: Shape) -> Check:
    if isinstance(shape, StructureShape):
        return _structure(shape)
    if isinstance(shape, ListShape):
        return _list(shape)
    if isinstance(shape, MapShape):
        return _map(shape)
    if isinstance(shape, StringShape):
        return _string(shape)
    if shape.type_name == "boolean":
        return _boolean
    return _number(shape)


def _structure(shape: StructureShape, *, top: bool = False) -> Check:
    members = {name: _compile(member) for name, member in shape.members.items()}
    required = tuple(shape.required_members)

    def check(value: object, path: str, findings: list[str]) -> None:
        if not isinstance(value, dict):
            findings.append(_wrong_type(value, path, "Structure"))
            return
        prefix = path if top else f"{path}."
        findings.extend(
            _failed("null", prefix + name, "Member must not be null")
            for name in required
            if value.get(name) is None
        )
        for name, given in value.items():
            member = members.get(name)
            if member is None:
                findings.append(f"Unknown member '{prefix}{name}'")
            elif given is not None:
                member(given, prefix + name, findings)

    return check


def _list(shape: ListShape) -> Check:
    member = _compile(shape.member)
    bounds = _bounds(shape.metadata, "length")

    def check(value: object, path: str, findings: list[str]) -> None:
        if not isinstance(value, list):
            findings.append(_wrong_type(value, path, "List"))
            return
        bounds(len(value), value, path, findings)
        for position, entry in enumerate(value, start=1):
            member(entry, f"{path}.{position}.member", findings)

    return check


def _map(shape: MapShape) -> Check:
    key, value_check = _compile(shape.key), _compile(shape.value)
    bounds = _bounds(shape.metadata, "length")

    def check(value: object, path: str, findings: list[str]) -> None:
        if not isinstance(value, dict):
            findings.append(_wrong_type(value, path, "Map"))
            return
        bounds(len(value), value, path, findings)
        for name, entry in value.items():
            key(name, f"{path}.key", findings)
            value_check(entry, f"{path}.{name}", findings)

    return check


def _string(shape: StringShape) -> Check:
    bounds = _bounds(shape.metadata, "length")
    allowed = tuple(shape.enum)
    allowed_text = f"Member must satisfy enum value set: [{', '.join(allowed)}]"
    pattern = shape.metadata.get("pattern")
    matches = re.compile(translate_pattern(pattern)).fullmatch if pattern else None
    sensitive = bool(shape.metadata.get("sensitive"))

    def check(value: object, path: str, findings: list[str]) -> None:
        if not isinstance(value, str):
            findings.append(_wrong_type(value, path, "String"))
            return
        shown = None if sensitive else value
        bounds(len(value), shown, path, findings)
        if allowed and value not in allowed:
            findings.append(_failed(shown, path, allowed_text))
        if matches and not matches(value):
            rule = f"Member must satisfy regular expression pattern: {pattern}"
            findings.append(_failed(shown, path, rule))

    return check


def _boolean(value: object, path: str, findings: list[str]) -> None:
    if not isinstance(value, bool):
        findings.append(_wrong_type(value, path, "Boolean"))


# What fits into the types that the models name; Python's own numbers have no end.
_LIMITS: Final = {"integer": 2.0**31, "long": 2.0**63, "timestamp": 2.0**63, "float": 2.0**128}


def _number(shape: Shape) -> Check:
    whole = shape.type_name in {"integer", "long"}
    limit = _LIMITS.get(shape.type_name, 2.0**1023)
    name = {"integer": "Integer", "long": "Long", "timestamp": "Timestamp"}.get(
        shape.type_name, "Double"
    )
    bounds = _bounds(shape.metadata, "value")

    def check(value: object, path: str, findings: list[str]) -> None:
        if (
            isinstance(value, bool)
            or not isinstance(value, int | float)
            or (whole and not isinstance(value, int))
            or not -limit <= value < limit
        ):
            findings.append(_wrong_type(value, path, name))
            return
        bounds(value, value, path, findings)

    return check


def _bounds(
    metadata: Mapping[str, Any], what: str
) -> Callable[[float, object, str, list[str]], None]:
    low, high = metadata.get("min"), metadata.get("max")

    def check(size: float, shown: object, path: str, findings: list[str]) -> None:
        if low is not None and size < low:
            findings.append(
                _failed(shown, path, f"Member must have {what} greater than or equal to {low}")
            )
        if high is not None and size > high:
            findings.append(
                _failed(shown, path, f"Member must have {what} less than or equal to {high}")
            )

    return check


def _failed(value: object, path: str, rule: str) -> str:
    """Word a finding; a sensitive value (None) is left out, as the service does."""
    quoted = "null" if value == "null" else f"'{value}'"
    shown = "Value" if value is None else f"Value {quoted}"
    return f"{shown} at '{path}' failed to satisfy constraint: {rule}"


def _wrong_type(value: object, path: str, expected: str) -> str:
    given = "null" if value is None else _JSON_NAMES.get(type(value), type(value).__name__)
    place = f"'{path}'" if path else "the request"
    return f"Value at {place} has the wrong type: {given} can not be converted to {expected}"
