"""Schemas, dataset groups and datasets.

A kmsKeyArn is checked, kept and shown, and nothing is encrypted with it (not emulated).
"""

import shutil
import uuid

from personalize_emulator.data.schema import dataset_type, parse_schema
from personalize_emulator.errors import InvalidInputException, ResourceAlreadyExistsException
from personalize_emulator.resources.backend import UPDATE, Backend, when_ended
from personalize_emulator.resources.call import Call
from personalize_emulator.resources.checks import (
    check_quota,
    check_settled,
    check_tags,
    check_unused,
)
from personalize_emulator.resources.contents import datasets_of, schema_of
from personalize_emulator.resources.kinds import (
    ATTRIBUTION,
    DATASET,
    DATASET_GROUP,
    DELETION_JOB,
    EXPORT_JOB,
    FILTER,
    IMPORT_JOB,
    RECOMMENDER,
    SCHEMA,
    SOLUTION,
    TRACKER,
    VERSION,
)
from personalize_emulator.resources.lifecycle import DELETE, Progress
from personalize_emulator.resources.operations import operation
from personalize_emulator.resources.resource import Resource
from personalize_emulator.values import Payload


@operation("CreateSchema")
def create_schema(call: Call, request: Payload) -> Payload:
    """Keep a schema after checking it by the service's rules."""
    parse_schema(request["schema"], request.get("domain"))
    quota = call.backend.settings.quotas.schemas
    check_quota(len(call.backend.store.owned(SCHEMA, call.owner)), quota, "schemas")
    schema = call.backend.create(
        SCHEMA, call.arn(SCHEMA, request["name"]), dict(request), plan=None
    )
    return {"schemaArn": schema.arn}


@operation("DeleteSchema")
def delete_schema(call: Call, request: Payload) -> None:
    """Delete a schema that no dataset refers to; it is gone at once (inferred)."""
    schema = call.get(request["schemaArn"], SCHEMA)
    users = (d for d in call.backend.store.all(DATASET) if d.fields["schemaArn"] == schema.arn)
    check_unused(schema, users)
    call.backend.store.remove(schema)


@operation("CreateDatasetGroup")
def create_dataset_group(call: Call, request: Payload) -> Payload:
    """Create an empty group."""
    check_tags(call, request)
    if request.get("roleArn") and not request.get("kmsKeyArn"):
        raise InvalidInputException("A roleArn is only valid together with a kmsKeyArn.")
    if request.get("kmsKeyArn") and not request.get("roleArn"):
        raise InvalidInputException("A kmsKeyArn needs a roleArn that may use it.")
    arn = call.arn(DATASET_GROUP, request["name"])
    if call.backend.store.find(arn) is None:
        quota = call.backend.settings.quotas.dataset_groups
        owned = call.backend.store.owned(DATASET_GROUP, call.owner)
        check_quota(len(owned), quota, "dataset groups")
    fields = {k: v for k, v in request.items() if k != "tags"}
    group = call.backend.create(DATASET_GROUP, arn, fields, tags=request.get("tags"))
    domain = {"domain": request["domain"]} if request.get("domain") else {}
    return {"datasetGroupArn": group.arn} | domain


@operation("DeleteDatasetGroup")
def delete_dataset_group(call: Call, request: Payload) -> None:
    """Delete a group that nothing is left in."""
    group = call.get(request["datasetGroupArn"], DATASET_GROUP)
    check_settled(group)
    inside = (DATASET, SOLUTION, RECOMMENDER, TRACKER, FILTER, ATTRIBUTION)
    users = (r for r in call.backend.store.all(*inside) if r.get("datasetGroupArn") == group.arn)
    check_unused(group, users)
    call.backend.enter(group, DELETE)


@when_ended(DATASET_GROUP, DELETE)
def _group_gone(backend: Backend, group: Resource, progress: Progress) -> None:
    del progress
    backend.remove_jobs("datasetGroupArn", group.arn, DELETION_JOB)


