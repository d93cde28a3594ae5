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
from personalize_emulator.recipes.fitting.personal import fit_personal, learn
from personalize_emulator.recipes.fitting.related import climb_weights, fit_related
from personalize_emulator.recipes.fitting.settings import related_settings, signal_settings
from personalize_emulator.recipes.models.popularity import PopularityModel
from personalize_emulator.recipes.options import Options
from personalize_emulator.recipes.recipe import Fit, Recipe


def tune_personal(recipe: str, data: Dataset, options: Options) -> Fit:
    """Learn how much each signal counts, and what is known beside them."""
    settings = signal_settings(options)
    learned = learn(data, settings)
    return lambda fitted: fit_personal(recipe, fitted, settings, learned, config=options.config)


def tune_related(recipe: str, data: Dataset, options: Options) -> Fit:
    """Learn how much each kind of nearness counts."""
    settings = related_settings(recipe, options)
    weights = climb_weights(data.log, settings, None)
    return lambda fitted: fit_related(recipe, fitted.log, settings, weights)


def tune_popularity(recipe: str, data: Dataset, options: Options) -> Fit:
    """Nothing to learn."""
    del data, options
    return lambda fitted: PopularityModel.fit(recipe, fitted.log)


PERSONAL = Recipe(tune_personal, kin="personal")
RANKING = replace(PERSONAL, ranks=True)
RELATED = Recipe(tune_related, last_item_request)
POPULARITY = Recipe(tune_popularity, kin="popularity")

RECIPES: Mapping[str, Recipe] = {
    "aws-user-personalization": PERSONAL,
    "aws-user-personalization-v2": PERSONAL,
    "aws-personalized-ranking": RANKING,
    "aws-personalized-ranking-v2": RANKING,
    "aws-sims": RELATED,
    "aws-similar-items": RELATED,
    "aws-popularity-count": POPULARITY,
    "aws-next-best-action": replace(PERSONAL, subject="action", kin=""),
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
