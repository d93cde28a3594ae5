"""The description of one training, as the service writes it and the training process reads it."""

from pathlib import Path
from typing import Any, Literal

from pydantic import BaseModel, ConfigDict, Field
from pydantic.alias_generators import to_camel

from personalize_emulator.recipes.selection import (
    MIN_EVENTS_OF_USER,
    MIN_INTERACTIONS,
    MIN_USERS,
)


class TrainingJob(BaseModel):
    """One training: recipe, configuration, where the data lies and where the model goes.

    The file is JSON in camelCase (``solutionConfig``); ``data`` holds one folder a dataset with
    one ``.npy`` a column.
    """

    model_config = ConfigDict(
        frozen=True, extra="forbid", alias_generator=to_camel, populate_by_name=True
    )

    recipe: str = Field(description="The recipe's name, such as aws-sims.")
    data: Path = Field(description="Folder with one subfolder a dataset.")
    output: Path = Field(description="Folder that receives the model and result.json.")
    solution_config: dict[str, Any] = Field(
        default_factory=dict, description="SolutionConfig as the API was given it."
    )
    event_type: str | None = Field(default=None, description="The one event type to train on.")
    perform_hpo: bool = Field(default=False, alias="performHPO")
    perform_auto_ml: bool = Field(default=False, alias="performAutoML")
    training_mode: Literal["FULL", "UPDATE", "AUTOTRAIN"] = "FULL"
    previous_model: Path | None = Field(default=None, description="The model that UPDATE extends.")
    seed: int = Field(default=0, description="Chooses the held-out users and nothing else.")
    minimum_interactions: int = Field(
        default=MIN_INTERACTIONS, description="Events without which there is no training."
    )
    minimum_users: int = Field(
        default=MIN_USERS, description="Users without whom there is no training."
    )
    minimum_interactions_a_user: int = Field(
        default=MIN_EVENTS_OF_USER, description="Events that each of these users has at least."
    )
    schemas: dict[str, dict[str, Any]] = Field(
        default_factory=dict, description="Avro schema of each dataset, by its folder's name."
    )
    legacy: bool = Field(default=False, description="Offer the recipes that AWS has retired.")

    @classmethod
    def read(cls, path: Path) -> "TrainingJob":
        """The job in a JSON file.

        Raises:
            pydantic.ValidationError: a field is missing, unknown or of the wrong type.
        """
        return cls.model_validate_json(path.read_bytes())

    def write(self, path: Path) -> None:
        """Write the job where the training process finds it."""
        path.write_text(self.model_dump_json(by_alias=True, indent=2), encoding="utf-8")
