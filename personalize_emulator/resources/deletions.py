"""Data deletion jobs: all that refers to given users leaves the datasets of a group.

Models keep what they have learned until the next training, as the service documents it. While an
import into the group is under way no deletion begins, and the other way round (inferred).
"""

import csv
import io
import threading

import numpy as np

from personalize_emulator.data.bulk import no_access, sources_of, write_bulk
from personalize_emulator.errors import InvalidInputException, JobFailed, ObjectMissing
from personalize_emulator.jobs import Work
from personalize_emulator.objects import ObjectStore
from personalize_emulator.resources.backend import Backend, when_ended
from personalize_emulator.resources.call import Call
from personalize_emulator.resources.checks import check_pending, check_tags, check_unused
from personalize_emulator.resources.contents import bulk_of, datasets_of, replace_bulk, schema_of
from personalize_emulator.resources.kinds import DATASET_GROUP, DELETION_JOB, IMPORT_JOB
from personalize_emulator.resources.lifecycle import ERASE, Progress
from personalize_emulator.resources.operations import operation
from personalize_emulator.resources.resource import Resource
from personalize_emulator.runtime.events import live_actions_log, live_log
from personalize_emulator.values import Payload


@operation("CreateDataDeletionJob")
def create_data_deletion_job(call: Call, request: Payload) -> Payload:
    """Start a job that removes the users whom a CSV file lists."""
    check_tags(call, request)
    group = call.active(request["datasetGroupArn"], DATASET_GROUP)
    location = request["dataSource"].get("dataLocation") or ""
    if not location.startswith("s3://"):
        raise InvalidInputException("Invalid Data location.")
    arns = {dataset.arn for dataset in datasets_of(call.backend, group.arn).values()}
    imports = (j for j in call.backend.store.all(IMPORT_JOB) if j.get("datasetArn") in arns)
    check_unused(group, (job for job in imports if not job.settled))
    quota = call.backend.settings.quotas.pending_deletion_jobs
    check_pending(call.backend.store.owned(DELETION_JOB, call.owner), quota)
    fields = {k: v for k, v in request.items() if k != "tags"}
    arn = call.arn(DELETION_JOB, request["jobName"])
    job = call.backend.create(
        DELETION_JOB, arn, fields, tags=request.get("tags"), plan=ERASE, works=True
    )
    call.backend.start(job, _work(call.backend.objects_for(job), location))
    return {"dataDeletionJobArn": job.arn}


def _work(objects: ObjectStore, location: str) -> Work:
    def work(stop: threading.Event) -> Payload:
        del stop
        return {"users": sorted(_listed(objects, location))}

    return work


def _listed(objects: ObjectStore, location: str) -> set[str]:
    users: set[str] = set()
    for uri in sources_of(objects, location):
        try:
            text = objects.read(uri).decode("utf-8")
        except ObjectMissing as error:
            raise no_access(uri) from error
        except UnicodeDecodeError as error:
            msg = f"Input csv {uri} is not encoded in UTF-8: {error}."
            raise JobFailed(msg) from error
        rows = csv.DictReader(io.StringIO(text))
        if rows.fieldnames is None or "USER_ID" not in rows.fieldnames:
            raise JobFailed("Input CSV is missing the following columns:[USER_ID].")
        users.update(row["USER_ID"] for row in rows if row["USER_ID"])
    return users


@when_ended(DELETION_JOB, ERASE)
def _erase(backend: Backend, job: Resource, progress: Progress) -> None:
    if progress.failure is not None:
        return
    group, users = job.fields["datasetGroupArn"], progress.result["users"]
    deleted = 0
    for dataset in datasets_of(backend, group).values():
        deleted += _erase_records(backend, dataset, set(users))
        deleted += _erase_bulk(backend, dataset, users)
    job.fields["numDeleted"] = deleted
    backend.facts.pop(group, None)
    backend.forget_live(group)
    for read_back in (live_log, live_actions_log):  # what is in service answers from them
        read_back(backend, group)


def _erase_records(backend: Backend, dataset: Resource, users: set[str]) -> int:
    gone = [r.sequence for r in backend.records.of(dataset.arn) if r.row.get("USER_ID") in users]
    backend.records.remove(gone)
    return len(gone)


def _erase_bulk(backend: Backend, dataset: Resource, users: list[str]) -> int:
    schema = schema_of(backend, dataset)
    bulk = bulk_of(backend, dataset, schema)
    if bulk is None or "USER_ID" not in bulk.columns:
        return 0
    stays = ~np.isin(bulk["USER_ID"], users)
    gone = int(len(stays) - stays.sum())
    if gone:
        folder = backend.folder("datasets", dataset.sequence)
        replace_bulk(backend, dataset, [write_bulk(folder, bulk.take(stays))])
    return gone
