"""Batch inference and batch segment jobs.

Their status begins with CREATE PENDING and CREATE IN_PROGRESS, as the service shows it; the API
reference abbreviates these to PENDING and IN PROGRESS (inferred).
"""

import threading
from collections.abc import Callable
from typing import Final

from personalize_emulator.batch import themes
from personalize_emulator.batch.inference import Inference
from personalize_emulator.batch.lines import Answer, answer_files, places_of
from personalize_emulator.batch.segments import Segments
from personalize_emulator.catalogue import SEGMENT, Recipe
from personalize_emulator.errors import InvalidInputException, JobFailed
from personalize_emulator.filters.grammar import parse_filter
from personalize_emulator.filters.tree import Filter
from personalize_emulator.jobs import Work
from personalize_emulator.resources.backend import Backend
from personalize_emulator.resources.call import Call
from personalize_emulator.resources.checks import check_pending, check_tags
from personalize_emulator.resources.contents import datasets_of, schema_of
from personalize_emulator.resources.deploying import (
    check_exploration,
    check_influence,
    exploration_of,
    folder_of,
    recipe_of_version,
)
from personalize_emulator.resources.filters import usable_filter
from personalize_emulator.resources.kinds import INFERENCE_JOB, SEGMENT_JOB, VERSION, Kind
from personalize_emulator.resources.operations import operation
from personalize_emulator.resources.resource import Resource
from personalize_emulator.resources.snapshots import group_data, whole_data
from personalize_emulator.resources.solutions import usable_version
from personalize_emulator.runtime.events import live_log
from personalize_emulator.runtime.influence import influenced
from personalize_emulator.runtime.recommend import DEFAULT_RESULTS
from personalize_emulator.training.run import model_folder
from personalize_emulator.values import Payload

MAX_USERS: Final = 5_000_000
"""Users in a segment (API reference, CreateBatchSegmentJob)."""
Prepare = Callable[[Backend, Resource, Recipe, Resource, Filter | None], Answer]


@operation("CreateBatchInferenceJob")
def create_batch_inference_job(call: Call, request: Payload) -> Payload:
    """Start a job that recommends or ranks for the lines of a file."""
    version = usable_version(call, request["solutionVersionArn"])
    recipe = recipe_of_version(call.backend, version)
    if not recipe.batch or recipe.type == SEGMENT:
        msg = f"The recipe {recipe.arn} has no batch inference."
        raise InvalidInputException(msg)
    if request.get("batchInferenceJobMode") == themes.MODE:
        _check_themes(call.backend, version, recipe, request)
    check_exploration(recipe, request.get("batchInferenceJobConfig", {}))
    check_influence(recipe, request.get("batchInferenceJobConfig", {}))
    limit = call.backend.settings.quotas.results
    quota = call.backend.settings.quotas.pending_batch_inference_jobs
    fields = {"batchInferenceJobMode": "BATCH_INFERENCE", "batchInferenceJobConfig": {}}
    job = _create(
        call,
        request,
        INFERENCE_JOB,
        defaults=fields,
        limit=limit,
        quota=quota,
        prepare=_inference,
    )
    return {"batchInferenceJobArn": job.arn}


def _check_themes(backend: Backend, version: Resource, recipe: Recipe, request: Payload) -> None:
    if recipe.name != themes.RECIPE:
        msg = f"The recipe {recipe.arn} has no themes, only {themes.RECIPE}."
        raise InvalidInputException(msg)
    _theme_fields(backend, version, request)


def _theme_fields(backend: Backend, version: Resource, request: Payload) -> themes.Fields:
    items = datasets_of(backend, version.fields["datasetGroupArn"]).get("ITEMS")
    schema = schema_of(backend, items) if items else None
    return themes.fields_of(schema, request.get("themeGenerationConfig") or {})


