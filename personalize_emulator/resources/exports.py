"""Dataset export jobs: a dataset's rows as CSV files in S3.

Of rows that are equal in all fields there is one, and only ALL leaves out older rows of an id
(developer guide, "Exporting the training data in a dataset to Amazon S3"). The file lies under
``JOBNAME_TIME/DATASETTYPE.csv`` in the output folder (inferred).
"""

import csv
import io
import threading
from typing import Final

from personalize_emulator.data.records import table_of
from personalize_emulator.data.table import Table
from personalize_emulator.errors import JobFailed, ObjectMissing
from personalize_emulator.jobs import Work
from personalize_emulator.resources.backend import Backend
from personalize_emulator.resources.call import Call
from personalize_emulator.resources.checks import check_pending, check_tags
from personalize_emulator.resources.contents import bulk_of, schema_of
from personalize_emulator.resources.kinds import DATASET, EXPORT_JOB
from personalize_emulator.resources.operations import operation
from personalize_emulator.resources.resource import Resource
from personalize_emulator.runtime.metadata import plain, shown
from personalize_emulator.training.data import Snapshot, distinct
from personalize_emulator.values import Payload

DEFAULT_MODE: Final = "PUT"


@operation("CreateDatasetExportJob")
def create_export_job(call: Call, request: Payload) -> Payload:
    """Start an export of what was imported in bulk, put one by one, or both."""
    check_tags(call, request)
    dataset = call.active(request["datasetArn"], DATASET)
    quota = call.backend.settings.quotas.pending_export_jobs
    check_pending(call.backend.store.owned(EXPORT_JOB, call.owner), quota)
    fields = {k: v for k, v in request.items() if k != "tags"}
    fields["ingestionMode"] = request.get("ingestionMode") or DEFAULT_MODE
    arn = call.arn(EXPORT_JOB, request["jobName"])
    job = call.backend.create(EXPORT_JOB, arn, fields, tags=request.get("tags"), works=True)
    call.backend.start(job, _work(call.backend, job, dataset))
    return {"datasetExportJobArn": job.arn}


def _work(backend: Backend, job: Resource, dataset: Resource) -> Work:
    def work(stop: threading.Event) -> Payload:
        del stop
        target = job.fields["jobOutput"]["s3DataDestination"]["path"]
        if not target.startswith("s3://"):
            raise JobFailed("Invalid S3 output path")
        with backend.lock:
            table = _rows(backend, dataset, job.fields["ingestionMode"])
        folder = f"{target.rstrip('/')}/{job.name}_{int(job.created)}"
        uri = f"{folder}/{dataset.fields['datasetType'].lower()}.csv"
        try:
            backend.objects_for(job).write(uri, to_csv(table))
        except ObjectMissing as error:
            msg = f"Insufficient privileges for writing data to Amazon S3: {uri}."
            raise JobFailed(msg) from error
        return {"rows": len(table)}

    return work


def _rows(backend: Backend, dataset: Resource, mode: str) -> Table:
    schema = schema_of(backend, dataset)
    records = list(backend.records.of(dataset.arn))
    bulk = bulk_of(backend, dataset, schema)
    if mode == "PUT":
        return distinct(table_of(schema, records))
    if mode == "BULK":
        return distinct(bulk) if bulk is not None else Table.empty(schema)
    return Snapshot(schema, bulk, records).table()


def to_csv(table: Table) -> bytes:
    """Return a table as the CSV file that an import reads back."""
    text = io.StringIO()
    writer = csv.writer(text, doublequote=False, escapechar="\\", lineterminator="\n")
    columns = table.schema.columns
    writer.writerow(column.name for column in columns)
    for cells in zip(*(table[column.name] for column in columns), strict=True):
        writer.writerow(
            shown(column, plain(column, cell)) for column, cell in zip(columns, cells, strict=True)
        )
    return text.getvalue().encode()
