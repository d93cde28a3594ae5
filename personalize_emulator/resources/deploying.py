"""Putting models into service, for campaigns and recommenders alike."""

import logging
import math
import threading
import time
from collections.abc import Mapping
from pathlib import Path
from typing import Any, Final

import numpy as np

from personalize_emulator.catalogue import RELATED, USER, Recipe
from personalize_emulator.data.table import Table
from personalize_emulator.errors import InvalidInputException, ResourceNotFoundException
from personalize_emulator.jobs import Work
from personalize_emulator.recipes.errors import ModelFormatError
from personalize_emulator.resources.backend import Backend
from personalize_emulator.resources.checks import is_number
from personalize_emulator.resources.contents import bulk_of, datasets_of, schema_of
from personalize_emulator.resources.kinds import CAMPAIGN, RECOMMENDER, VERSION
from personalize_emulator.resources.resource import Resource
from personalize_emulator.resources.snapshots import group_data
from personalize_emulator.resources.solutions import AUTO_ML_RECIPE, recipe_of
from personalize_emulator.runtime.deployments import Deployment
from personalize_emulator.runtime.events import live_actions_log, live_log
from personalize_emulator.runtime.influence import influenced
from personalize_emulator.runtime.recommend import DEFAULT_RESULTS, remembered
from personalize_emulator.training.run import model_folder
from personalize_emulator.values import Payload

EXPLORATION: Final = {"explorationWeight": 0.3, "explorationItemAgeCutOff": 30.0}
"""The defaults of the User-Personalization recipes (developer guide)."""
_log: Final = logging.getLogger(__name__)
_HIGHEST: Final = {"explorationWeight": 1.0, "explorationItemAgeCutOff": math.inf}


def check_exploration(recipe: Recipe, config: Payload) -> None:
    """Refuse an ``itemExplorationConfig`` where there is none, and values that are no exploration.

    Ranges: developer guide, "User-Personalization recipe".
    """
    given = config.get("itemExplorationConfig") or {}
    if given and not recipe.explores:
        msg = f"The recipe {recipe.arn} has no itemExplorationConfig."
        raise InvalidInputException(msg)
    for name, value in given.items():
        if name not in _HIGHEST:
            msg = f"The itemExplorationConfig has no {name}, only {', '.join(_HIGHEST)}."
            raise InvalidInputException(msg)
        if not is_number(value) or not 0 <= float(value) <= _HIGHEST[name]:
            msg = f"{name} must be a number from 0 to {_HIGHEST[name]:g}, not {value!r}."
            raise InvalidInputException(msg)


def check_influence(recipe: Recipe, config: Payload) -> None:
    """Refuse a ``rankingInfluence`` where no items are recommended."""
    if config.get("rankingInfluence") and recipe.recommends_actions:
        msg = f"The recipe {recipe.arn} has no rankingInfluence: it recommends no items."
        raise InvalidInputException(msg)


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


def load_work(backend: Backend, resource: Resource, trained: Resource, config: Payload) -> Work:
    """Return the work of making a model ready to serve, so that no first request waits for it."""
    folder = model_folder(folder_of(backend, trained))

    def work(stop: threading.Event) -> Payload:
        backend.deployments.model(folder)
        with backend.lock:
            deployment = _deployment(backend, resource, trained, config)
            interactions = _interactions(backend, deployment.group)
        _warm_up(backend, deployment, interactions, stop)
        backend.deployments.stage(deployment)
        return {}

    return work


def _warm_up(
    backend: Backend, deployment: Deployment, interactions: Table | None, stop: threading.Event
) -> None:
    """Work out answers until the time for it is over, or no more can be kept."""
    deadline = time.monotonic() + backend.settings.warm_up
    for question in _questions(deployment, interactions):
        if stop.is_set() or time.monotonic() > deadline or deployment.answers.full:
            break
        remembered(backend, deployment, question, DEFAULT_RESULTS)


def deploy_again(backend: Backend) -> None:
    """Put into service, after a restart, what was in service before."""
    with backend.lock:
        resources = backend.store.all(CAMPAIGN, RECOMMENDER)
    for resource in resources:
        with backend.lock:
            if resource.status != "ACTIVE" or backend.jobs.closing.is_set():
                continue
            try:
                deployment = deployment_of(backend, resource.arn)
            except ModelFormatError as error:
                _log.warning("%s does not answer: %s", resource.arn, error)
                continue
            interactions = _interactions(backend, deployment.group)
        _warm_up(backend, deployment, interactions, backend.jobs.closing)


def _interactions(backend: Backend, group: str) -> Table | None:
    dataset = datasets_of(backend, group).get("INTERACTIONS")
    return bulk_of(backend, dataset, schema_of(backend, dataset)) if dataset else None


def _questions(deployment: Deployment, interactions: Table | None) -> list[Payload]:
    """Return what will be asked for most: items, or users by how active they are."""
    if deployment.recipe.type == RELATED and deployment.recipe.hides:
        return []  # each user has an answer of their own to each item
    if deployment.recipe.type == RELATED:
        return [{"itemId": str(item)} for item in deployment.item_ids]
    if deployment.recipe.type != USER or interactions is None:
        return []
    users, counts = np.unique(interactions["USER_ID"], return_counts=True)
    return [{"userId": str(user)} for user in users[np.argsort(-counts, kind="stable")]]


def deploy(backend: Backend, resource: Resource) -> None:
    """Let a campaign answer from its version, or a recommender from its own model."""
    trained, config = _source(backend, resource)
    staged = backend.deployments.staged(resource.arn)
    if staged is None or (staged.trained, staged.config) != (trained.arn, config):
        staged = _deployment(backend, resource, trained, config)
    backend.deployments.deploy(staged)


def _source(backend: Backend, resource: Resource) -> tuple[Resource, Payload]:
    if resource.kind is CAMPAIGN:
        trained = backend.store.get(resource.fields["solutionVersionArn"], VERSION)
        return trained, resource.fields["campaignConfig"]
    return resource, resource.fields["recommenderConfig"]


def _deployment(
    backend: Backend, resource: Resource, trained: Resource, config: Payload
) -> Deployment:
    group = trained.fields["datasetGroupArn"]
    recipe = recipe_of_version(backend, trained)
    model = backend.deployments.model(model_folder(folder_of(backend, trained)))
    log = live_actions_log if recipe.recommends_actions else live_log
    return Deployment(
        arn=resource.arn,
        model=influenced(model, config, lambda: group_data(backend, group)),
        recipe=recipe,
        trained=trained.arn,
        item_ids=model.item_ids,
        group=group,
        live=log(backend, group),
        since=trained.private["through"],
        config=config,
        exploration=exploration_of(recipe, config),
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
