"""What is said about items: Semantic-Similarity.

The textual and categorical columns as TF-IDF, projected by latent semantic analysis; an item's
answer is what lies nearest by cosine. Events only decide between equals.
"""

import numpy as np

from personalize_emulator.evaluation.evaluate import last_item_request
from personalize_emulator.recipes.algorithms.text import text_vectors
from personalize_emulator.recipes.dataset import Dataset
from personalize_emulator.recipes.errors import InvalidJob
from personalize_emulator.recipes.models.semantic import SemanticModel
from personalize_emulator.recipes.options import Options
from personalize_emulator.recipes.recipe import Fit, Recipe


def tune_semantic(recipe: str, data: Dataset, options: Options) -> Fit:
    """Nothing is learned from events: the texts are all there is."""
    del data, options
    return lambda fitted: fit_semantic(recipe, fitted)


def fit_semantic(recipe: str, data: Dataset) -> SemanticModel:
    """The served model of the items' textual and categorical columns.

    Raises:
        InvalidJob: the items dataset has none.
    """
    items = data.items
    names = (
        () if items is None else sorted((items.textual | items.categorical) & set(items.columns))
    )
    if items is None or not items.textual & set(items.columns):
        raise InvalidJob(f"{recipe} needs an items dataset with a textual column")
    written = {
        item_id: " ".join(str(items.columns[name][row]).replace("|", " ") for name in names)
        for row, item_id in enumerate(items.ids.tolist())
    }
    texts = [written.get(item_id, "") for item_id in data.log.item_ids.tolist()]
    counts = np.bincount(data.log.items, minlength=data.log.n_items).astype(np.float32)
    return SemanticModel(
        recipe,
        data.log.item_ids,
        vectors=text_vectors(texts),
        popularity=counts / max(1.0, float(counts.sum())),
    )


RECIPES = {"aws-semantic-similarity": Recipe(tune_semantic, last_item_request)}
