"""What each job is asked for: requests that are known at synthesis, for ``lambdas.jobs``."""

from typing import Any

from lambdas.shared.settings.jobs import BatchInference, BatchJob, BatchSegment, Export
from lambdas.shared.settings.recipes import RECIPES
from stacks.storage import BATCH
from stacks.workflow.jobs import DELETION, EXPORT, INFERENCE, SEGMENT, JobKind
from stacks.workflow.stage import Parts

Plan = dict[str, Any]


def inference_plans(parts: Parts) -> list[Plan]:
    """Return the batch inference jobs."""
    return [
        _batch(parts, INFERENCE, job, _inference(job)) for job in parts.pipeline.batch_inference
    ]


def segment_plans(parts: Parts) -> list[Plan]:
    """Return the batch segment jobs."""
    return [_batch(parts, SEGMENT, job, {}) for job in parts.pipeline.batch_segments]


def export_plans(parts: Parts) -> list[Plan]:
    """Return the exports."""
    return [_export(parts, export) for export in parts.pipeline.exports]


def deletion_plan(parts: Parts) -> Plan:
    """Return the erasure of users that a run by hand names."""
    request = {"datasetGroupArn": parts.names.dataset_group}
    return _plan(parts, DELETION, "deletion", request, step="deletion")


def _inference(job: BatchInference) -> Plan:
    config = job.batch_inference_job_config.model_dump(by_alias=True, exclude_defaults=True)
    request: Plan = {"batchInferenceJobConfig": config} if config else {}
    if job.batch_inference_job_mode != "BATCH_INFERENCE":
        request["batchInferenceJobMode"] = job.batch_inference_job_mode
        fields = {"fieldsForThemeGeneration": {"itemName": job.item_name}}
        request["themeGenerationConfig"] = fields
    return request


def _batch(parts: Parts, kind: JobKind, job: BatchInference | BatchSegment, request: Plan) -> Plan:
    pipeline, names = parts.pipeline, parts.names
    solution = next(one for one in pipeline.solutions if one.name == job.solution)
    results = {"numResults": job.num_results} if job.num_results else {}
    return _plan(
        parts,
        kind,
        job.name,
        request | results,
        step="batch",
        solutionArn=names.solution(solution),
        campaignArn=(names.campaign(solution) or "") if pipeline.serves(solution) else "",
        subject=_subject(parts, job),
        input=job.input or "",
        filter=_filter(parts, job),
        own=pipeline.own(""),
    )


def _subject(parts: Parts, job: BatchJob) -> str:
    """Return what each line of the input asks about: what a live question would, or an item."""
    solution = next(one for one in parts.pipeline.solutions if one.name == job.solution)
    question = RECIPES[solution.recipe].question
    return "item" if question == "none" else question


def _filter(parts: Parts, job: BatchJob) -> Plan | None:
    found = (one for one in parts.pipeline.filters if one.name == job.filter)
    return next((one.model_dump(by_alias=True) for one in found), None)


def _export(parts: Parts, export: Export) -> Plan:
    bucket = parts.data.bucket.bucket_name
    path = f"s3://{bucket}/{BATCH}/{export.name}/"
    request = {
        "datasetArn": parts.names.dataset(export.dataset),
        "ingestionMode": export.ingestion_mode,
        "jobOutput": {"s3DataDestination": {"path": path}},
    }
    return _plan(parts, EXPORT, export.name, request, step="job", output=f"{BATCH}/{export.name}/")


def _plan(parts: Parts, kind: JobKind, name: str, request: Plan, **more: object) -> Plan:
    job = {
        "kind": kind.key,
        "word": kind.word,
        "name": parts.pipeline.own(name),
        "folder": f"{BATCH}/{name}",
        "arnPrefix": parts.names.prefix,
        "request": {
            "roleArn": parts.role.role.role_arn,
            "tags": parts.names.tags,
            **request,
        },
        # A null is no value to JSONata.
        **{key: value for key, value in more.items() if value is not None},
    }
    return {"kind": kind.label.removeprefix("the "), "name": name, "job": job}
