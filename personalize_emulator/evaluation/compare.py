"""Every recipe on the same data, by the same split, so that they can be chosen between."""

import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

from personalize_emulator.catalogue import recipes
from personalize_emulator.evaluation.intervals import Interval, interval_of
from personalize_emulator.evaluation.metrics import MetricTable
from personalize_emulator.recipes.dataset import Dataset
from personalize_emulator.recipes.errors import InvalidJob
from personalize_emulator.recipes.options import read_options
from personalize_emulator.recipes.registry import recipe_named
from personalize_emulator.recipes.selection import require_enough


@dataclass(frozen=True)
class Compared:
    """How one recipe did.

    Args:
        recipe: its name.
        table: its metrics, user by user; None where the data does not fit the recipe.
        seconds: that tuning, training and asking took together.
        reason: why there are no metrics; empty where there are.
        notices: what the training has to say.
    """

    recipe: str
    table: MetricTable | None
    seconds: float
    reason: str = ""
    notices: tuple[str, ...] = ()

    def interval(self, metric: str) -> Interval | None:
        """The mean of a metric with its 95 % confidence; None where the recipe has none of it."""
        if self.table is None:
            return None
        values = {**self.table.service, **self.table.textbook}.get(metric)
        return None if values is None else interval_of(values)


def comparable(*, domain: str | None = None, legacy: bool = False) -> list[str]:
    """Names of the recipes of a domain, or of none; not all data has what each of them needs."""
    return [recipe.name for recipe in recipes(legacy=legacy) if recipe.domain == domain]


def compare(data: Dataset, names: Sequence[str], *, seed: int = 0) -> Iterator[Compared]:
    """Train and measure one recipe after the other; yields each as soon as it is known.

    Recipes of one kin are trained once.

    Args:
        data: what all of them learn from.
        names: of the recipes.
        seed: chooses the held-out users, the same for all.

    Raises:
        InsufficientData: the service would not train on this data.
        InvalidJob: there is no recipe of a name.
    """
    require_enough(data.log)
    kins = {name: recipe_named(name).kin or name for name in names}
    done: dict[str, Compared] = {}
    for name, kin in kins.items():
        if missing := _missing(data, name):
            yield Compared(name, None, 0.0, f"{name} needs {' and '.join(missing)}")
            continue
        if kin not in done:
            done[kin] = _measured(data, name, seed)
        yield replace(done[kin], recipe=name)


def _missing(data: Dataset, name: str) -> list[str]:
    """The datasets that a recipe can't train without and that are not there."""
    there = {"ITEMS": data.items, "USERS": data.users}  # no actions are read
    needs = next((recipe.needs for recipe in recipes(legacy=True) if recipe.name == name), ())
    return [f"{_ARTICLES[need]} dataset" for need in needs if there.get(need) is None]


_ARTICLES = {"ITEMS": "an items", "USERS": "a users", "ACTIONS": "an actions"}


def _measured(data: Dataset, name: str, seed: int) -> Compared:
    recipe = recipe_named(name)
    split = recipe.hold_out(data.log, seed=seed)
    known = data.with_log(split.train)
    begun = time.perf_counter()
    try:
        model = recipe.tune(name, known, read_options(name, {}))(known)
    except InvalidJob as error:
        return Compared(name, None, time.perf_counter() - begun, str(error))
    table = recipe.measure(model, split, recipe.ask)
    seconds = time.perf_counter() - begun
    return Compared(name, table, seconds, notices=model.notices)
