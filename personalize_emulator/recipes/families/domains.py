"""The use cases of domain dataset groups: each is one of the custom models over its own events.

A use case about purchases, views or watches counts events of that type alone; where the data has
none of it, all.
Source of the event types: "Choosing a use case", Amazon Personalize developer guide.
"""

from collections.abc import Mapping
from dataclasses import replace

from personalize_emulator.catalogue import recipes
from personalize_emulator.recipes.dataset import Dataset
from personalize_emulator.recipes.options import Options
from personalize_emulator.recipes.recipe import Fit, Recipe, Tune

# Which events a use case counts; the others are left out where these exist.
_EVENTS: Mapping[str, str] = {
    recipe.name: recipe.event_type for recipe in recipes(legacy=True) if recipe.event_type
}


def of_events(tune: Tune, event_type: str) -> Tune:
    """A tuning that sees one event type only, or everything where the data has none of it."""

    def tuned(recipe: str, data: Dataset, options: Options) -> Fit:
        fit = tune(recipe, _only(data, event_type), options)
        return lambda fitted: fit(_only(fitted, event_type))

    return tuned


def _only(data: Dataset, event_type: str) -> Dataset:
    names = [name.lower() for name in data.log.type_names]
    if event_type.lower() not in names:
        return data
    kept = data.log.keep(data.log.types == names.index(event_type.lower()))
    return data.with_log(kept) if kept.n_events else data


def domain_recipes(
    *, personal: Recipe, related: Recipe, popularity: Recipe, trending: Recipe
) -> dict[str, Recipe]:
    """Every use case by its recipe's name."""
    backing = {
        "aws-ecomm-popular-items-by-views": popularity,
        "aws-ecomm-popular-items-by-purchases": popularity,
        "aws-ecomm-frequently-bought-together": related,
        "aws-ecomm-customers-who-viewed-x-also-viewed": related,
        "aws-ecomm-recommended-for-you": personal,
        "aws-vod-because-you-watched-x": related,
        "aws-vod-more-like-x": related,
        "aws-vod-most-popular": popularity,
        "aws-vod-top-picks": personal,
        "aws-vod-trending-now": trending,
    }
    return {name: _with_events(name, recipe) for name, recipe in backing.items()}


def _with_events(name: str, recipe: Recipe) -> Recipe:
    if name not in _EVENTS:
        return recipe
    return replace(recipe, tune=of_events(recipe.tune, _EVENTS[name]), kin="")
