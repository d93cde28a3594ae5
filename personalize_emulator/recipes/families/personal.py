"""What a person wants next: User-Personalization, Personalized-Ranking and their kin.

Item by item matrices are fitted in closed form: which items go together in whole histories, which
follow each other at a short, a middle and a long range, which share an audience. Each matrix,
summed over a person's history with newer events weighing more, is a signal about every item. A
conditional logit learns from what held-out people chose next how much each signal counts, and what
popularity and each kind of repeat are worth. A second one, on top of the first, learns what the
items' descriptions, the person's attributes, the context and the impressions add. Nobody needs to
be in the training: a history that comes with the request is read the same way.
"""

from dataclasses import replace

from personalize_emulator.recipes.dataset import Dataset
from personalize_emulator.recipes.errors import InvalidJob
from personalize_emulator.recipes.fitting.percentiles import within_percentiles
from personalize_emulator.recipes.fitting.personal import Learned, fit_personal, learn
from personalize_emulator.recipes.fitting.settings import signal_settings
from personalize_emulator.recipes.models.base import BaseModel
from personalize_emulator.recipes.models.personal import PersonalModel
from personalize_emulator.recipes.options import Options
from personalize_emulator.recipes.recipe import Fit, Recipe


def tune_personal(recipe: str, data: Dataset, options: Options) -> Fit:
    """Learn how much each signal counts, and what is known beside them."""
    learned = learn(within_percentiles(data, options), signal_settings(options))
    return _fit_with(recipe, options, learned)


def resume_personal(recipe: str, previous: BaseModel, options: Options) -> Fit:
    """Keep what the previous model has learned; what is new is folded in by fitting it.

    Raises:
        InvalidJob: the previous model is another recipe's.
    """
    if not isinstance(previous, PersonalModel) or previous.recipe != recipe:
        raise InvalidJob(f"a model of {previous.recipe} can't be updated by {recipe}")
    return _fit_with(recipe, options, Learned.of(previous))


def _fit_with(recipe: str, options: Options, learned: Learned) -> Fit:
    def fit(fitted: Dataset) -> PersonalModel:
        return fit_personal(
            recipe,
            fitted,
            signal_settings(options),
            learned,
            shaping=within_percentiles(fitted, options).log,
            config=options.config,
        )

    return fit


PERSONAL = Recipe(tune_personal, resume=resume_personal, kin="personal")
RANKING = replace(PERSONAL, ranks=True)
RECIPES = {
    "aws-user-personalization": PERSONAL,
    "aws-user-personalization-v2": PERSONAL,
    "aws-personalized-ranking": RANKING,
    "aws-personalized-ranking-v2": RANKING,
}
