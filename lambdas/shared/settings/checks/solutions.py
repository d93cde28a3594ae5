"""Solutions: recipes against datasets, training modes, campaigns and their options."""

from collections.abc import Iterator

from lambdas.shared.settings.checks.options import check_options
from lambdas.shared.settings.checks.recipes import (
    check_exploration,
    check_metadata,
    unknown_recipe,
    without_its_data,
)
from lambdas.shared.settings.pipeline import Pipeline
from lambdas.shared.settings.problems import Problem
from lambdas.shared.settings.recipes import RECIPES, Recipe
from lambdas.shared.settings.solutions import Solution


def check_solutions(pipeline: Pipeline, *, legacy_recipes: bool) -> Iterator[Problem]:
    """Yield what is wrong with the solutions."""
    for index, solution in enumerate(pipeline.solutions):
        for problem in _solution(solution, pipeline, legacy_recipes=legacy_recipes):
            yield Problem(("solutions", index, *problem.location), problem.message)


def _solution(solution: Solution, pipeline: Pipeline, *, legacy_recipes: bool) -> Iterator[Problem]:
    recipe = RECIPES.get(solution.recipe)
    if recipe is None:
        yield unknown_recipe(solution.recipe)
        return
    if recipe.successor and not legacy_recipes:
        message = f"{recipe.name} is no longer available; its successor is {recipe.successor}"
        yield Problem(("recipe",), message)
    if recipe.domain:
        message = f"{recipe.name} is a recipe of recommenders; name it under recommenders"
        yield Problem(("recipe",), message)
    if recipe.type == "PERSONALIZED_ACTIONS" and pipeline.dataset_group.domain:
        yield Problem(("recipe",), f"{recipe.name} needs a dataset group without a domain")
    yield from without_its_data(recipe, pipeline)
    yield from _training(recipe, solution)
    yield from check_options(recipe, solution, pipeline)
    yield from _events(solution, pipeline)
    yield from _campaign(recipe, solution, pipeline)


def _training(recipe: Recipe, solution: Solution) -> Iterator[Problem]:
    if solution.perform_incremental_update and not recipe.incremental:
        able = next(known.name for known in RECIPES.values() if known.incremental)
        yield Problem(("performIncrementalUpdate",), f"{recipe.name} has none; only {able} has")
    if solution.perform_auto_ml:
        yield Problem(("performAutoML",), "the service deprecated AutoML; name a recipe")
    if solution.training_mode == "UPDATE" and not recipe.update_mode:
        yield Problem(
            ("trainingMode",), f"{recipe.name} trains FULL only; {_can_update()} can both"
        )


def _can_update() -> str:
    return " and ".join(recipe.name for recipe in RECIPES.values() if recipe.update_mode)


def _events(solution: Solution, pipeline: Pipeline) -> Iterator[Problem]:
    columns = {field.name for field in pipeline.datasets.interactions.fields}
    needs = {
        "EVENT_TYPE": ("eventType",) if solution.event_type else (),
        "EVENT_VALUE": ("solutionConfig", "eventValueThreshold")
        if solution.solution_config.event_value_threshold
        else (),
    }
    for column, place in needs.items():
        if place and column not in columns:
            yield Problem(place, f"the interactions have no column {column}; add it to the schema")


def _campaign(recipe: Recipe, solution: Solution, pipeline: Pipeline) -> Iterator[Problem]:
    campaign = solution.campaign
    if campaign is None:
        return
    if not recipe.has_campaigns:
        if "campaign" in solution.model_fields_set:
            yield Problem(("campaign",), f"{recipe.name} has no campaigns; leave it out")
        return
    config = campaign.campaign_config
    place = ("campaign", "campaignConfig")
    yield from check_exploration(recipe, config.item_exploration_config, *place)
    metadata = config.enable_metadata_with_recommendations
    yield from check_metadata(*place, wanted=metadata, pipeline=pipeline)
    asked = [f"promotion.{key}" for key in _asked_of(pipeline)]
    if solution.follows and asked:
        message = (
            "the service moves the campaign to each version as soon as it is trained, so "
            f"{' and '.join(asked)} cannot hold; leave one or the other out, or give the solution "
            "a pipeline of its own"
        )
        yield Problem((*place, "syncWithLatestSolutionVersion"), message)


def _asked_of(pipeline: Pipeline) -> Iterator[str]:
    """Yield what the pipeline file asks of a version before it may serve; not the defaults."""
    promotion = pipeline.promotion
    if "gate" in promotion.model_fields_set:
        yield "gate"
    if promotion.approval.required:
        yield "approval"
    if "smoke_test" in promotion.model_fields_set and promotion.smoke_test.enabled:
        yield "smokeTest"
