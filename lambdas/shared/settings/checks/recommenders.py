"""Recommenders: of the group's domain, with the data that they need."""

from collections.abc import Iterator

from lambdas.shared.settings.checks.options import check_columns
from lambdas.shared.settings.checks.recipes import (
    check_exploration,
    check_metadata,
    unknown_recipe,
    without_its_data,
)
from lambdas.shared.settings.pipeline import Pipeline
from lambdas.shared.settings.problems import Problem
from lambdas.shared.settings.recipes import RECIPES
from lambdas.shared.settings.recommenders import Recommender


def check_recommenders(pipeline: Pipeline) -> Iterator[Problem]:
    """Yield what is wrong with the recommenders."""
    for index, recommender in enumerate(pipeline.recommenders):
        for problem in _recommender(recommender, pipeline):
            yield Problem(("recommenders", index, *problem.location), problem.message)


def _recommender(recommender: Recommender, pipeline: Pipeline) -> Iterator[Problem]:
    recipe, domain = RECIPES.get(recommender.recipe), pipeline.dataset_group.domain
    if recipe is None:
        yield unknown_recipe(recommender.recipe)
        return
    if recipe.domain is None:
        yield Problem(("recipe",), f"{recipe.name} is trained by solutions; name it there")
    elif recipe.domain != domain:
        message = f"{recipe.name} needs datasetGroup.domain {recipe.domain}, here it is "
        yield Problem(("recipe",), message + (domain or "not given"))
    yield from without_its_data(recipe, pipeline)
    config = recommender.recommender_config
    place = ("recommenderConfig", "trainingDataConfig")
    yield from check_columns(config.training_data_config, pipeline, place)
    exploration = config.item_exploration_config
    yield from check_exploration(recipe, exploration, "recommenderConfig")
    metadata = config.enable_metadata_with_recommendations
    yield from check_metadata("recommenderConfig", wanted=metadata, pipeline=pipeline)
