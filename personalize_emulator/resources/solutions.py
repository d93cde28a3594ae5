"""Solutions: what to train, and how."""

import shutil
from typing import Final

from personalize_emulator.catalogue import Recipe, find_recipe, retired
from personalize_emulator.errors import InvalidInputException, ResourceNotFoundException
from personalize_emulator.resources.backend import UPDATE, Backend, when_ended
from personalize_emulator.resources.call import Call
from personalize_emulator.resources.checks import (
    check_quota,
    check_settled,
    check_tags,
    check_unused,
    is_number,
)
from personalize_emulator.resources.contents import datasets_of
from personalize_emulator.resources.kinds import (
    CAMPAIGN,
    DATASET_GROUP,
    INFERENCE_JOB,
    SEGMENT_JOB,
    SOLUTION,
    VERSION,
)
from personalize_emulator.resources.lifecycle import DELETE, Progress
from personalize_emulator.resources.operations import operation
from personalize_emulator.resources.resource import Resource
from personalize_emulator.values import Payload

DEFAULT_SCHEDULE: Final = "rate(7 days)"
SCHEDULE_DAYS: Final = range(1, 31)
RETIRED: Final = (
    " It is retired: its successor is aws-user-personalization-v2. An emulator that is started "
    "with --legacy-recipes offers it still."
)
AUTO_ML_RECIPE: Final = "arn:aws:personalize:::recipe/aws-user-personalization"


def recipe_of(backend: Backend, arn: str) -> Recipe:
    """Return the recipe of an ARN; raises ResourceNotFoundException, naming a successor."""
    recipe = find_recipe(arn, legacy=backend.settings.legacy_recipes)
    if recipe is None:
        hint = RETIRED if retired(arn) else ""
        msg = f"Resource Arn {arn} does not exist.{hint}"
        raise ResourceNotFoundException(msg)
    return recipe


@operation("CreateSolution")
def create_solution(call: Call, request: Payload) -> Payload:
    """Keep a solution; automatic training is on unless the request says no."""
    check_tags(call, request)
    group = call.active(request["datasetGroupArn"], DATASET_GROUP)
    automatic_choice = bool(request.get("performAutoML"))
    if automatic_choice == bool(request.get("recipeArn")):
        msg = "Either recipeArn must be given or performAutoML must be true, and not both."
        raise InvalidInputException(msg)
    if recipe_arn := request.get("recipeArn"):
        recipe = recipe_of(call.backend, recipe_arn)
        _check_recipe(recipe, request)
        if recipe.recommends_actions and group.fields.get("domain"):
            msg = f"The recipe {recipe.arn} is only for custom dataset groups, not for {group.arn}."
            raise InvalidInputException(msg)
    _check_config(request)
    quota = call.backend.settings.quotas.solutions_per_group
    present = [s for s in call.backend.store.all(SOLUTION) if s.get("datasetGroupArn") == group.arn]
    arn = call.arn(SOLUTION, request["name"])
    if call.backend.store.find(arn) is None:
        check_quota(len(present), quota, "solutions in the dataset group")
    solution = call.backend.create(SOLUTION, arn, _fields(request), tags=request.get("tags"))
    return {"solutionArn": solution.arn}


def _fields(request: Payload) -> Payload:
    automatic = request.get("performAutoTraining")
    fields: Payload = {k: v for k, v in request.items() if k != "tags" and v is not None}
    fields |= {
        # AutoML always tunes (API reference, CreateSolution).
        "performHPO": bool(request.get("performHPO") or request.get("performAutoML")),
        "performAutoML": bool(request.get("performAutoML")),
        "performAutoTraining": True if automatic is None else automatic,
        "solutionConfig": dict(request.get("solutionConfig") or {}),
    }
    if fields["performAutoTraining"]:
        fields["solutionConfig"] = _scheduled(fields["solutionConfig"])
    return fields


def _scheduled(config: Payload) -> Payload:
    """Return a SolutionConfig with the service's schedule where it names none."""
    schedule = {"schedulingExpression": DEFAULT_SCHEDULE} | config.get("autoTrainingConfig", {})
    return config | {"autoTrainingConfig": schedule}


def _check_recipe(recipe: Recipe, request: Payload) -> None:
    if recipe.domain:
        msg = f"The recipe {recipe.arn} is a domain use case: create a recommender with it."
        raise InvalidInputException(msg)
    _check_incremental(recipe.arn, request)
    known = {parameter.name for parameter in recipe.parameters}
    config = request.get("solutionConfig") or {}
    unknown = sorted({*(config.get("algorithmHyperParameters") or ()), *_searched(config)} - known)
    if unknown:
        msg = (
            f"Provide a hyperparameter that is used in the algorithm: {recipe.algorithm_arn}. "
            f"It has no hyperparameter {', '.join(unknown)}."
        )
        raise InvalidInputException(msg)
    features = set(config.get("featureTransformationParameters") or {}) - set(recipe.features)
    if features:
        msg = f"The recipe {recipe.arn} has no feature parameter {', '.join(sorted(features))}."
        raise InvalidInputException(msg)
    if config.get("optimizationObjective") and not recipe.optimizes:
        msg = f"The recipe {recipe.arn} takes no optimizationObjective."
        raise InvalidInputException(msg)


