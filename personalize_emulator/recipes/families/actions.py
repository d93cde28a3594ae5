"""What a person does next: Next-Best-Action, a personal model over actions.

An action has a propensity once 50 interactions with it say TAKEN and 50 say NOT_TAKEN or VIEWED,
all within six weeks of the newest. The others are recommended after those, with 0.0. No action
interactions are needed: of fewer than 25 people with two of them, or fewer than 100, nothing is
learned (inferred), and every action comes with 0.0. Source: "Next-Best-Action recipe", developer
guide.
"""

import numpy as np
from numpy.typing import NDArray

from personalize_emulator.evaluation.evaluate import Ask, evaluate
from personalize_emulator.evaluation.metrics import LONGEST, MetricTable, tabulate
from personalize_emulator.evaluation.split import Split
from personalize_emulator.recipes.dataset import Dataset
from personalize_emulator.recipes.eventlog import EventLog
from personalize_emulator.recipes.families.personal import tune_personal
from personalize_emulator.recipes.models.actions import ActionsModel
from personalize_emulator.recipes.models.base import BaseModel
from personalize_emulator.recipes.options import Options
from personalize_emulator.recipes.recipe import Fit, Recipe
from personalize_emulator.recipes.selection import MIN_EVENTS_OF_USER, MIN_USERS

ENOUGH = 50
"""Interactions of either kind that give an action its propensity."""

RECENT = 6 * 7 * 86_400
"""Seconds before the newest interaction in which they count."""

TAKEN = ("taken",)
LEFT = ("not_taken", "viewed")


def tune_actions(recipe: str, data: Dataset, options: Options) -> Fit:
    """Learn what the personal model learns, if there is enough to learn from."""
    tuned = tune_personal(recipe, data, options) if _can_learn(data.log) else None

    def fit(fitted: Dataset) -> BaseModel:
        return ActionsModel(
            recipe,
            fitted.log.item_ids,
            scored=with_propensity(fitted.log),
            personal=None if tuned is None else tuned(fitted),
        )

    return fit


def _can_learn(log: EventLog) -> bool:
    people = int(np.sum(log.lengths >= MIN_EVENTS_OF_USER))
    return people >= MIN_USERS and log.n_events >= 2 * ENOUGH


def with_propensity(log: EventLog) -> NDArray[np.bool_]:
    """(n_items,) which actions are known well enough, by being taken and by being left."""
    kinds = np.array([name.lower().replace(" ", "_") for name in log.type_names], dtype=np.str_)
    recent = log.times >= log.times.max(initial=0) - RECENT

    def often(wanted: tuple[str, ...]) -> NDArray[np.bool_]:
        chosen = recent & np.isin(kinds, wanted)[log.types]
        return np.bincount(log.items[chosen], minlength=log.n_items) >= ENOUGH

    return often(TAKEN) & often(LEFT)


def measure_actions(model: BaseModel, split: Split, ask: Ask) -> MetricTable:
    """The metrics of items; 0 where nobody could be held out (inferred)."""
    if split.given.n_users:
        return evaluate(model, split, ask)
    return tabulate(np.zeros((1, LONGEST), dtype=np.bool_), np.ones(1, dtype=np.int64), 0.0)


ACTIONS = Recipe(tune_actions, measure=measure_actions, subject="action")
RECIPES = {"aws-next-best-action": ACTIONS}
