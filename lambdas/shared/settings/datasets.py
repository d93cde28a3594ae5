"""The datasets of a pipeline: their fields, as an Avro schema of the service's dialect."""

import json
from typing import Annotated, Any, Literal

from pydantic import Field

from lambdas.shared.settings.names import Name
from lambdas.shared.strict import Strict

FieldType = Literal["string", "int", "long", "float", "double", "boolean", "null"]
DatasetKind = Literal["interactions", "items", "users", "actions", "actionInteractions"]
Domain = Literal["ECOMMERCE", "VIDEO_ON_DEMAND"]

# The record's name in the service's schemas (developer guide, "Schema formatting requirements").
RECORD_NAMES: dict[DatasetKind, str] = {
    "interactions": "Interactions",
    "items": "Items",
    "users": "Users",
    "actions": "Actions",
    "actionInteractions": "ActionInteractions",
}
# CreateDataset.datasetType (developer guide): underscores only where two words meet.
DATASET_TYPES: dict[DatasetKind, str] = {
    "interactions": "INTERACTIONS",
    "items": "ITEMS",
    "users": "USERS",
    "actions": "ACTIONS",
    "actionInteractions": "ACTION_INTERACTIONS",
}


class SchemaField(Strict):
    """One column of a dataset."""

    name: Annotated[str, Field(pattern=r"^[A-Za-z_][A-Za-z0-9_]*$", max_length=256)]
    """The column's header, in the CSV file too."""
    type: FieldType | tuple[FieldType, ...]
    """An Avro type, or a list with "null" for a column that may be empty."""
    categorical: bool = False
    """A string whose values are categories, joined by | where there are several."""
    textual: bool = False
    """Free text in one language; at most one field, of items only."""

    @property
    def types(self) -> tuple[FieldType, ...]:
        """Return the types as a tuple, however they were written."""
        return self.type if isinstance(self.type, tuple) else (self.type,)

    @property
    def avro(self) -> dict[str, Any]:
        """Return the field as the schema's JSON spells it."""
        written: dict[str, Any] = {
            "name": self.name,
            "type": self.type if isinstance(self.type, str) else list(self.type),
        }
        marks = {"categorical": self.categorical, "textual": self.textual}
        return written | {mark: True for mark, given in marks.items() if given}


class Dataset(Strict):
    """A dataset: its schema and how its data is imported."""

    fields: tuple[SchemaField, ...] = Field(min_length=1)
    """The columns, in the order of the CSV file."""
    name: Name | None = None
    """The dataset's name; <pipeline>-<kind> unless given."""
    schema_name: Name | None = None
    """The schema's name; <pipeline>-<kind> unless given. One that exists and fits is adopted."""
    import_mode: Literal["FULL", "INCREMENTAL"] = "FULL"
    """FULL replaces the bulk data, INCREMENTAL adds to it. A dataset's first import has to be FULL:
    an incremental one is refused then, or imported FULL if ``repair`` is true."""

    def avro_schema(self, kind: DatasetKind) -> dict[str, Any]:
        """Return the Avro record that CreateSchema takes (as JSON text)."""
        return {
            "type": "record",
            "name": RECORD_NAMES[kind],
            "namespace": "com.amazonaws.personalize.schema",
            "fields": [field.avro for field in self.fields],
            "version": "1.0",
        }

    def schema_text(self, kind: DatasetKind) -> str:
        """Return the schema as the JSON text of the API."""
        return json.dumps(self.avro_schema(kind))


class Interactions(Dataset):
    """The interactions; with no fields given, the three that every recipe needs."""

    fields: tuple[SchemaField, ...] = (
        SchemaField(name="USER_ID", type="string"),
        SchemaField(name="ITEM_ID", type="string"),
        SchemaField(name="TIMESTAMP", type="long"),
    )
    """The columns, in the order of the CSV file."""


class Datasets(Strict):
    """What the dataset group holds; only interactions are needed by every recipe."""

    interactions: Interactions = Interactions()
    """Who did what with which item, and when."""
    items: Dataset | None = None
    """What is known of each item."""
    users: Dataset | None = None
    """What is known of each user."""
    actions: Dataset | None = None
    """The actions that next-best-action recommends."""
    action_interactions: Dataset | None = None
    """Who took which action, and when."""

    @property
    def present(self) -> dict[DatasetKind, Dataset]:
        """Return the datasets that this pipeline has, interactions first."""
        given: dict[DatasetKind, Dataset | None] = {
            "interactions": self.interactions,
            "items": self.items,
            "users": self.users,
            "actions": self.actions,
            "actionInteractions": self.action_interactions,
        }
        return {kind: dataset for kind, dataset in given.items() if dataset is not None}


class DatasetGroup(Strict):
    """The container of everything else."""

    name: Name | None = None
    """The dataset group's name; the pipeline's unless given. An existing one is adopted."""
    domain: Domain | None = None
    """The use case whose recommenders the group may hold; None is a custom group."""
    kms_key_arn: Annotated[str, Field(pattern=r"^arn:aws[\w-]*:kms:.+$")] | None = None
    """A key of your own for the service's copy of the data."""
