"""Hyperparameter optimization: trials over the service's names and ranges, on a validation slice.

The first trial is what the solution has anyway; the others are drawn at random from the ranges
(Bergstra and Bengio, "Random search for hyper-parameter optimization", JMLR 2012). The users that
the reported metrics are computed on take no part.
"""

from collections.abc import Iterator, Mapping
from dataclasses import replace
from typing import Any

import numpy as np

from personalize_emulator.catalogue import Parameter
from personalize_emulator.recipes.dataset import Dataset
from personalize_emulator.recipes.errors import InvalidJob
from personalize_emulator.recipes.options import Options, bounds_of, check_value, parameters_of
from personalize_emulator.recipes.recipe import Recipe

OBJECTIVE = "normalized_discounted_cumulative_gain_at_25"
TRIALS = 8
"""Where the solution names no number; the service's own default is higher, and bills for it."""

SEED = 7
"""Apart from the seed of the metrics."""

Values = dict[str, str]


def search(recipe: Recipe, name: str, data: Dataset, options: Options) -> Values:
    """The best values of the tunable hyperparameters.

    Args:
        recipe: how to train and measure.
        name: the recipe's name.
        data: what may be learned from; a slice of its users judges.
        options: where the search starts; its config's ``hpoConfig`` narrows the search.

    Raises:
        InvalidJob: a range names a hyperparameter that can't be tuned, or the objective is unknown.
    """
    hpo = options.config.get("hpoConfig") or {}
    space = search_space(name, hpo)
    split = recipe.hold_out(data.log, seed=SEED)
    known = data.with_log(split.train)

    def quality(values: Values) -> float:
        fit = recipe.tune(name, known, options.with_values(values))
        metrics = recipe.measure(fit(known), split, recipe.ask).metrics
        return metrics[_objective(hpo, metrics)]

    return max(_trials(space, options, _count(hpo)), key=quality)


def search_space(name: str, hpo: Mapping[str, Any]) -> list[Parameter]:
    """The tunable hyperparameters, within the ranges that the solution gives for them."""
    tunable = {parameter.name: parameter for parameter in parameters_of(name) if parameter.tunable}
    given = hpo.get("algorithmHyperParameterRanges") or {}
    narrowed = [_narrowed(name, tunable, entry) for entries in given.values() for entry in entries]
    return narrowed or list(tunable.values())


def _narrowed(name: str, tunable: Mapping[str, Parameter], entry: Mapping[str, Any]) -> Parameter:
    if entry["name"] not in tunable:
        names = ", ".join(sorted(tunable)) or "none"
        raise InvalidJob(f"{name} can't tune {entry['name']!r}; it can tune: {names}")
    parameter = tunable[entry["name"]]
    if "values" in entry:
        choices = tuple(str(value).lower() for value in entry["values"])
        for choice in choices:
            check_value(parameter, choice)
        return replace(parameter, choices=choices)
    for bound in (entry["minValue"], entry["maxValue"]):
        check_value(parameter, str(bound))
    return replace(parameter, low=float(entry["minValue"]), high=float(entry["maxValue"]))


def _objective(hpo: Mapping[str, Any], metrics: Mapping[str, float]) -> str:
    name = (hpo.get("hpoObjective") or {}).get("metricName") or OBJECTIVE
    if name not in metrics:
        raise InvalidJob(f"there is no metric {name!r}; there are: {', '.join(sorted(metrics))}")
    return str(name)


def _count(hpo: Mapping[str, Any]) -> int:
    asked = (hpo.get("hpoResourceConfig") or {}).get("maxNumberOfTrainingJobs") or TRIALS
    return max(1, int(asked))


def _trials(space: list[Parameter], options: Options, count: int) -> Iterator[Values]:
    random = np.random.default_rng(SEED)
    yield {parameter.name: _nearest(parameter, options) for parameter in space}
    for _ in range(count - 1 if space else 0):
        yield {parameter.name: _drawn(parameter, random) for parameter in space}


def _nearest(parameter: Parameter, options: Options) -> str:
    """The solution's own value, moved into the range."""
    value = options.parameters[parameter.name]
    if parameter.choices:
        return value if value in parameter.choices else parameter.choices[0]
    return _written(parameter, float(np.clip(float(value), *bounds_of(parameter))))


def _drawn(parameter: Parameter, random: np.random.Generator) -> str:
    if parameter.choices:
        return str(random.choice(parameter.choices))
    return _written(parameter, float(random.uniform(*bounds_of(parameter))))


def _written(parameter: Parameter, value: float) -> str:
    return str(round(value)) if parameter.whole else f"{value:.4g}"
