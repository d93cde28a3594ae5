"""How much of what people take up is worth much: the metric of an optimization objective.

For each held-out user: what their hits among the 25 most rewarding of the recommended items are
worth, divided by what all of their hits are worth. Source: "Optimizing a solution for an additional
objective", Amazon Personalize developer guide. How many items are recommended for it is not said;
here as many as a campaign returns at most (inferred). Users without a hit have no value.
"""

from dataclasses import replace

import numpy as np
from numpy.typing import NDArray

from personalize_emulator.evaluation.evaluate import Ask
from personalize_emulator.evaluation.metrics import MetricTable
from personalize_emulator.evaluation.split import Split
from personalize_emulator.recipes.contract import Model

NAME = "average_rewards_at_k"
TOP = 25
RECOMMENDED = 500


def with_rewards(
    table: MetricTable, model: Model, split: Split, ask: Ask, values: NDArray[np.floating]
) -> MetricTable:
    """The table with the metric; as it was where no user has a rewarding hit.

    Args:
        table: the other metrics.
        model: what was measured.
        split: on whom.
        ask: how they were asked.
        values: (n_items,) the objective's column, aligned with the split's items.
    """
    # Rewards are above 0, whatever the column's unit.
    worth = values - min(0.0, float(np.min(values, initial=0)))
    shares = [_share(model, split, ask, row, worth) for row in range(split.given.n_users)]
    known = np.array([share for share in shares if share is not None])
    if not len(known):
        return table
    return replace(table, service={**table.service, NAME: known})


def _share(
    model: Model, split: Split, ask: Ask, row: int, worth: NDArray[np.floating]
) -> float | None:
    request = replace(ask(split.given, row), num_results=RECOMMENDED)
    names = [item.item_id for item in model.recommend(request)]
    places = np.searchsorted(split.given.item_ids, names)
    taken = np.isin(places, split.relevant(row))
    total = float(worth[places][taken].sum())
    if total <= 0:
        return None
    top = np.argsort(-worth[places], kind="stable")[:TOP]
    return float(worth[places[top]][taken[top]].sum()) / total
