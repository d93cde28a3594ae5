"""A pipeline file in, a checked pipeline out; or every problem at once, each with its line."""

import re
from dataclasses import replace
from difflib import get_close_matches
from pathlib import Path
from typing import get_args

from pydantic import BaseModel, ValidationError
from pydantic_core import ErrorDetails

from lambdas.shared.settings.checks import check
from lambdas.shared.settings.pipeline import Pipeline
from lambdas.shared.settings.problems import Location, Problem, SettingsError
from lambdas.shared.settings.yaml_source import line_of, read_yaml


def load_pipeline(path: Path | str, *, legacy_recipes: bool = False) -> Pipeline:
    """Read and check a pipeline file.

    Args:
        path: The YAML file.
        legacy_recipes: Whether retired recipes pass; only the local emulator still trains them.

    Raises:
        SettingsError: Anything is wrong with it; the message has one line a finding.
    """
    source = str(path)
    try:
        text = Path(path).read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as error:
        raise SettingsError(source, [Problem((), f"cannot be read: {error}")]) from error
    return parse_pipeline(text, source=source, legacy_recipes=legacy_recipes)


def parse_pipeline(text: str, *, source: str, legacy_recipes: bool = False) -> Pipeline:
    """Check the text of a pipeline file; ``source`` names it in messages.

    Raises:
        SettingsError: Anything is wrong with it.
    """
    data, lines = read_yaml(text, source)
    try:
        pipeline = Pipeline.model_validate(data)
    except ValidationError as error:
        problems = [_problem(item) for item in error.errors()]
    else:
        problems = list(check(pipeline, legacy_recipes=legacy_recipes))
        if not problems:
            return pipeline
    placed = [replace(p, line=line_of(p.location, lines)) for p in problems]
    raise SettingsError(source, placed)


def _problem(error: ErrorDetails) -> Problem:
    kind, location, message = error["type"], error["loc"], error["msg"]
    if kind == "extra_forbidden":
        return _unknown(location, known_keys(Pipeline, location[:-1]))
    if kind == "literal_error" and location[-1] == "[key]":
        return _unknown(location[:-1], re.findall(r"'(\w+)'", error["ctx"]["expected"]))
    return Problem(location, message[0].lower() + message[1:])


def _unknown(location: Location, known: list[str]) -> Problem:
    close = get_close_matches(str(location[-1]), known, n=1, cutoff=0.5)
    advice = f"did you mean {close[0]}?" if close else f"known here: {', '.join(known)}"
    return Problem(location, f"unknown key; {advice}")


def known_keys(model: type[BaseModel], location: Location) -> list[str]:
    """Return the keys that the model at ``location`` below ``model`` has."""
    for part in location:
        if isinstance(part, int):
            continue
        field = next(f for n, f in model.model_fields.items() if part in (f.alias, n))
        inner = _model_in(field.annotation)
        if inner is None:
            return []
        model = inner
    return sorted(field.alias or name for name, field in model.model_fields.items())


def _model_in(annotation: object) -> type[BaseModel] | None:
    """Return the model an annotation is about: X | None, tuple[X, ...], dict[str, X]."""
    if isinstance(annotation, type) and issubclass(annotation, BaseModel):
        return annotation
    found = (_model_in(part) for part in get_args(annotation))
    return next((model for model in found if model is not None), None)
