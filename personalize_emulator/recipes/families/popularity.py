"""What is popular with everybody: Popularity-Count and the domain recipes like it.

Events are counted, with the weights that the solution gives them. Everybody gets the same list.
"""

from personalize_emulator.recipes.dataset import Dataset
from personalize_emulator.recipes.models.popularity import PopularityModel
from personalize_emulator.recipes.options import Options
from personalize_emulator.recipes.recipe import Fit, Recipe


def tune_popularity(recipe: str, data: Dataset, options: Options) -> Fit:
    """Nothing to learn."""
    del data, options
    return lambda fitted: PopularityModel.fit(recipe, fitted.log)


POPULARITY = Recipe(tune_popularity, kin="popularity")
RECIPES = {"aws-popularity-count": POPULARITY}
