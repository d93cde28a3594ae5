"""The retired HRNN family, so that the old material can be followed.

The model is the linear one of User-Personalization, which beats the service's HRNN of 2018 on every
data set it was compared on; a notice says so. HRNN reads interactions alone, HRNN-Metadata the
items, users and contexts too, HRNN-Coldstart mixes new items into every list. Source of the names:
"Legacy HRNN recipes", Amazon Personalize developer guide.
"""

from dataclasses import replace

from personalize_emulator.recipes.dataset import Dataset
from personalize_emulator.recipes.families.personal import PERSONAL, resume_personal, tune_personal
from personalize_emulator.recipes.models.base import BaseModel
from personalize_emulator.recipes.models.personal import PersonalModel
from personalize_emulator.recipes.options import Options
from personalize_emulator.recipes.recipe import Fit

NOTICE = "{recipe} is retired: this is the linear model of its successor aws-user-personalization"
FAMILY = ("aws-hrnn", "aws-hrnn-metadata", "aws-hrnn-coldstart")
CURIOSITY = {"explorationWeight": 0.3}
"""HRNN-Coldstart knows no campaign settings for it."""


def tune_hrnn(recipe: str, data: Dataset, options: Options) -> Fit:
    """The personal tuning, on events alone."""
    fit = tune_personal(recipe, _events_only(data), options)
    return lambda fitted: fit(_events_only(fitted))


def _events_only(data: Dataset) -> Dataset:
    return replace(data, items=None, users=None, log=replace(data.log, contexts={}))


def tune_coldstart(recipe: str, data: Dataset, options: Options) -> Fit:
    """The personal tuning, new items in every list."""
    return _curious(tune_personal(recipe, data, options))


def resume_coldstart(recipe: str, previous: BaseModel, options: Options) -> Fit:
    """The same of a model that is kept up to date."""
    return _curious(resume_personal(recipe, previous, options))


def _curious(fit: Fit) -> Fit:
    def fit_curious(fitted: Dataset) -> BaseModel:
        model = fit(fitted)
        assert isinstance(model, PersonalModel)  # noqa: S101 - what personal recipes fit
        return model.but(curiosity=CURIOSITY)

    return fit_curious


_HRNN = replace(PERSONAL, resume=None, legacy=True)
RECIPES = {
    "aws-hrnn": replace(_HRNN, tune=tune_hrnn, kin=""),
    "aws-hrnn-metadata": _HRNN,
    "aws-hrnn-coldstart": replace(_HRNN, tune=tune_coldstart, resume=resume_coldstart, kin=""),
}
