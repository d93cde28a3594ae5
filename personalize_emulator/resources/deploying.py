"""Putting models into service, for campaigns and recommenders alike."""

import threading
from collections.abc import Mapping
from pathlib import Path
from typing import Any, Final

from personalize_emulator.catalogue import Recipe
from personalize_emulator.errors import ResourceNotFoundException
from personalize_emulator.jobs import Work
from personalize_emulator.resources.backend import Backend
from personalize_emulator.resources.kinds import CAMPAIGN, RECOMMENDER, VERSION
from personalize_emulator.resources.resource import Resource
from personalize_emulator.resources.solutions import AUTO_ML_RECIPE, recipe_of
from personalize_emulator.runtime.deployments import Deployment
from personalize_emulator.runtime.events import live_actions_log, live_log
from personalize_emulator.training.run import model_folder
from personalize_emulator.values import Payload

EXPLORATION: Final = {"explorationWeight": 0.3, "explorationItemAgeCutOff": 30.0}
"""The defaults of the User-Personalization recipes (developer guide)."""


def exploration_of(recipe: Recipe, config: Mapping[str, Any]) -> Mapping[str, float] | None:
    """Return how much a recipe explores, the service's defaults filled in; None if it doesn't."""
    if not recipe.explores:
        return None
    given = config.get("itemExplorationConfig") or {}
    return EXPLORATION | {name: float(value) for name, value in given.items()}


def folder_of(backend: Backend, trained: Resource) -> Path:
    """Return where a solution version's or recommender's training lies."""
    generation = trained.private.get("generation", 0)
    name = f"{trained.sequence}-{generation}" if generation else trained.sequence
    return backend.folder("versions", name)


def recipe_of_version(backend: Backend, version: Resource) -> Recipe:
    """Return the recipe that a version was trained with; AutoML may have chosen it."""
    chosen = version.private.get("bestRecipeArn") or version.fields.get("recipeArn")
    return recipe_of(backend, chosen or AUTO_ML_RECIPE)


def load_work(backend: Backend, trained: Resource) -> Work:
    """Return the work of loading a model, so that the first request does not wait for it."""
    folder = model_folder(folder_of(backend, trained))

    def work(stop: threading.Event) -> Payload:
        del stop
        backend.deployments.model(folder)
        return {}

    return work


def deploy(backend: Backend, resource: Resource) -> None:
    """Let a campaign answer from its version, or a recommender from its own model."""
    if resource.kind is CAMPAIGN:
        trained = backend.store.get(resource.fields["solutionVersionArn"], VERSION)
        config = resource.fields["campaignConfig"]
    else:
        trained, config = resource, resource.fields["recommenderConfig"]
    group = trained.fields["datasetGroupArn"]
    recipe = recipe_of_version(backend, trained)
    model = backend.deployments.model(model_folder(folder_of(backend, trained)))
    log = live_actions_log if recipe.recommends_actions else live_log
    backend.deployments.deploy(
        Deployment(
            arn=resource.arn,
            model=model,
            recipe=recipe,
            item_ids=model.item_ids,
            group=group,
            live=log(backend, group),
            since=trained.private["through"],
            config=config,
            exploration=exploration_of(recipe, config),
        )
    )


def deployment_of(backend: Backend, arn: str) -> Deployment:
    """Return what answers for an ARN; raises ResourceNotFoundException. Call it under the lock."""
    found = backend.deployments.get(arn)
    if found is None:
        resource = backend.store.find(arn, CAMPAIGN, RECOMMENDER)
        if resource is None or resource.status != "ACTIVE":
            msg = f"No ACTIVE campaign or recommender has the Arn {arn}."
            raise ResourceNotFoundException(msg)
        deploy(backend, resource)
        found = backend.deployments.get(arn)
    if found is None:
        msg = f"{arn} could not be taken into service"
        raise RuntimeError(msg)
    return found
