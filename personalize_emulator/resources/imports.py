"""Dataset import jobs: from CSV files in S3 to a dataset's bulk data.

Import and export jobs disappear with their dataset, batch jobs with their version (inferred).
"""

import threading

import numpy as np

from personalize_emulator.data.bulk import drop_bulk, read_sources, sweep, write_bulk
from personalize_emulator.data.schema import DatasetSchema
from personalize_emulator.data.table import Table
from personalize_emulator.errors import InvalidInputException
from personalize_emulator.jobs import Work
from personalize_emulator.resources.backend import Backend, when_ended
from personalize_emulator.resources.call import Call
from personalize_emulator.resources.checks import check_pending, check_tags, check_unused
from personalize_emulator.resources.contents import bulk_names, bulk_of, replace_bulk, schema_of
from personalize_emulator.resources.counting import publication_of, publish
from personalize_emulator.resources.kinds import DATASET, DELETION_JOB, IMPORT_JOB
from personalize_emulator.resources.lifecycle import CREATE, Progress
from personalize_emulator.resources.operations import operation
from personalize_emulator.resources.resource import Resource
from personalize_emulator.resources.snapshots import index_soon
from personalize_emulator.values import Payload


@operation("CreateDatasetImportJob")
def create_import_job(call: Call, request: Payload) -> Payload:
    """Start an import; FULL replaces the bulk data, INCREMENTAL adds rows and replaces ids."""
    check_tags(call, request)
    dataset = call.active(request["datasetArn"], DATASET)
    location = request["dataSource"].get("dataLocation") or ""
    if not location.startswith("s3://") or not location.removeprefix("s3://").strip("/"):
        raise InvalidInputException("Invalid Data location.")
    if not request.get("roleArn"):
        raise InvalidInputException("A roleArn is required to read the data from Amazon S3.")
    mode = request.get("importMode") or "FULL"
    if mode == "INCREMENTAL" and not bulk_names(dataset):
        msg = f"The first import into a dataset must be FULL: {dataset.arn}."
        raise InvalidInputException(msg)
    group = dataset.fields["datasetGroupArn"]
    deletions = (
        d for d in call.backend.store.all(DELETION_JOB) if d.get("datasetGroupArn") == group
    )
    check_unused(dataset, (job for job in deletions if not job.settled))
    quotas = call.backend.settings.quotas
    jobs = call.backend.store.owned(IMPORT_JOB, call.owner)
    check_pending(jobs, quotas.pending_import_jobs)
    fields = {k: v for k, v in request.items() if k != "tags"} | {"importMode": mode}
    job = call.backend.create(
        IMPORT_JOB,
        call.arn(IMPORT_JOB, request["jobName"]),
        fields,
        private={"through": call.backend.records.last()},
        tags=request.get("tags"),
        works=True,
    )
    call.backend.start(job, _work(call.backend, job, dataset))
    return {"datasetImportJobArn": job.arn}


def _work(backend: Backend, job: Resource, dataset: Resource) -> Work:
    schema = schema_of(backend, dataset)
    quotas, objects = backend.settings.quotas, backend.objects_for(job)
    location, whole = job.fields["dataSource"]["dataLocation"], job.fields["importMode"] == "FULL"
    limit = quotas.full_import_bytes if whole else quotas.incremental_import_bytes

    def work(stop: threading.Event) -> Payload:
        del stop
        table = read_sources(objects, location, schema, limit=limit)
        with backend.lock:
            publication = publication_of(backend, job, dataset)
        if publication:
            publish(objects, publication, table)
        if not whole:
            _merge(backend, dataset, schema)
        folder = backend.folder("datasets", dataset.sequence)
        return {"bulk": write_bulk(folder, table), "rows": len(table)}

    return work


def _merge(backend: Backend, dataset: Resource, schema: DatasetSchema) -> None:
    """Make one part of what earlier incremental imports have added, so that parts stay few."""
    with backend.lock:
        before, table = bulk_names(dataset), bulk_of(backend, dataset, schema)
    if table is None or len(before) == 1:
        return
    folder = backend.folder("datasets", dataset.sequence)
    merged = write_bulk(folder, table)
    with backend.lock:
        now = bulk_names(dataset)
        if now[: len(before)] == before:
            replace_bulk(backend, dataset, [merged, *now[len(before) :]])
        else:
            drop_bulk(folder, merged)


@when_ended(IMPORT_JOB, CREATE)
def _imported(backend: Backend, job: Resource, progress: Progress) -> None:
    """Take in what an import has read. Only now: whatever came meanwhile is there by now."""
    dataset = backend.store.find(job.fields["datasetArn"], DATASET)
    if progress.failure is not None or dataset is None:
        return
    imported, before = progress.result["bulk"], bulk_names(dataset)
    if job.fields["importMode"] == "FULL":
        before = []
    else:
        _forget_replaced(backend, dataset, imported, job.private["through"])
    dataset.updated = job.updated
    replace_bulk(backend, dataset, [*before, imported])
    backend.facts.pop(dataset.fields["datasetGroupArn"], None)
    index_soon(backend, dataset.fields["datasetGroupArn"])


def _forget_replaced(backend: Backend, dataset: Resource, imported: str, through: int) -> None:
    """Forget what was put one by one until an import began, and has the id of a row of it."""
    schema = schema_of(backend, dataset)
    older = [r for r in backend.records.of(dataset.arn) if r.sequence <= through]
    if not schema.type.keys or not older:
        return
    (key,) = schema.type.keys
    ids = Table.load(schema, backend.folder("datasets", dataset.sequence) / imported)[key]
    replaced = np.isin([record.row[key] for record in older], ids)
    gone = [record.sequence for record, is_gone in zip(older, replaced, strict=True) if is_gone]
    backend.records.remove(gone)


def sweep_leftovers(backend: Backend) -> None:
    """Remove what interrupted imports left in the state folder. Call it before any import runs."""
    for dataset in backend.store.all(DATASET):
        folder = backend.folder("datasets", dataset.sequence)
        sweep(folder, keep=bulk_names(dataset))
