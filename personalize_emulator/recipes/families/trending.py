"""What grows: Trending-Now and the domain recipes like it."""

from personalize_emulator.recipes.dataset import Dataset
from personalize_emulator.recipes.models.trending import FREQUENCIES, TrendingModel
from personalize_emulator.recipes.recipe import Fit, Recipe

_DEFAULT = FREQUENCIES["1 day"]


def tune_trending(recipe: str, data: Dataset) -> Fit:
    """Nothing to learn."""
    del data
    return lambda fitted: TrendingModel.fit(recipe, fitted.log, _DEFAULT)


TRENDING = Recipe(tune_trending)
RECIPES = {"aws-trending-now": TRENDING}
