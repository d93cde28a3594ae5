"""A recipe's name looked up, with advice where there is none of that name."""

from collections.abc import Iterator
from difflib import get_close_matches

from lambdas.shared.settings.pipeline import Pipeline
from lambdas.shared.settings.problems import Problem
from lambdas.shared.settings.recipes import RECIPES, Recipe


def unknown_recipe(name: str) -> Problem:
    """Return the problem with a recipe that does not exist, with the nearest that does."""
    close = get_close_matches(name, RECIPES, n=1, cutoff=0.5)
    known = ", ".join(recipe.name for recipe in RECIPES.values() if not recipe.successor)
    advice = f"did you mean {close[0]}?" if close else f"known: {known}"
    return Problem(("recipe",), f"unknown recipe {name}; {advice}")


def without_its_data(recipe: Recipe, pipeline: Pipeline) -> Iterator[Problem]:
    """Yield the datasets that a recipe needs and the pipeline has not."""
    for kind in recipe.needs:
        if kind not in pipeline.datasets.present:
            message = f"{recipe.name} needs the {kind} dataset; add datasets.{kind}"
            yield Problem(("recipe",), message)


def exploring_in_vain(recipe: Recipe, config: object, *place: str) -> Iterator[Problem]:
    """Yield the exploration that a recipe does not have."""
    if config and not recipe.exploration:
        location = (*place, "itemExplorationConfig")
        yield Problem(location, f"{recipe.name} does not explore; leave it out")
