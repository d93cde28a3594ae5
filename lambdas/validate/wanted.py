"""What a drop has to fit: the pipeline's schemas, and what its solutions train on."""

from collections.abc import Mapping, Sequence
from typing import Any

from pydantic import BaseModel, ConfigDict, Field
from pydantic.alias_generators import to_camel

from lambdas.validate.counting.part import Wish


class Wanted(BaseModel):
    """What the pipeline file says of its data, as the state machine passes it on."""

    model_config = ConfigDict(alias_generator=to_camel, populate_by_name=True, extra="ignore")

    schemas: dict[str, dict[str, Any]]
    """Avro schema by dataset."""
    solutions: list[Wish] = Field(default_factory=list)
    import_modes: dict[str, str] = Field(default_factory=dict)
    """FULL or INCREMENTAL by dataset; FULL unless given."""

    def fields(self, kind: str) -> Sequence[Mapping[str, Any]]:
        """Return a schema's fields."""
        fields: Sequence[Mapping[str, Any]] = self.schemas[kind]["fields"]
        return fields

    def columns(self, kind: str) -> list[str]:
        """Return a schema's columns in their order."""
        return [str(field["name"]) for field in self.fields(kind)]

    def import_mode(self, kind: str) -> str:
        """Return how a dataset is imported."""
        return self.import_modes.get(kind, "FULL")
