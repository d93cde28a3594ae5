"""What the model says against a pipeline file, in the words of people who write one."""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from difflib import get_close_matches
from itertools import groupby
from types import NoneType, UnionType
from typing import Annotated, Union, get_args, get_origin

from pydantic import BaseModel
from pydantic_core import ErrorDetails

from lambdas.shared.settings.problems import Location, Problem

_MAPPING, _LIST = "keys with values (key: value)", "a list ([one, two], or lines that begin with -)"
_TRUTH, _WHOLE, _NUMBER = "true or false", "a whole number", "a number"
_KINDS = {
    "model_type": _MAPPING,
    "model_attributes_type": _MAPPING,
    "dict_type": _MAPPING,
    "tuple_type": _LIST,
    "list_type": _LIST,
    "string_type": "a text",
    "bool_type": _TRUTH,
    "bool_parsing": _TRUTH,
    "int_type": _WHOLE,
    "int_parsing": _WHOLE,
    "int_from_float": _WHOLE,
    "float_type": _NUMBER,
    "float_parsing": _NUMBER,
}
_FORMS = {
    r"^[a-zA-Z][a-zA-Z0-9]*(-[a-zA-Z0-9]+)*$": (
        "letters and digits, a letter first, with single hyphens in between"
    ),
    r"^[a-zA-Z0-9][a-zA-Z0-9\-_]*$": "letters, digits, - and _, a letter or a digit first",
    r"^[A-Za-z_][A-Za-z0-9_]*$": "letters, digits and _, no digit first",
    r"^[^/]+$": "a name without /",
    r"^\d+$": "digits only",
    r"^-?\d+(\.\d+)?([eE][+-]?\d+)?$": "a number",
    r"^rate\(([1-9]|[12]\d|30) days?\)$": "rate(1 day) to rate(30 days)",
    r"^(rate\([1-9]\d* (minute|minutes|hour|hours|day|days)\)|cron\(\S+ \S+ \S+ \S+ \S+ \S+\))$": (
        "a rate or a cron expression of EventBridge: rate(7 days), cron(0 6 * * ? *)"
    ),
}
_SHOWN = 60


@dataclass(frozen=True)
class _Refusal:
    """An error at a place of the file, and by which branches of which unions it was met."""

    place: Location
    error: ErrorDetails
    branches: tuple[tuple[Location, str], ...]

    @property
    def of_form(self) -> bool:
        """Whether the value was none that the innermost branch is about."""
        kind, value = self.error["type"], self.error["input"]
        unlike = kind in _KINDS or (kind == "literal_error" and isinstance(value, list | dict))
        return unlike and bool(self.branches) and self.place == self.branches[-1][0]


def problems(errors: Sequence[ErrorDetails], model: type[BaseModel]) -> Iterator[Problem]:
    """Yield what is to be said of a file that a model refused.

    Where a value may be one thing or another, it is held against the one that it resembles most.
    """
    placed = [_placed(error, model) for error in errors]
    for union, group in groupby(placed, key=lambda one: one.branches[0][0] if one.branches else ()):
        found = list(group)
        if not found[0].branches:
            yield from (_problem(one, model) for one in found)
        elif all(one.of_form for one in found):
            yield Problem(union, f"must be {' or '.join(_forms(found))}")
        else:
            yield from (_problem(one, model) for one in _nearest(found))


def _forms(found: Sequence[_Refusal]) -> list[str]:
    return list(dict.fromkeys(_KINDS.get(one.error["type"], "one word") for one in found))


def _nearest(found: Sequence[_Refusal]) -> list[_Refusal]:
    """Return the errors of the branch that has the fewest of those that are about the value."""
    tried: dict[str, list[_Refusal]] = {}
    for one in found:
        tried.setdefault(one.branches[0][1], []).append(one)
    fitting = [errors for errors in tried.values() if not any(one.of_form for one in errors)]
    return min(fitting or tried.values(), key=len)


def _placed(error: ErrorDetails, model: type[BaseModel]) -> _Refusal:
    """Return an error with its place as the file has it: branches of unions are no keys."""
    annotation: object = model
    place: list[str | int] = []
    branches = []
    for part in error["loc"]:
        several = _several(annotation)
        if several:
            branches.append((tuple(place), str(part)))
            annotation = several.get(str(part).partition("[")[0])
            continue
        annotation = _inside(annotation, part)
        place.append(part)
    return _Refusal(tuple(place), error, tuple(branches))


def _bare(annotation: object) -> object:
    """Return a type without notes to it, and without a None beside it."""
    while True:
        if get_origin(annotation) is Annotated:
            annotation = get_args(annotation)[0]
            continue
        if get_origin(annotation) not in {Union, UnionType}:
            return annotation
        kept = [part for part in get_args(annotation) if part is not NoneType]
        if len(kept) > 1:
            return annotation
        annotation = kept[0]


def _several(annotation: object) -> dict[str, object]:
    """Return the types of a union, by what errors call them; empty if it is none."""
    bare = _bare(annotation)
    if get_origin(bare) not in {Union, UnionType}:
        return {}
    kinds = [_bare(part) for part in get_args(bare) if part is not NoneType]
    return {getattr(get_origin(kind) or kind, "__name__", str(kind)): kind for kind in kinds}


def _inside(annotation: object, part: str | int) -> object:
    """Return the type of what a key or a place leads to; None if that is not known."""
    bare = _bare(annotation)
    if isinstance(bare, type) and issubclass(bare, BaseModel):
        fields = bare.model_fields.items()
        return next((f.annotation for name, f in fields if part in (f.alias, name)), None)
    args = get_args(bare)
    return args[1 if issubclass(get_origin(bare) or object, Mapping) else 0] if args else None


def _problem(one: _Refusal, model: type[BaseModel]) -> Problem:
    error, place = one.error, one.place
    kind = error["type"]
    if kind == "extra_forbidden":
        return _unknown(place, _known(error, model))
    if kind == "literal_error" and place[-1] == "[key]":
        return _unknown(place[:-1], re.findall(r"'(\w+)'", error["ctx"]["expected"]))
    return Problem(place, _words(error))


def _words(error: ErrorDetails) -> str:
    kind, message = error["type"], error["msg"]
    value = repr(error["input"])
    shown = value if len(value) <= _SHOWN else f"{value[:_SHOWN]}…"
    if kind in _KINDS:
        return f"must be {_KINDS[kind]}, not {shown}"
    if kind == "literal_error":
        allowed = error["ctx"]["expected"].replace("'", "")
        return f"must be {allowed}, not {shown}"
    if kind == "missing":
        return "is missing"
    if kind == "string_pattern_mismatch":
        pattern = error["ctx"]["pattern"]
        return f"must be {_FORMS.get(pattern, f'of the form {pattern}')}, not {shown}"
    plain = message.removeprefix("Value error, ")
    return plain[0].lower() + plain[1:]


def _unknown(location: Location, known: Sequence[str]) -> Problem:
    close = get_close_matches(str(location[-1]), known, n=1, cutoff=0.5)
    advice = f"did you mean {close[0]}?" if close else f"known here: {', '.join(known)}"
    return Problem(location, f"unknown key; {advice}")


def _known(error: ErrorDetails, model: type[BaseModel]) -> list[str]:
    """Return the keys that the model around an unknown one has."""
    annotation: object = model
    for part in error["loc"][:-1]:
        several = _several(annotation)
        annotation = several.get(str(part)) if several else _inside(annotation, part)
    bare = _bare(annotation)
    if not (isinstance(bare, type) and issubclass(bare, BaseModel)):
        return []
    return sorted(field.alias or name for name, field in bare.model_fields.items())
