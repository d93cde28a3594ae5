"""What an item is worth: recommend what is relevant, and of that rather what is worth more.

User-Personalization and Personalized-Ranking take a numeric column of the Items dataset and a
sensitivity: LOW puts less emphasis on it than on relevance, MEDIUM as much, HIGH more. How the two
are weighed is not said (inferred here: a standard deviation of the column shifts an item's log-odds
by a step). Source: "Optimizing a solution for an additional objective", developer guide.
"""

from collections.abc import Mapping
from typing import Any

import numpy as np

from personalize_emulator.recipes.dataset import Table
from personalize_emulator.recipes.errors import InvalidJob
from personalize_emulator.recipes.eventlog import EventLog, Floats, Strings

WORTH_PRIOR = 1.0
"""Events of usual weight that every item is taken to have."""

STEPS = {"OFF": 0.0, "LOW": 0.25, "MEDIUM": 0.5, "HIGH": 1.0}


def bonus_of(items: Table | None, log: EventLog, config: Mapping[str, Any]) -> Floats | None:
    """(n_items,) what is added to each item's log-odds; None where all items are worth the same.

    Raises:
        InvalidJob: the objective names no numeric column of the items.
    """
    parts = [_objective(items, log.item_ids, config), _worth(log)]
    found = [part for part in parts if part is not None]
    return np.sum(found, axis=0, dtype=np.float32) if found else None


def _worth(log: EventLog) -> Floats | None:
    """The log of what an event with each item weighs on average, as ``eventsConfig`` says.

    With it the order is that of the expected weight: the chance of the event times its weight.
    """
    if not log.n_events or not np.ptp(log.weights):
        return None
    usual = float(log.weights.mean())
    counts = np.bincount(log.items, minlength=log.n_items)
    sums = np.bincount(log.items, log.weights, minlength=log.n_items)
    means = (sums + WORTH_PRIOR * usual) / (counts + WORTH_PRIOR)
    return np.asarray(np.log(means / usual), dtype=np.float32)


def objective_values(
    items: Table | None, item_ids: Strings, config: Mapping[str, Any]
) -> Floats | None:
    """(n_items,) the optimization objective's column; None without an objective.

    Raises:
        InvalidJob: it is no numeric column of the items.
    """
    column = (config.get("optimizationObjective") or {}).get("itemAttribute")
    return _values(items, item_ids, column) if column else None


def _objective(items: Table | None, item_ids: Strings, config: Mapping[str, Any]) -> Floats | None:
    """Steps along the optimization objective's column; None where it is worth none."""
    values = objective_values(items, item_ids, config)
    objective = config.get("optimizationObjective") or {}
    step = STEPS[objective.get("objectiveSensitivity") or "OFF"]
    if values is None or step == 0 or not np.ptp(values):
        return None
    return np.asarray(step * (values - values.mean()) / values.std(), dtype=np.float32)


def _values(items: Table | None, item_ids: Strings, column: str) -> Floats:
    """(n_items,) the objective's column; its mean where it is unknown."""
    if items is None or column not in items.columns or items.columns[column].dtype.kind not in "fi":
        raise InvalidJob(f"the items dataset has no numeric column {column!r} to optimize for")
    known = dict(zip(items.ids.tolist(), items.columns[column].tolist(), strict=True))
    found = np.array([known.get(item_id, np.nan) for item_id in item_ids.tolist()])
    usual = np.nanmean(found) if not np.isnan(found).all() else 0.0
    return np.where(np.isnan(found), usual, found).astype(np.float32)
