"""Every recipe by its name: how it is trained, and which question its metrics ask."""

from collections.abc import Mapping
from dataclasses import replace

from personalize_emulator.evaluation.evaluate import last_item_request
from personalize_emulator.recipes.dataset import Dataset
from personalize_emulator.recipes.errors import InvalidJob
from personalize_emulator.recipes.families import semantic, trending
from personalize_emulator.recipes.families.domains import domain_recipes
from personalize_emulator.recipes.families.legacy import legacy_recipes
from personalize_emulator.recipes.families.segmentation import segmentation_recipes
from personalize_emulator.recipes.fitting.blending import blend_on_validation
from personalize_emulator.recipes.fitting.personal import fit_personal
from personalize_emulator.recipes.fitting.related import RelatedSettings, climb_weights, fit_related
from personalize_emulator.recipes.fitting.searching import search, settings_of
from personalize_emulator.recipes.fitting.signals import SignalSettings
from personalize_emulator.recipes.models.popularity import PopularityModel
from personalize_emulator.recipes.recipe import Fit, Recipe, Tune


def tune_personal_with(values: Mapping[str, float]) -> Tune:
    """The tuning of personal recipes with hyperparameters by the service's names."""
    settings = settings_of(values) if values else SignalSettings()

    def tune(recipe: str, data: Dataset) -> Fit:
        blend = blend_on_validation(data.log, settings)
        return lambda fitted: fit_personal(recipe, fitted.log, settings, blend)

    return tune


tune_personal = tune_personal_with({})


def tune_related(recipe: str, data: Dataset) -> Fit:
    """Learn how much each kind of nearness counts."""
    settings = RelatedSettings()
    weights = climb_weights(data.log, settings, None)
    return lambda fitted: fit_related(recipe, fitted.log, settings, weights)


def tune_popularity(recipe: str, data: Dataset) -> Fit:
    """Nothing to learn."""
    del data
    return lambda fitted: PopularityModel.fit(recipe, fitted.log)


PERSONAL = Recipe(tune_personal, search=search, tune_with=tune_personal_with)
RELATED = Recipe(tune_related, last_item_request)
POPULARITY = Recipe(tune_popularity)

RECIPES: Mapping[str, Recipe] = {
    "aws-user-personalization": PERSONAL,
    "aws-user-personalization-v2": PERSONAL,
    "aws-personalized-ranking": PERSONAL,
    "aws-personalized-ranking-v2": PERSONAL,
    "aws-sims": RELATED,
    "aws-similar-items": RELATED,
    "aws-popularity-count": POPULARITY,
    "aws-next-best-action": replace(PERSONAL, subject="action"),
    **semantic.RECIPES,
    **trending.RECIPES,
    **segmentation_recipes(tune_personal),
    **domain_recipes(
        personal=PERSONAL, related=RELATED, popularity=POPULARITY, trending=trending.TRENDING
    ),
    **legacy_recipes(PERSONAL),
}


def recipe_named(name: str) -> Recipe:
    """The recipe of that name.

    Raises:
        InvalidJob: there is none.
    """
    if name not in RECIPES:
        raise InvalidJob(f"there is no recipe {name!r}; there are {', '.join(sorted(RECIPES))}")
    return RECIPES[name]
