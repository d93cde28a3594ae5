"""Solution versions: trainings and their models.

The data of a training is that of the moment when it begins, not when it was asked for (inferred).
AutoML shows performHPO as true, and leaves the search to what each recipe tunes by itself (not
emulated).
"""

import threading
import uuid
from typing import Final

from personalize_emulator.api.model import load_api
from personalize_emulator.errors import InvalidInputException, ResourceInUseException
from personalize_emulator.jobs import Work
from personalize_emulator.resources.backend import Backend, when_ended
from personalize_emulator.resources.call import Call
from personalize_emulator.resources.checks import check_pending, check_tags
from personalize_emulator.resources.deploying import folder_of
from personalize_emulator.resources.kinds import SOLUTION, VERSION
from personalize_emulator.resources.lifecycle import CREATE, HALT, Progress
from personalize_emulator.resources.operations import operation
from personalize_emulator.resources.reading import EXTRA, member_shape, pick
from personalize_emulator.resources.resource import Resource
from personalize_emulator.resources.solutions import AUTO_ML_RECIPE, recipe_of, versions_of
from personalize_emulator.resources.training import training_work
from personalize_emulator.training.run import Mode, discard, model_folder
from personalize_emulator.values import Payload

_SUMMARY: Final = member_shape(
    load_api().by_target["AmazonPersonalize.ListSolutionVersions"], "solutionVersions"
)
_INHERITED: Final = (
    "datasetGroupArn",
    "recipeArn",
    "eventType",
    "solutionConfig",
    "performHPO",
    "performAutoML",
    "performIncrementalUpdate",
)


@operation("CreateSolutionVersion")
def create_solution_version(call: Call, request: Payload) -> Payload:
    """Start a training of an ACTIVE solution."""
    check_tags(call, request)
    solution = call.active(request["solutionArn"], SOLUTION)
    mode: Mode = request.get("trainingMode") or "FULL"
    previous = _previous(call.backend, solution, mode)
    quota = call.backend.settings.quotas.pending_solution_versions
    check_pending(call.backend.store.owned(VERSION, call.owner), quota)
    version = train(
        call.backend,
        solution,
        mode=mode,
        previous=previous,
        name=request.get("name"),
        tags=request.get("tags"),
    )
    return {"solutionVersionArn": version.arn}


def _previous(backend: Backend, solution: Resource, mode: Mode) -> Resource | None:
    """Return the version that an UPDATE extends; raises where UPDATE is not possible."""
    if mode != "UPDATE":
        return None
    recipe = recipe_of(backend, solution.fields.get("recipeArn", AUTO_ML_RECIPE))
    full = [
        version
        for version in versions_of(backend, solution.arn)
        if version.status == "ACTIVE" and version.fields["trainingMode"] == "FULL"
    ]
    if not recipe.updates:
        msg = f"The trainingMode UPDATE is not available for the recipe {recipe.arn}."
        raise InvalidInputException(msg)
    if not full:
        msg = f"UPDATE needs an active solution version trained with FULL: {solution.arn}."
        raise InvalidInputException(msg)
    return full[-1]


def train(
    backend: Backend,
    solution: Resource,
    *,
    mode: Mode,
    previous: Resource | None = None,
    name: str | None = None,
    tags: list[Payload] | None = None,
    automatic: bool = False,
) -> Resource:
    """Add a version to a solution and start its training."""
    fields: Payload = {k: solution.fields[k] for k in _INHERITED if k in solution.fields}
    fields |= {
        "solutionArn": solution.arn,
        "trainingMode": mode,
        "trainingType": "AUTOMATIC" if automatic else "MANUAL",
    }
    if name:
        fields["name"] = name
    arn = f"{solution.arn}/{uuid.uuid4().hex[:8]}"
    version = backend.create(VERSION, arn, fields, tags=tags, works=True)
    backend.start(version, _work(backend, version, mode, previous), training=True)
    return version


def _work(backend: Backend, version: Resource, mode: Mode, previous: Resource | None) -> Work:
    folder, automatic = folder_of(backend, version), version.fields["performAutoML"]
    train_version = training_work(
        backend,
        version.fields["datasetGroupArn"],
        recipe_of(backend, version.fields.get("recipeArn", AUTO_ML_RECIPE)),
        folder=folder,
        event_type=version.fields.get("eventType"),
        config=version.fields["solutionConfig"],
        perform_hpo=version.fields["performHPO"] and not automatic,
        perform_auto_ml=automatic,
        mode=mode,
        previous_model=model_folder(folder_of(backend, previous)) if previous else None,
    )

    def work(stop: threading.Event) -> Payload:
        try:
            return train_version(stop)
        finally:
            # Nobody waits any more for one that was stopped while it was pending.
            if stop.is_set():
                discard(folder)

    return work


@when_ended(VERSION, CREATE)
def _trained(backend: Backend, version: Resource, progress: Progress) -> None:
    if progress.failure is not None:
        discard(folder_of(backend, version))
        return
    result = progress.result
    version.fields["trainingHours"] = result["trainingHours"]
    if tuned := result.get("tunedHPOParams"):
        version.fields["tunedHPOParams"] = {"algorithmHyperParameters": tuned}
    version.private["metrics"] = result["metrics"]
    version.private["through"] = result["through"]
    if best := result.get("bestRecipe"):
        version.private["bestRecipeArn"] = f"arn:aws:personalize:::recipe/{best}"


@when_ended(VERSION, HALT)
def _halted(backend: Backend, version: Resource, progress: Progress) -> None:
    del progress
    discard(folder_of(backend, version))


def _latest(backend: Backend, solution: Resource) -> Payload:
    versions = versions_of(backend, solution.arn)
    shown: Payload = {}
    if versions:
        shown["latestSolutionVersion"] = pick(_SUMMARY, versions[-1].view())
    chosen = [v.private["bestRecipeArn"] for v in versions if "bestRecipeArn" in v.private]
    if chosen and solution.fields["performAutoML"]:
        shown["autoMLResult"] = {"bestRecipeArn": chosen[-1]}
    return shown


EXTRA[SOLUTION] = _latest


@operation("StopSolutionVersionCreation")
def stop_solution_version_creation(call: Call, request: Payload) -> None:
    """Stop a training: at once while it is pending, else as soon as it can."""
    version = call.get(request["solutionVersionArn"], VERSION)
    progress = version.progress
    if progress is None or progress.plan != CREATE.name:
        msg = f"Resource Arn {version.arn} can not be stopped: its status is {version.status}."
        raise ResourceInUseException(msg)
    running = call.backend.jobs.running(version.arn)
    if progress.step > 0:
        call.backend.enter(version, HALT, works=running)
    else:
        call.backend.end(version, HALT)
        if not running:
            discard(folder_of(call.backend, version))
    call.backend.jobs.stop(version.arn)


@operation("GetSolutionMetrics")
def get_solution_metrics(call: Call, request: Payload) -> Payload:
    """Return the metrics of a trained version."""
    version = call.active(request["solutionVersionArn"], VERSION)
    return {"solutionVersionArn": version.arn, "metrics": version.private["metrics"]}
