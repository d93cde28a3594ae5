"""A recipe's name looked up, with advice where there is none of that name."""

import re
from collections.abc import Iterator
from difflib import get_close_matches

from lambdas.shared.settings.pipeline import Pipeline
from lambdas.shared.settings.problems import Problem
from lambdas.shared.settings.recipes import RECIPES, Recipe
from lambdas.shared.settings.serving_options import Exploration


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


def check_exploration(recipe: Recipe, config: Exploration, *place: str) -> Iterator[Problem]:
    """Yield the exploration that a recipe does not have, and figures out of bounds."""
    location = (*place, "itemExplorationConfig")
    if config and not recipe.exploration:
        yield Problem(location, f"{recipe.name} does not explore; leave it out")
    # Developer guide, "User-Personalization recipe": a share, and an age in days.
    for key, value in config.items():
        form, words = _EXPLORATION[key]
        if not re.fullmatch(form, value):
            yield Problem((*location, key), f"{value} is not {words}")


_EXPLORATION = {
    "explorationWeight": (r"0(\.\d+)?|1(\.0+)?", "from 0 to 1"),
    "explorationItemAgeCutOff": (r"\d+(\.\d+)?", "a number of days"),
}


def check_metadata(*place: str, wanted: bool, pipeline: Pipeline) -> Iterator[Problem]:
    """Yield the metadata that recommendations cannot have: there are no items to have any."""
    if wanted and "items" not in pipeline.datasets.present:
        message = "metadata are columns of the items; add datasets.items"
        yield Problem((*place, "enableMetadataWithRecommendations"), message)
