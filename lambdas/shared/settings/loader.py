"""A pipeline file in, a checked pipeline out; or every problem at once, each with its line."""

from dataclasses import replace
from pathlib import Path

from pydantic import ValidationError

from lambdas.shared.settings.checks import check
from lambdas.shared.settings.pipeline import Pipeline
from lambdas.shared.settings.problems import Problem, SettingsError
from lambdas.shared.settings.refusals import problems
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
        found = list(problems(error.errors(), Pipeline))
    else:
        found = list(check(pipeline, legacy_recipes=legacy_recipes))
        if not found:
            return pipeline
    placed = [replace(p, line=line_of(p.location, lines)) for p in found]
    raise SettingsError(source, placed)
