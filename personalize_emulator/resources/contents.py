"""What is in a dataset group: its datasets, their schemas, their bulk data."""

from functools import partial

from personalize_emulator.data.bulk import drop_bulk
from personalize_emulator.data.schema import DatasetSchema, parse_schema
from personalize_emulator.data.table import Table, concatenate
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


def bulk_names(dataset: Resource) -> list[str]:
    """Return the parts of a dataset's bulk data, oldest first; empty if nothing was imported."""
    return list(dataset.private.get("bulk") or ())


def bulk_of(backend: Backend, dataset: Resource, schema: DatasetSchema) -> Table | None:
    """Return a dataset's bulk data, mapped into memory; None if nothing was imported."""
    folder = backend.folder("datasets", dataset.sequence)
    parts = [Table.load(schema, folder / name) for name in bulk_names(dataset)]
    if len(parts) > 1:
        return concatenate(schema, parts).latest()
    return parts[0] if parts else None


def replace_bulk(backend: Backend, dataset: Resource, names: list[str]) -> None:
    """Let a dataset consist of these parts, and remove those it consisted of and no longer does."""
    before = bulk_names(dataset)
    dataset.private["bulk"] = names
    backend.store.save(dataset)
    folder = backend.folder("datasets", dataset.sequence)
    for name in before:
        if name not in names:
            backend.store.afterwards(partial(drop_bulk, folder, name))
