"""Write ``pipelines/schema.json``: the pipeline file's JSON Schema, for editors.

Usage: ``python -m scripts.write_schema`` from the project's folder.
"""

import json
from pathlib import Path

from lambdas.shared.settings.pipeline import Pipeline

FILE = Path(__file__).resolve().parent.parent / "pipelines" / "schema.json"


def schema_text() -> str:
    """Return the schema as it is published."""
    schema = Pipeline.model_json_schema(by_alias=True)
    head = {"$schema": "https://json-schema.org/draft/2020-12/schema", "title": "Pipeline"}
    return json.dumps(head | schema, indent=2) + "\n"


if __name__ == "__main__":
    FILE.write_text(schema_text())
