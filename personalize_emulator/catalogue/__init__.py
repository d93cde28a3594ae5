"""The recipes that the service offers, with their algorithms and feature transformations."""

from collections.abc import Sequence
from typing import Final

from personalize_emulator.catalogue.custom import CUSTOM, LEGACY
from personalize_emulator.catalogue.domain import DOMAIN
from personalize_emulator.catalogue.recipe import (
    ACTIONS,
    OFFERED_SINCE,
    RANKING,
    RELATED,
    SEGMENT,
    USER,
    Parameter,
    Recipe,
)

__all__ = [
    "ACTIONS",
    "OFFERED_SINCE",
    "RANKING",
    "RELATED",
    "SEGMENT",
    "USER",
    "Parameter",
    "Recipe",
    "find_recipe",
    "recipes",
    "retired",
]


def recipes(*, legacy: bool) -> Sequence[Recipe]:
    """Return the recipes on offer, custom ones first."""
    return (*CUSTOM, *(LEGACY if legacy else ()), *DOMAIN)


_BY_ARN: Final = {recipe.arn: recipe for recipe in recipes(legacy=True)}


def find_recipe(arn: str, *, legacy: bool) -> Recipe | None:
    """Return the recipe of that ARN if it is on offer."""
    recipe = _BY_ARN.get(arn)
    return None if recipe is None or (recipe.legacy and not legacy) else recipe


def retired(arn: str) -> bool:
    """Tell whether a recipe has been there and is no longer."""
    return arn in _BY_ARN and _BY_ARN[arn].legacy
