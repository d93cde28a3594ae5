"""Every recipe by its name: how it is trained, and which question its metrics ask."""

from collections.abc import Mapping

from personalize_emulator.recipes.errors import InvalidJob
from personalize_emulator.recipes.families import (
    actions,
    legacy,
    personal,
    popularity,
    related,
    semantic,
    trending,
)
from personalize_emulator.recipes.families.domains import domain_recipes
from personalize_emulator.recipes.families.segmentation import segmentation_recipes
from personalize_emulator.recipes.recipe import Recipe

RECIPES: Mapping[str, Recipe] = {
    **personal.RECIPES,
    **actions.RECIPES,
    **related.RECIPES,
    **popularity.RECIPES,
    **semantic.RECIPES,
    **trending.RECIPES,
    **segmentation_recipes(personal.tune_personal),
    **domain_recipes(
        personal=personal.PERSONAL,
        related=related.RELATED,
        popularity=popularity.POPULARITY,
        trending=trending.TRENDING,
    ),
    **legacy.RECIPES,
}


def recipe_named(name: str) -> Recipe:
    """The recipe of that name.

    Raises:
        InvalidJob: there is none.
    """
    if name not in RECIPES:
        raise InvalidJob(f"there is no recipe {name!r}; there are {', '.join(sorted(RECIPES))}")
    return RECIPES[name]
