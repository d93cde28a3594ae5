"""What goes with an item: SIMS, by interactions alone, and Similar-Items, by metadata too.

Every pair of items that people or descriptions connect gets a weighted sum of several kinds of
evidence; the weights are found on a validation slice, asked with an item for what people touch
next. The nearest are kept. With metadata, items without events join by what is said about them.
"""

from personalize_emulator.evaluation.evaluate import last_item_request
from personalize_emulator.recipes.algorithms.features import DIMENSIONS, item_vectors
from personalize_emulator.recipes.dataset import Dataset
from personalize_emulator.recipes.eventlog import Floats
from personalize_emulator.recipes.fitting.adoption import adopt
from personalize_emulator.recipes.fitting.percentiles import within_percentiles
from personalize_emulator.recipes.fitting.related import climb_weights, fit_related
from personalize_emulator.recipes.fitting.settings import related_settings
from personalize_emulator.recipes.models.related import RelatedModel
from personalize_emulator.recipes.options import Options
from personalize_emulator.recipes.recipe import Fit, Recipe

DESCRIBED = frozenset({"aws-similar-items", "aws-vod-more-like-x"})
"""Recipes that read the Items dataset."""


def tune_related(recipe: str, data: Dataset, options: Options) -> Fit:
    """Learn how much each kind of nearness counts."""
    settings = related_settings(recipe, options)
    log = within_percentiles(data, options).log
    weights = climb_weights(log, settings, _vectors(recipe, data, options))

    def fit(fitted: Dataset) -> RelatedModel:
        vectors = _vectors(recipe, fitted, options)
        shaping = within_percentiles(fitted, options).log
        model = fit_related(recipe, shaping, settings, weights, vectors)
        return model if vectors is None else adopt(model, vectors, settings.neighbours)

    return fit


def _vectors(recipe: str, data: Dataset, options: Options) -> Floats | None:
    """The items' descriptions; None where there are none, or the recipe does not read them."""
    if recipe not in DESCRIBED:
        return None
    dimensions = round(DIMENSIONS * options.relative("item_metadata_hidden_dimension"))
    vectors = item_vectors(data.items, data.log.item_ids, dimensions)
    return vectors if vectors.any() else None


RELATED = Recipe(tune_related, last_item_request)
RECIPES = {"aws-sims": RELATED, "aws-similar-items": RELATED}
