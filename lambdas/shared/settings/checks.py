"""Checks that look at more than one value: recipes against datasets, campaigns, names."""

from collections.abc import Iterator
from difflib import get_close_matches

from lambdas.shared.settings.pipeline import Pipeline
from lambdas.shared.settings.problems import Problem
from lambdas.shared.settings.recipes import RECIPES, Recipe
from lambdas.shared.settings.solutions import Solution


def check(pipeline: Pipeline, *, legacy_recipes: bool) -> Iterator[Problem]:
    """Yield everything that is wrong with a pipeline whose shape is right."""
    yield from _names_once(pipeline)
    for index, solution in enumerate(pipeline.solutions):
        for problem in _solution(solution, pipeline, legacy_recipes=legacy_recipes):
            yield Problem(("solutions", index, *problem.location), problem.message)


def _names_once(pipeline: Pipeline) -> Iterator[Problem]:
    seen: dict[str, int] = {}
    for index, solution in enumerate(pipeline.solutions):
        first = seen.setdefault(solution.name, index)
        if first != index:
            message = f"{solution.name} is the name of solutions[{first}] too"
            yield Problem(("solutions", index, "name"), message)


def _solution(solution: Solution, pipeline: Pipeline, *, legacy_recipes: bool) -> Iterator[Problem]:
    recipe = RECIPES.get(solution.recipe)
    if recipe is None:
        close = get_close_matches(solution.recipe, RECIPES, n=1, cutoff=0.5)
        advice = f"did you mean {close[0]}?" if close else f"known: {', '.join(sorted(RECIPES))}"
        yield Problem(("recipe",), f"unknown recipe {solution.recipe}; {advice}")
        return
    if recipe.successor and not legacy_recipes:
        message = f"{recipe.name} is no longer available; its successor is {recipe.successor}"
        yield Problem(("recipe",), message)
    if solution.perform_auto_ml:
        yield Problem(("performAutoML",), "the service deprecated AutoML; name a recipe")
    yield from _against_datasets(recipe, pipeline)
    yield from _against_campaign(recipe, solution)


def _against_datasets(recipe: Recipe, pipeline: Pipeline) -> Iterator[Problem]:
    for kind in recipe.needs:
        if kind not in pipeline.datasets.present:
            message = f"{recipe.name} needs the {kind} dataset; add datasets.{kind}"
            yield Problem(("recipe",), message)


def _against_campaign(recipe: Recipe, solution: Solution) -> Iterator[Problem]:
    if solution.campaign is None:
        return
    if not recipe.has_campaigns and "campaign" in solution.model_fields_set:
        yield Problem(("campaign",), f"{recipe.name} has no campaigns; leave it out")
    config = solution.campaign.campaign_config
    if config.item_exploration_config and not recipe.exploration:
        place = ("campaign", "campaignConfig", "itemExplorationConfig")
        yield Problem(place, f"{recipe.name} does not explore; leave it out")