@operation("CreateDataset")
def create_dataset(call: Call, request: Payload) -> Payload:
    """Create an empty dataset: one of each type in a group."""
    check_tags(call, request)
    kind = dataset_type(request["datasetType"])
    group = call.active(request["datasetGroupArn"], DATASET_GROUP)
    schema = call.get(request["schemaArn"], SCHEMA)
    parsed = parse_schema(schema.fields["schema"], schema.fields.get("domain"))
    if parsed.type is not kind:
        msg = f"The schema {schema.arn} is one of {parsed.type.name}, not of {kind.name}."
        raise InvalidInputException(msg)
    if schema.fields.get("domain") != group.fields.get("domain"):
        raise InvalidInputException("The domains of schema and dataset group must be the same.")
    if present := datasets_of(call.backend, group.arn).get(kind.name):
        msg = f"Another dataset of type {kind.name} already exists in the group: {present.arn}."
        raise ResourceAlreadyExistsException(msg)
    fields = {
        "name": request["name"],
        "datasetGroupArn": group.arn,
        "datasetType": kind.name,
        "schemaArn": schema.arn,
    }
    if kind.name == "ACTION_INTERACTIONS":
        fields["trackingId"] = str(uuid.uuid4())
    arn = call.arn(DATASET, group.name, kind.name)
    return {"datasetArn": call.backend.create(DATASET, arn, fields, tags=request.get("tags")).arn}


@operation("UpdateDataset")
def update_dataset(call: Call, request: Payload) -> Payload:
    """Replace a dataset's schema by one that keeps the columns there are."""
    dataset = call.active(request["datasetArn"], DATASET)
    check_settled(dataset)
    new = call.get(request["schemaArn"], SCHEMA)
    parsed = parse_schema(new.fields["schema"], new.fields.get("domain"))
    old = schema_of(call.backend, dataset)
    if parsed.type is not old.type:
        raise InvalidInputException("The new schema must be one of the same dataset type.")
    for column in old.columns:
        if parsed.column(column.name) != column:
            msg = f"The new schema must keep column {column.name} as it is."
            raise InvalidInputException(msg)
    if any(not c.nullable for c in parsed.columns if old.column(c.name) is None):
        raise InvalidInputException("Columns that the new schema adds must allow null.")
    call.backend.enter_update(dataset, {"schemaArn": new.arn})
    return {"datasetArn": dataset.arn}


@when_ended(DATASET, UPDATE)
def _schema_replaced(backend: Backend, dataset: Resource, progress: Progress) -> None:
    if progress.failure is None and dataset.update:
        dataset.fields["schemaArn"] = dataset.update.fields["schemaArn"]
        dataset.updated = dataset.update.updated
        backend.facts.pop(dataset.fields["datasetGroupArn"], None)


@operation("DeleteDataset")
def delete_dataset(call: Call, request: Payload) -> None:
    """Delete a dataset that no import fills, no training reads and no filter asks."""
    dataset = call.get(request["datasetArn"], DATASET)
    check_settled(dataset)
    group = dataset.fields["datasetGroupArn"]
    store = call.backend.store
    busy = [
        job
        for job in store.all(IMPORT_JOB)
        if job.fields["datasetArn"] == dataset.arn and not job.settled
    ]
    busy += [
        r
        for r in store.all(VERSION, RECOMMENDER)
        if r.get("datasetGroupArn") == group and not r.settled
    ]
    if dataset.fields["datasetType"] == "INTERACTIONS":
        busy += [t for t in store.all(TRACKER) if t.fields["datasetGroupArn"] == group]
    busy += [f for f in store.all(FILTER) if f.fields["datasetGroupArn"] == group]
    check_unused(dataset, busy)
    call.backend.enter(dataset, DELETE)


@when_ended(DATASET, DELETE)
def _dataset_gone(backend: Backend, dataset: Resource, progress: Progress) -> None:
    del progress
    backend.facts.pop(dataset.fields["datasetGroupArn"], None)
    backend.forget_live(dataset.fields["datasetGroupArn"])
    backend.remove_jobs("datasetArn", dataset.arn, IMPORT_JOB, EXPORT_JOB)
    shutil.rmtree(backend.folder("datasets", dataset.sequence), ignore_errors=True)
