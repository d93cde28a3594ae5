"""What the state machine knows when a run ends, as it hands it over."""

from typing import Any

from pydantic import AliasChoices, BaseModel, ConfigDict, Field
from pydantic.alias_generators import to_camel

from lambdas.shared.observation_settings import ReportSettings


class Loose(BaseModel):
    """Takes what it names and leaves the rest: stages may add to their answers."""

    model_config = ConfigDict(alias_generator=to_camel, populate_by_name=True, frozen=True)


class File(Loose):
    """One file of the drop, as validation found and pinned it."""

    dataset: str
    key: str
    version_id: str
    rows: int
    users: int = 0
    size_bytes: int = Field(default=0, validation_alias=AliasChoices("sizeBytes", "bytes", "size"))


class Run(Loose):
    """A run at its end, well or not."""

    pipeline: str
    bucket: str
    drop_id: str
    execution: str
    started_at: int
    """Milliseconds since 1970."""
    validation: dict[str, Any]
    imports: list[dict[str, Any]]
    solutions: list[dict[str, Any]]
    others: list[dict[str, Any]] = Field(default_factory=list)
    """Recommenders and jobs: kind, name, status, output, failure."""
    cost: dict[str, Any]
    settings: ReportSettings
    failure: dict[str, Any]

    @property
    def files(self) -> list[File]:
        """Return the drop's files; none where validation itself failed."""
        return [File.model_validate(file) for file in self.validation.get("objects", ())]

    def file(self, dataset: str) -> File | None:
        """Return the file of one dataset."""
        return next((file for file in self.files if file.dataset == dataset), None)
