"""Which users want this? Item-Affinity and Item-Attribute-Affinity.

Metrics: of the newest fifth of everybody's events, each item that somebody touched asks for its
users. ``hits`` counts those found among the best share of all users, ``recall`` the share of those
there were. The developer guide defines both for user segmentation; the names with percents are
inferred from it.
"""

from collections.abc import Iterator, Mapping

import numpy as np
from numpy.typing import NDArray

from personalize_emulator.evaluation.evaluate import Ask
from personalize_emulator.evaluation.metrics import MetricTable
from personalize_emulator.evaluation.split import Split, hold_out_newest
from personalize_emulator.recipes.dataset import Dataset
from personalize_emulator.recipes.eventlog import EventLog
from personalize_emulator.recipes.models.affinity import AffinityModel
from personalize_emulator.recipes.models.base import BaseModel
from personalize_emulator.recipes.models.personal import PersonalModel
from personalize_emulator.recipes.options import Options
from personalize_emulator.recipes.recipe import Fit, Recipe, Tune

PERCENTS = (1, 5)
# Items that are asked about: enough for a steady mean, few enough for a large catalogue.
ASKED = 200


def tune_affinity(personal: Tune) -> Tune:
    """The tuning of a personal recipe, its models asked the other way round."""

    def tune(recipe: str, data: Dataset, options: Options) -> Fit:
        fit = personal(recipe, data, options)
        return lambda fitted: AffinityModel.of(recipe, _personal(fit(fitted)), fitted.items)

    return tune


def _personal(model: BaseModel) -> PersonalModel:
    assert isinstance(model, PersonalModel)  # noqa: S101 - what personal recipes fit
    return model


def measure_segments(model: BaseModel, split: Split, ask: Ask) -> MetricTable:
    """Hits and recall of the users found for each of the most touched items."""
    del ask
    assert isinstance(model, AffinityModel)  # noqa: S101 - what these recipes fit
    asked = np.argsort(-np.bincount(split.truth.items, minlength=split.truth.n_items))[:ASKED]
    chances = model.affinities_each(asked.astype(np.int32))
    rows = [
        row
        for place, item in enumerate(asked.tolist())
        for row in _found(model, split, item, chances[:, place])
    ]
    return MetricTable(_by_name(rows), {}, len(asked) / max(1, split.truth.n_items))


def _found(
    model: AffinityModel, split: Split, item: int, chances: NDArray[np.float64]
) -> Iterator[Mapping[str, float]]:
    """Yield the metrics of one item, if anybody touched it in the newest events."""
    wanted = set(split.truth.user_ids[np.unique(split.truth.rows[split.truth.items == item])])
    if not wanted:
        return
    users = model.personal.histories.user_ids[np.argsort(-chances, kind="stable")]
    metrics: dict[str, float] = {}
    for percent in PERCENTS:
        count = max(1, len(users) * percent // 100)
        hits = len(wanted & set(users[:count].tolist()))
        metrics[f"hits_at_{percent}_percent"] = float(hits)
        metrics[f"recall_at_{percent}_percent"] = hits / len(wanted)
    yield metrics


def _by_name(rows: list[Mapping[str, float]]) -> dict[str, NDArray[np.float64]]:
    names = rows[0] if rows else ()
    return {name: np.array([row[name] for row in rows]) for name in names}


def hold_out_newest_events(log: EventLog, *, seed: int) -> Split:
    """The newest fifth of everybody's events; nothing is left to chance."""
    del seed
    return hold_out_newest(log)


def segmentation_recipes(personal: Tune) -> dict[str, Recipe]:
    """Both recipes over the tuning of a personal one."""
    recipe = Recipe(
        tune_affinity(personal),
        measure=measure_segments,
        hold_out=hold_out_newest_events,
        kin="affinity",
    )
    return {"aws-item-affinity": recipe, "aws-item-attribute-affinity": recipe}
