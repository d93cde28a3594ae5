"""Recommenders: domain use cases, trained and in service in one.

An update of the training columns trains anew; other updates take effect at once (inferred). The
minRecommendationRequestsPerSecond is kept and shown, and not reserved (not emulated).
"""

import shutil

from personalize_emulator.errors import InvalidInputException, ResourceInUseException
from personalize_emulator.jobs import Work
from personalize_emulator.resources.backend import UPDATE, Backend, when_ended
from personalize_emulator.resources.call import Call
from personalize_emulator.resources.checks import check_quota, check_settled, check_tags
from personalize_emulator.resources.deploying import (
    check_exploration,
    deploy,
    folder_of,
    load_work,
)
from personalize_emulator.resources.kinds import DATASET_GROUP, RECOMMENDER
from personalize_emulator.resources.lifecycle import CREATE, DELETE, START, STOP, Progress
from personalize_emulator.resources.operations import operation
from personalize_emulator.resources.reading import EXTRA
from personalize_emulator.resources.resource import Resource
from personalize_emulator.resources.snapshots import index_soon
from personalize_emulator.resources.solutions import recipe_of
from personalize_emulator.resources.training import training_work
from personalize_emulator.training.run import discard, model_folder
from personalize_emulator.values import Payload


@operation("CreateRecommender")
def create_recommender(call: Call, request: Payload) -> Payload:
    """Train a domain use case and put it into service."""
    check_tags(call, request)
    group = call.active(request["datasetGroupArn"], DATASET_GROUP)
    recipe = recipe_of(call.backend, request["recipeArn"])
    if not group.fields.get("domain"):
        msg = "Please use a domain-specific Dataset Group to create the Recommender."
        raise InvalidInputException(msg)
    if recipe.domain != group.fields["domain"]:
        msg = f"The recipe {recipe.arn} is no use case of the domain of {group.arn}."
        raise InvalidInputException(msg)
    check_exploration(recipe, request.get("recommenderConfig") or {})
    arn = call.arn(RECOMMENDER, request["name"])
    if call.backend.store.find(arn) is None:
        present = [
            r for r in call.backend.store.all(RECOMMENDER) if r.get("datasetGroupArn") == group.arn
        ]
        quota = call.backend.settings.quotas.recommenders_per_group
        check_quota(len(present), quota, "recommenders in the dataset group")
    fields = {k: v for k, v in request.items() if k != "tags"}
    fields["recommenderConfig"] = _complete(request.get("recommenderConfig") or {})
    recommender = call.backend.create(
        RECOMMENDER, arn, fields, tags=request.get("tags"), works=True
    )
    call.backend.start(recommender, _train(call.backend, recommender), training=True)
    return {"recommenderArn": recommender.arn}


def _complete(config: Payload) -> Payload:
    return {"minRecommendationRequestsPerSecond": 1} | config


def _train(backend: Backend, recommender: Resource, config: Payload | None = None) -> Work:
    recipe = recipe_of(backend, recommender.fields["recipeArn"])
    config = recommender.fields["recommenderConfig"] if config is None else config
    return training_work(
        backend,
        recommender.fields["datasetGroupArn"],
        recipe,
        folder=folder_of(backend, recommender),
        event_type=recipe.event_type,
        config={"trainingDataConfig": config.get("trainingDataConfig") or {}},
        perform_hpo=False,
        perform_auto_ml=False,
        mode="FULL",
        previous_model=None,
    )


def _take_in(recommender: Resource, result: Payload) -> None:
    recommender.private |= {"metrics": result["metrics"], "through": result["through"]}


@when_ended(RECOMMENDER, CREATE)
def _created(backend: Backend, recommender: Resource, progress: Progress) -> None:
    if progress.failure is not None:
        discard(folder_of(backend, recommender))
        return
    _take_in(recommender, progress.result)
    deploy(backend, recommender)
    index_soon(backend, recommender.fields["datasetGroupArn"])


@operation("UpdateRecommender")
def update_recommender(call: Call, request: Payload) -> Payload:
    """Change the configuration; other training columns mean a new training."""
    recommender = call.active(request["recommenderArn"], RECOMMENDER)
    check_settled(recommender)
    check_exploration(
        recipe_of(call.backend, recommender.fields["recipeArn"]), request["recommenderConfig"]
    )
    config = _complete(request["recommenderConfig"])
    before = recommender.fields["recommenderConfig"].get("trainingDataConfig")
    retrain = config.get("trainingDataConfig", before) != before
    call.backend.enter_update(recommender, {"recommenderConfig": config}, works=retrain)
    if retrain:
        recommender.private["generation"] = recommender.private.get("generation", 0) + 1
        call.backend.store.save(recommender)
        call.backend.start(recommender, _train(call.backend, recommender, config), training=True)
    return {"recommenderArn": recommender.arn}


@when_ended(RECOMMENDER, UPDATE)
def _updated(backend: Backend, recommender: Resource, progress: Progress) -> None:
    if progress.failure is not None and progress.works:
        recommender.private["generation"] -= 1
    if progress.failure is None and recommender.update:
        recommender.fields |= recommender.update.fields
        recommender.updated = recommender.update.updated
        if progress.works:
            _take_in(recommender, progress.result)
        deploy(backend, recommender)


@operation("StopRecommender")
def stop_recommender(call: Call, request: Payload) -> Payload:
    """Take a recommender out of service; it keeps its model."""
    recommender = call.active(request["recommenderArn"], RECOMMENDER)
    check_settled(recommender)
    call.backend.deployments.withdraw(recommender.arn)
    call.backend.enter(recommender, STOP)
    return {"recommenderArn": recommender.arn}


@operation("StartRecommender")
def start_recommender(call: Call, request: Payload) -> Payload:
    """Put a stopped recommender into service again."""
    recommender = call.get(request["recommenderArn"], RECOMMENDER)
    if recommender.status != "INACTIVE":
        msg = f"Resource Arn {recommender.arn} is not INACTIVE: it is {recommender.status}."
        raise ResourceInUseException(msg)
    config = recommender.fields["recommenderConfig"]
    call.backend.enter(recommender, START, works=True)
    call.backend.start(recommender, load_work(call.backend, recommender, recommender, config))
    return {"recommenderArn": recommender.arn}


@when_ended(RECOMMENDER, START)
def _started(backend: Backend, recommender: Resource, progress: Progress) -> None:
    if progress.failure is None:
        deploy(backend, recommender)


@operation("DeleteRecommender")
def delete_recommender(call: Call, request: Payload) -> None:
    """Take a recommender out of service and remove it with its model."""
    recommender = call.get(request["recommenderArn"], RECOMMENDER)
    check_settled(recommender)
    call.backend.deployments.withdraw(recommender.arn)
    call.backend.enter(recommender, DELETE)


@when_ended(RECOMMENDER, DELETE)
def _gone(backend: Backend, recommender: Resource, progress: Progress) -> None:
    del progress
    for folder in backend.folder("versions").glob(f"{recommender.sequence}*"):
        if folder.name.split("-")[0] == str(recommender.sequence):
            backend.deployments.forget(model_folder(folder))
            shutil.rmtree(folder, ignore_errors=True)


def _metrics(backend: Backend, recommender: Resource) -> Payload:
    del backend
    trained = recommender.status in {"ACTIVE", "INACTIVE"}
    return {"modelMetrics": recommender.private["metrics"]} if trained else {}


EXTRA[RECOMMENDER] = _metrics
