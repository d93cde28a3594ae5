"""The published JSON Schema is the model's own, so that editors and synthesis agree."""

import json
from pathlib import Path

import jsonschema
import pytest
import yaml

from scripts.write_schema import FILE, schema_text


def test_the_published_schema_is_fresh() -> None:
    assert FILE.read_text() == schema_text(), "run `python -m scripts.write_schema`"


@pytest.mark.parametrize("path", sorted(FILE.parent.glob("*.yaml")), ids=lambda path: path.stem)
def test_every_shipped_pipeline_fits_the_schema(path: Path) -> None:
    data = yaml.safe_load(path.read_text())

    jsonschema.validate(data, json.loads(FILE.read_text()))


def test_an_editor_sees_an_unknown_key_and_a_retired_recipe() -> None:
    schema = json.loads(FILE.read_text())
    wrong = {"name": "films", "solutons": [], "solutions": [{"name": "a", "recipe": "aws-hrnn"}]}

    errors = {
        error.validator for error in jsonschema.Draft202012Validator(schema).iter_errors(wrong)
    }

    assert errors == {"additionalProperties", "enum"}


def _named(value: dict[str, str]) -> str:
    """Return the model a key refers to: where both say the same, only the model says it."""
    return value["$ref"].rsplit("/", 1)[-1]


def test_every_key_is_described() -> None:
    schema = json.loads(FILE.read_text())
    silent = [
        f"{name}.{key}"
        for name, model in {**schema["$defs"], "Pipeline": schema}.items()
        for key, value in model.get("properties", {}).items()
        if "description" not in value and "description" not in schema["$defs"][_named(value)]
    ]

    assert silent == []