def _check_incremental(recipe_arn: str | None, request: Payload) -> None:
    incremental = request.get("performIncrementalUpdate")
    if incremental and (recipe_arn or "").rpartition("/")[2] != "aws-semantic-similarity":
        msg = "performIncrementalUpdate is supported only for the semantic-similarity recipe."
        raise InvalidInputException(msg)


def _searched(config: Payload) -> set[str]:
    """Return the hyperparameters that a search is to try."""
    ranges = config.get("hpoConfig", {}).get("algorithmHyperParameterRanges", {})
    return {entry["name"] for kind in ranges.values() for entry in kind if "name" in entry}


def _check_config(request: Payload) -> None:
    config = request.get("solutionConfig") or {}
    threshold = config.get("eventValueThreshold")
    if threshold is not None and not is_number(threshold):
        msg = f"The eventValueThreshold must be a number, not {threshold!r}."
        raise InvalidInputException(msg)
    _check_training(config)


def _check_training(config: Payload) -> None:
    """Refuse events without a type, and a schedule that is not between 1 and 30 days."""
    events = config.get("eventsConfig", {}).get("eventParametersList", ())
    if any("eventType" not in parameters for parameters in events):
        raise InvalidInputException("Each entry of the eventParametersList needs an eventType.")
    expression = config.get("autoTrainingConfig", {}).get("schedulingExpression")
    if expression is not None and days_of(expression) not in SCHEDULE_DAYS:
        msg = f"The schedulingExpression must be between 1 and 30 days, not {expression}."
        raise InvalidInputException(msg)


def days_of(expression: str) -> int:
    """Return the days of ``rate(7 days)``, whose form the model has already checked."""
    return int(expression.removeprefix("rate(").split()[0])


@operation("UpdateSolution")
def update_solution(call: Call, request: Payload) -> Payload:
    """Change how a solution trains by itself."""
    solution = call.active(request["solutionArn"], SOLUTION)
    check_settled(solution)
    _check_incremental(solution.fields.get("recipeArn"), request)
    _check_training(request.get("solutionUpdateConfig", {}))
    fields = {k: v for k, v in request.items() if k != "solutionArn"}
    call.backend.enter_update(solution, fields)
    return {"solutionArn": solution.arn}


@when_ended(SOLUTION, UPDATE)
def _solution_updated(backend: Backend, solution: Resource, progress: Progress) -> None:
    del backend
    if progress.failure is not None or solution.update is None:
        return
    fields = dict(solution.update.fields)
    config = fields.pop("solutionUpdateConfig", {})
    solution.fields |= fields
    solution.updated = solution.update.updated
    config = solution.fields["solutionConfig"] | config
    automatic = solution.fields["performAutoTraining"]
    solution.fields["solutionConfig"] = _scheduled(config) if automatic else config


@operation("DeleteSolution")
def delete_solution(call: Call, request: Payload) -> None:
    """Delete a solution with all its versions, once no campaign uses one."""
    solution = call.get(request["solutionArn"], SOLUTION)
    check_settled(solution)
    store = call.backend.store
    busy = [c for c in store.all(CAMPAIGN) if c.private["solutionArn"] == solution.arn]
    busy += [v for v in versions_of(call.backend, solution.arn) if not v.settled]
    check_unused(solution, busy)
    call.backend.enter(solution, DELETE)


@when_ended(SOLUTION, DELETE)
def _solution_gone(backend: Backend, solution: Resource, progress: Progress) -> None:
    del progress
    for version in versions_of(backend, solution.arn):
        folder = backend.folder("versions", version.sequence)
        backend.deployments.forget(folder / "model")
        backend.remove_jobs("solutionVersionArn", version.arn, INFERENCE_JOB, SEGMENT_JOB)
        backend.store.remove(version)
        shutil.rmtree(folder, ignore_errors=True)


def usable_version(call: Call, arn: str) -> Resource:
    """Return an ACTIVE version; ResourceInUseException while it or its solution is not ACTIVE.

    A version stays ACTIVE until its solution is gone: nothing new may build on it by then.
    """
    version = call.active(arn, VERSION)
    call.active(version.fields["solutionArn"], SOLUTION)
    return version


def versions_of(backend: Backend, solution_arn: str) -> list[Resource]:
    """Return a solution's versions, oldest first."""
    return [
        version
        for version in backend.store.all(VERSION)
        if version.fields["solutionArn"] == solution_arn
    ]


def missing_datasets(backend: Backend, group_arn: str, recipe: Recipe) -> list[str]:
    """Return the types of datasets that a recipe needs and the group does not have."""
    present = datasets_of(backend, group_arn)
    return [name for name in ("INTERACTIONS", *recipe.needs) if name not in present]
