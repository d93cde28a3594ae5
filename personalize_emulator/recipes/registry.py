"""Every recipe by its name: how it is trained, and which question its metrics ask."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Protocol

from personalize_emulator.evaluation.evaluate import Ask, last_item_request, user_request
from personalize_emulator.recipes.dataset import Dataset
from personalize_emulator.recipes.errors import InvalidJob
from personalize_emulator.recipes.fitting.personal import (
    PersonalSettings,
    blend_on_validation,
    fit_personal,
)
from personalize_emulator.recipes.fitting.related import RelatedSettings, fit_related
from personalize_emulator.recipes.models.base import BaseModel
from personalize_emulator.recipes.models.popularity import PopularityModel


class Fit(Protocol):
    """A fitted choice of everything that is tuned; fits any log with it."""

    def __call__(self, data: Dataset) -> BaseModel:
        """The served model of this data."""


class Tune(Protocol):
    """Settles, on training data alone, everything that a fit needs to know."""

    def __call__(self, recipe: str, data: Dataset) -> Fit:
        """The fit to be used on this data, and on more of its kind."""


@dataclass(frozen=True)
class Recipe:
    """How one recipe becomes a model.

    Args:
        tune: learns on a validation slice of the data that it is given.
        ask: the request that its metrics are computed on.
    """

    tune: Tune
    ask: Ask = user_request


def tune_personal(recipe: str, data: Dataset) -> Fit:
    """Learn how much each signal counts."""
    settings = PersonalSettings()
    blend = blend_on_validation(data.log, settings)
    return lambda fitted: fit_personal(recipe, fitted.log, settings, blend)


def tune_related(recipe: str, data: Dataset) -> Fit:
    """Nothing is learned beyond the counts."""
    del data
    return lambda fitted: fit_related(recipe, fitted.log, RelatedSettings())


def tune_popularity(recipe: str, data: Dataset) -> Fit:
    """Nothing to learn."""
    del data
    return lambda fitted: PopularityModel.fit(recipe, fitted.log)


PERSONAL = Recipe(tune_personal)
RELATED = Recipe(tune_related, last_item_request)

RECIPES: Mapping[str, Recipe] = {
    "aws-user-personalization": PERSONAL,
    "aws-user-personalization-v2": PERSONAL,
    "aws-personalized-ranking": PERSONAL,
    "aws-personalized-ranking-v2": PERSONAL,
    "aws-sims": RELATED,
    "aws-similar-items": RELATED,
    "aws-popularity-count": Recipe(tune_popularity),
}


def recipe_named(name: str) -> Recipe:
    """The recipe of that name.

    Raises:
        InvalidJob: there is none.
    """
    if name not in RECIPES:
        raise InvalidJob(f"there is no recipe {name!r}; there are {', '.join(sorted(RECIPES))}")
    return RECIPES[name]
