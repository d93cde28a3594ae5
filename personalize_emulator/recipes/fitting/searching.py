"""Hyperparameter search over the service's own names and ranges, on a validation slice.

The linear model has no hidden layer: ``hidden_dimension`` is its capacity, which ridge regression
takes as the inverse of λ (149 is the service's default and means the shipped λ); ``bptt`` is how
far back a sequence is read. Names and ranges: "User-Personalization recipe", developer guide.
"""

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

import numpy as np

from personalize_emulator.evaluation.evaluate import evaluate
from personalize_emulator.evaluation.split import hold_out_users
from personalize_emulator.recipes.dataset import Dataset
from personalize_emulator.recipes.fitting.blending import blend_on_validation
from personalize_emulator.recipes.fitting.personal import fit_personal
from personalize_emulator.recipes.fitting.signals import SignalSettings

DEFAULTS: Mapping[str, float] = {"hidden_dimension": 149, "bptt": 32}
RANGES: Mapping[str, tuple[float, float]] = {"hidden_dimension": (32, 256), "bptt": (2, 32)}
OBJECTIVE = "normalized_discounted_cumulative_gain_at_25"
MOST_TRIALS = 8
# Apart from the seed of the metrics: the search never sees the users that they are computed on.
SEED = 7


def settings_of(values: Mapping[str, float]) -> SignalSettings:
    """The shapes of the matrices that hyperparameters stand for."""
    shipped, chosen = SignalSettings(), {**DEFAULTS, **values}
    capacity = chosen["hidden_dimension"] / DEFAULTS["hidden_dimension"]
    decay = replace(shipped.transition_decay, past_window=max(2, round(chosen["bptt"])))
    return replace(
        shipped,
        taste_ridge=shipped.taste_ridge / capacity,
        transition_ridge=shipped.transition_ridge / capacity,
        transition_decay=decay,
    )


def search(recipe: str, data: Dataset, config: Mapping[str, Any]) -> dict[str, float]:
    """The best hyperparameters of a few random trials, the defaults among them.

    Args:
        recipe: The recipe's name.
        data: What may be learned from; a slice of its users judges.
        config: The API's SolutionConfig; ``hpoConfig`` narrows ranges and sets the trials.
    """
    hpo = config.get("hpoConfig", {})
    split = hold_out_users(data.log, seed=SEED)

    def quality(values: Mapping[str, float]) -> float:
        settings = settings_of(values)
        model = fit_personal(
            recipe, split.train, settings, blend_on_validation(split.train, settings)
        )
        return evaluate(model, split).metrics[OBJECTIVE]

    trials = _trials(_ranges(hpo), _count(hpo))
    return max(trials, key=quality)


def _ranges(hpo: Mapping[str, Any]) -> dict[str, tuple[float, float]]:
    given = hpo.get("algorithmHyperParameterRanges", {})
    narrowed = {
        entry["name"]: (float(entry["minValue"]), float(entry["maxValue"]))
        for kind in ("integerHyperParameterRanges", "continuousHyperParameterRanges")
        for entry in given.get(kind, [])
        if entry["name"] in RANGES
    }
    return narrowed or dict(RANGES)


def _count(hpo: Mapping[str, Any]) -> int:
    asked = hpo.get("hpoResourceConfig", {}).get("maxNumberOfTrainingJobs", MOST_TRIALS)
    return max(1, min(MOST_TRIALS, int(asked)))


def _trials(ranges: Mapping[str, tuple[float, float]], count: int) -> list[dict[str, float]]:
    """Random points of the ranges; the first is the default, moved into them."""
    random = np.random.default_rng(SEED)
    first = {name: float(np.clip(DEFAULTS[name], *span)) for name, span in ranges.items()}
    others = [
        {name: float(round(random.uniform(*span))) for name, span in ranges.items()}
        for _ in range(count - 1)
    ]
    return [first, *others]
