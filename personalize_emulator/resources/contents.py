"""What is in a dataset group: its datasets, their schemas, their bulk data."""

from personalize_emulator.data.schema import DatasetSchema, parse_schema
from personalize_emulator.data.table import Table
from personalize_emulator.resources.backend import Backend
from personalize_emulator.resources.kinds import DATASET, SCHEMA
from personalize_emulator.resources.lifecycle import DELETE
from personalize_emulator.resources.resource import Resource


def schema_of(backend: Backend, dataset: Resource) -> DatasetSchema:
    """Return a dataset's schema as columns."""
    schema = backend.store.get(dataset.fields["schemaArn"], SCHEMA)
    return parse_schema(schema.fields["schema"], schema.fields.get("domain"))


def datasets_of(backend: Backend, group_arn: str) -> dict[str, Resource]:
    """Return a group's datasets by type: ``INTERACTIONS``. One being deleted counts no more."""
    return {
        dataset.fields["datasetType"]: dataset
        for dataset in backend.store.all(DATASET)
        if dataset.fields["datasetGroupArn"] == group_arn and dataset.status not in DELETE.steps
    }


def bulk_of(backend: Backend, dataset: Resource, schema: DatasetSchema) -> Table | None:
    """Return a dataset's bulk data, mapped into memory; None if nothing was imported."""
    name = dataset.private.get("bulk")
    if name is None:
        return None
    return Table.load(schema, backend.folder("datasets", dataset.sequence, name))
