"""What a drop has to fit: the pipeline's schemas, and what its solutions train on."""

from collections.abc import Mapping, Sequence
from typing import Any

from pydantic import BaseModel, ConfigDict, Field
from pydantic.alias_generators import to_camel

from lambdas.shared.map_settings import DatasetMap
from lambdas.shared.validation_settings import ValidationSettings
from lambdas.validate.counting.part import Wish

KINDS = ("interactions", "items", "users", "actions", "actionInteractions")


class Wanted(BaseModel):
    """What the pipeline file says of its data, as the state machine passes it on."""

    model_config = ConfigDict(alias_generator=to_camel, populate_by_name=True, extra="ignore")

    schemas: dict[str, dict[str, Any]]
    """Avro schema by dataset."""
    solutions: list[Wish] = Field(default_factory=list)
    import_modes: dict[str, str] = Field(default_factory=dict)
    """FULL or INCREMENTAL by dataset; FULL unless given."""
    incremental: dict[str, str] = Field(default_factory=dict)
    """ARN by dataset of those that are imported INCREMENTAL."""
    never_imported: frozenset[str] = frozenset()
    """Datasets known to have no data yet."""

    validation: ValidationSettings = ValidationSettings()
    """From which size on a drop is looked at in parts."""
    repair: bool = False
    """Whether what can be mended is to be mended."""
    map: dict[str, DatasetMap] = Field(default_factory=dict)
    """How the user's own files become datasets, by dataset."""

    @property
    def whole_bytes(self) -> int:
        """Return up to which size one function looks at all of a drop."""
        return self.validation.whole_mb * 1_000_000

    @property
    def part_bytes(self) -> int:
        """Return the size of the parts of a larger drop."""
        return self.validation.part_mb * 1_000_000

    def file_names(self) -> dict[str, str]:
        """Return the dataset that a file in the drop belongs to, by the file's name."""
        own = {f"{kind}.csv": kind for kind in KINDS}
        return own | {one.file: kind for kind, one in self.map.items() if one.file}

    def fields(self, kind: str) -> Sequence[Mapping[str, Any]]:
        """Return a schema's fields."""
        fields: Sequence[Mapping[str, Any]] = self.schemas[kind]["fields"]
        return fields

    def columns(self, kind: str) -> list[str]:
        """Return a schema's columns in their order."""
        return [str(field["name"]) for field in self.fields(kind)]

    def import_mode(self, kind: str) -> str:
        """Return how a dataset is imported."""
        mode = self.import_modes.get(kind, "FULL")
        return "FULL" if self.repair and kind in self.never_imported else mode

    def is_incremental_first(self, kind: str) -> bool:
        """Return whether an import is asked for that the service takes only as a later one."""
        return self.import_modes.get(kind) == "INCREMENTAL" and kind in self.never_imported