@operation("CreateBatchSegmentJob")
def create_batch_segment_job(call: Call, request: Payload) -> Payload:
    """Start a job that finds users for the items, or attributes, of a file."""
    version = usable_version(call, request["solutionVersionArn"])
    recipe = recipe_of_version(call.backend, version)
    if recipe.type != SEGMENT:
        msg = f"The recipe {recipe.arn} has no batch segments."
        raise InvalidInputException(msg)
    quota = call.backend.settings.quotas.pending_batch_segment_jobs
    job = _create(
        call,
        request,
        SEGMENT_JOB,
        defaults={},
        limit=MAX_USERS,
        quota=quota,
        prepare=_segments,
    )
    return {"batchSegmentJobArn": job.arn}


def _create(
    call: Call,
    request: Payload,
    kind: Kind,
    *,
    defaults: Payload,
    limit: int,
    quota: int,
    prepare: Prepare,
) -> Resource:
    check_tags(call, request)
    results = request.get("numResults") or DEFAULT_RESULTS
    if not 1 <= results <= limit:
        msg = f"numResults must be between 1 and {limit}, not {results}."
        raise InvalidInputException(msg)
    version = call.get(request["solutionVersionArn"], VERSION)
    group = version.fields["datasetGroupArn"]
    chosen = _filter(call.backend, request, group, "USERID" if kind is SEGMENT_JOB else "ITEMID")
    check_pending(call.backend.store.owned(kind, call.owner), quota)
    fields = defaults | {k: v for k, v in request.items() if k != "tags"} | {"numResults": results}
    arn = call.arn(kind, request["jobName"])
    job = call.backend.create(kind, arn, fields, tags=request.get("tags"), works=True)
    call.backend.start(job, _work(call.backend, job, version, chosen, prepare))
    return job


def _filter(backend: Backend, request: Payload, group: str, target: str) -> Filter | None:
    if not request.get("filterArn"):
        return None
    resource = usable_filter(backend, request["filterArn"], group)
    parsed = parse_filter(resource.fields["filterExpression"])
    if parsed.target != target:
        msg = f"The filter is one of {parsed.target}, and the job needs one of {target}."
        raise InvalidInputException(msg)
    return parsed


def _work(
    backend: Backend, job: Resource, version: Resource, chosen: Filter | None, prepare: Prepare
) -> Work:
    recipe = recipe_of_version(backend, version)
    with_themes = job.fields.get("batchInferenceJobMode") == themes.MODE
    most = themes.MAX_LINES if with_themes else None

    def work(stop: threading.Event) -> Payload:
        places = places_of(job.fields)
        answer = prepare(backend, version, recipe, job, chosen)
        result = answer_files(backend.objects_for(job), places, answer, stop, most=most)
        if result["answered"] and result["failed"] == result["answered"]:
            msg = "No line of the input could be answered; the output tells why for each."
            raise JobFailed(msg)
        return result

    return work


def _inference(
    backend: Backend, version: Resource, recipe: Recipe, job: Resource, chosen: Filter | None
) -> Answer:
    model = backend.deployments.model(model_folder(folder_of(backend, version)))
    group = version.fields["datasetGroupArn"]
    with backend.lock:
        live, data = live_log(backend, group), group_data(backend, group)
    inference = Inference(
        model=influenced(model, job.fields["batchInferenceJobConfig"], lambda: data),
        item_ids=model.item_ids,
        recipe=recipe,
        data=data,
        live=live,
        since=version.private["through"],
        results=job.fields["numResults"],
        exploration=exploration_of(recipe, job.fields["batchInferenceJobConfig"]),
        chosen=chosen,
        now=int(backend.clock.now()),
    )
    if job.fields["batchInferenceJobMode"] != themes.MODE:
        return inference.answer
    try:
        with backend.lock:
            fields = _theme_fields(backend, version, job.fields)
    except InvalidInputException as gone:
        raise JobFailed(str(gone)) from gone
    return themes.themed(inference.answer, themes.Catalogue.of(data.tables["ITEMS"], fields))


def _segments(
    backend: Backend, version: Resource, recipe: Recipe, job: Resource, chosen: Filter | None
) -> Answer:
    model = backend.deployments.model(model_folder(folder_of(backend, version)))
    data = whole_data(backend, version.fields["datasetGroupArn"])
    segments = Segments(model=model, data=data, results=job.fields["numResults"], chosen=chosen)
    by_item = recipe.name == "aws-item-affinity"
    return segments.answer_item if by_item else segments.answer_attributes
