"""The retired HRNN family, so that the old material can be followed.

With the ``[torch]`` extra HRNN and HRNN-Metadata are hierarchical recurrent networks, blended with
the linear model of User-Personalization by what each is worth on a validation slice; where the
network does not help there, the linear model answers alone, and the training says so. Without torch
the linear model stands in, with a notice. HRNN reads interactions alone, HRNN-Metadata the items,
users and contexts too, HRNN-Coldstart mixes new items into every list. Source of the names: "Legacy
HRNN recipes", Amazon Personalize developer guide.
"""

from dataclasses import replace
from importlib.util import find_spec

from personalize_emulator.recipes.dataset import Dataset
from personalize_emulator.recipes.families.personal import PERSONAL, resume_personal, tune_personal
from personalize_emulator.recipes.models.base import BaseModel
from personalize_emulator.recipes.models.personal import PersonalModel
from personalize_emulator.recipes.options import Options
from personalize_emulator.recipes.recipe import Fit, Recipe, Tune

NOTICE = (
    "{recipe} is trained as the linear model of its successor aws-user-personalization: the"
    " recurrent network needs torch (pip install -r requirements-torch.txt, or the extra [torch])"
)
TOO_MANY = "{recipe} is trained as a linear model: a recurrent network over {count:,} items is not"
FAMILY = ("aws-hrnn", "aws-hrnn-metadata", "aws-hrnn-coldstart")
CURIOSITY = {"explorationWeight": 0.3}
"""HRNN-Coldstart knows no campaign settings for it."""


def tune_metadata(recipe: str, data: Dataset, options: Options) -> Fit:
    """The personal tuning, with a recurrent network on top where torch is installed."""
    linear = tune_personal(recipe, data, options)
    if find_spec("torch") is None:
        return _with_notice(linear, NOTICE.format(recipe=recipe))
    return _recurrent(recipe, data, options, linear)


def _recurrent(recipe: str, data: Dataset, options: Options, linear: Fit) -> Fit:
    from personalize_emulator.recipes.fitting import recurrent  # noqa: PLC0415 - imports torch

    if data.log.n_items > recurrent.MAX_ITEMS:
        return _with_notice(linear, TOO_MANY.format(recipe=recipe, count=data.log.n_items))
    shape = recurrent.training_of(
        options.number("hidden_dimension", 43), options.number("bptt", 32)
    )
    verdict = recurrent.judge(data, linear, shape)

    def fit(fitted: Dataset) -> BaseModel:
        return recurrent.fit_recurrent(_personal(linear(fitted)), fitted, shape, verdict)

    return _with_notice(fit, f"{recipe}: {verdict}")


def tune_hrnn(recipe: str, data: Dataset, options: Options) -> Fit:
    """The same, on events alone."""
    fit = tune_metadata(recipe, _events_only(data), options)
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
    return lambda fitted: _personal(fit(fitted)).but(curiosity=CURIOSITY)


def _with_notice(fit: Fit, notice: str) -> Fit:
    def fit_with_notice(fitted: Dataset) -> BaseModel:
        model = fit(fitted)
        model.notices = (notice,)
        return model

    return fit_with_notice


def _personal(model: BaseModel) -> PersonalModel:
    assert isinstance(model, PersonalModel)  # noqa: S101 - what personal recipes fit
    return model


def _retired(tune: Tune) -> Recipe:
    return replace(PERSONAL, tune=tune, resume=None, kin="", legacy=True)


RECIPES = {
    "aws-hrnn": _retired(tune_hrnn),
    "aws-hrnn-metadata": _retired(tune_metadata),
    "aws-hrnn-coldstart": replace(_retired(tune_coldstart), resume=resume_coldstart),
}
