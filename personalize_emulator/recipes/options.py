"""Hyperparameters under the service's own names: what a solution sets, and what it may set.

Names, defaults and ranges come from the catalogue that DescribeAlgorithm answers from. What each
means for the models of this package is written down where it is read, and in docs/recipes.md.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from personalize_emulator.catalogue import Parameter, recipes
from personalize_emulator.recipes.errors import InvalidJob

CATALOGUE = {recipe.name: recipe for recipe in recipes(legacy=True)}
OPTIMIZING = tuple(recipe.name for recipe in CATALOGUE.values() if recipe.optimizes)
"""Recipes that take an optimization objective."""


@dataclass(frozen=True)
class Options:
    """The configuration of one training.

    Args:
        parameters: algorithm hyperparameters, every one that the recipe has.
        defaults: what they are where nobody sets them.
        features: feature transformation parameters that the solution sets itself.
        config: the whole SolutionConfig.
    """

    parameters: Mapping[str, str] = field(default_factory=dict)
    defaults: Mapping[str, str] = field(default_factory=dict)
    features: Mapping[str, str] = field(default_factory=dict)
    config: Mapping[str, Any] = field(default_factory=dict)

    def number(self, name: str, default: float) -> float:
        """A numeric hyperparameter; ``default`` where the recipe has none of the name."""
        return float(self.parameters.get(name, default))

    def relative(self, name: str) -> float:
        """A numeric hyperparameter as a multiple of its default; 1 where the recipe has none."""
        return self.number(name, 1.0) / float(self.defaults.get(name, 1.0))

    def flag(self, name: str) -> bool:
        """A boolean hyperparameter; true where the recipe has none of the name."""
        return self.parameters.get(name, "true").lower() == "true"

    def share(self, name: str) -> float | None:
        """A percentile that the solution sets, None where it sets none."""
        return float(self.features[name]) if name in self.features else None

    def with_values(self, values: Mapping[str, str]) -> "Options":
        """The options with some hyperparameters replaced."""
        return replace(self, parameters={**self.parameters, **values})


def read_options(recipe: str, config: Mapping[str, Any]) -> Options:
    """The options of a SolutionConfig.

    Raises:
        InvalidJob: a name that the recipe does not have, or a value outside its range; an
            objective where there can be none.
    """
    known = {parameter.name: parameter for parameter in parameters_of(recipe)}
    given = {name: str(value) for name, value in config.get("algorithmHyperParameters", {}).items()}
    features = config.get("featureTransformationParameters", {})
    if config.get("optimizationObjective") and recipe not in OPTIMIZING:
        raise InvalidJob(f"{recipe} takes no optimizationObjective; {', '.join(OPTIMIZING)} do")
    _refuse_unknown(recipe, given.keys() - known.keys(), known)
    if recipe in CATALOGUE:
        _refuse_unknown(recipe, features.keys() - CATALOGUE[recipe].features.keys(), known)
    for name, value in given.items():
        check_value(known[name], value)
    defaults = {name: parameter.default for name, parameter in known.items()}
    return Options(
        {**defaults, **given},
        defaults,
        {name: str(value) for name, value in features.items()},
        config,
    )


def parameters_of(recipe: str) -> Sequence[Parameter]:
    """The hyperparameters of a recipe."""
    return CATALOGUE[recipe].parameters if recipe in CATALOGUE else ()


def check_value(parameter: Parameter, value: str) -> None:
    """Refuse a value that the parameter can't take.

    Raises:
        InvalidJob: says which values there are.
    """
    if parameter.choices:
        if value.lower() not in parameter.choices:
            raise InvalidJob(
                f"{parameter.name} is one of {', '.join(parameter.choices)}, not {value!r}"
            )
        return
    low, high = bounds_of(parameter)
    number = _number(parameter, value)
    if not low <= number <= high:
        raise InvalidJob(f"{parameter.name} is between {low:g} and {high:g}, not {value}")


def bounds_of(parameter: Parameter) -> tuple[float, float]:
    """The range of a numeric hyperparameter."""
    low = float("-inf") if parameter.low is None else parameter.low
    high = float("inf") if parameter.high is None else parameter.high
    return low, high


def _number(parameter: Parameter, value: str) -> float:
    try:
        return float(value)
    except ValueError:
        raise InvalidJob(f"{parameter.name} is a number, not {value!r}") from None


def _refuse_unknown(recipe: str, unknown: set[str], known: Mapping[str, Parameter]) -> None:
    if unknown:
        names = ", ".join(sorted(known)) or "none"
        raise InvalidJob(
            f"{recipe} has no hyperparameter {', '.join(sorted(unknown))}; it has: {names}"
        )
