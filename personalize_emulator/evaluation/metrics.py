"""Offline metrics under the service's names, and the textbook's beside them.

The service's nDCG divides by the DCG of *the recommended list itself*, sorted by relevance, and
not by that of the best possible list: a list with one hit, at rank one, scores 1 however much was
missed. The developer guide words it so, and the service's published figures fit only this reading
(inferred). The textbook's (Järvelin and Kekäläinen 2002) divides by the best possible list.

Hits are boolean (n_users, k) arrays: whether the item at each rank is one that the user touched.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Hits = NDArray[np.bool_]
PerUser = NDArray[np.float64]

CUTOFFS = (5, 10, 25)
LONGEST = max(CUTOFFS)


def reciprocal_rank(hits: Hits) -> PerUser:
    """1 / rank of the first hit, 0 without one; (n_users,)."""
    first = np.argmax(hits, axis=1) + 1.0
    return np.where(hits.any(axis=1), 1 / first, 0.0)


def precision(hits: Hits) -> PerUser:
    """Hits / k; (n_users,)."""
    return np.asarray(hits.mean(axis=1))


def service_ndcg(hits: Hits) -> PerUser:
    """DCG of the list / DCG of the same list with its hits moved to the front; 0 without a hit."""
    return _dcg(hits) / _ideal(hits.sum(axis=1), hits.shape[1])


def textbook_ndcg(hits: Hits, relevant: NDArray[np.int64]) -> PerUser:
    """DCG of the list / DCG of the best list there could be; NaN where nothing is relevant."""
    ideal = _ideal(np.minimum(relevant, hits.shape[1]), hits.shape[1])
    return np.where(relevant > 0, _dcg(hits) / ideal, np.nan)


def _dcg(hits: Hits) -> PerUser:
    return np.asarray(hits @ _discounts(hits.shape[1]))


def _ideal(hit_counts: NDArray[np.int64], k: int) -> PerUser:
    totals = np.concatenate([[1.0], np.cumsum(_discounts(k))])  # 1 where no hit: 0 / 1 = 0
    return np.asarray(totals[hit_counts])


def _discounts(k: int) -> PerUser:
    return 1 / np.log2(np.arange(2, k + 2))


@dataclass(frozen=True)
class MetricTable:
    """Every metric of one evaluation, user by user.

    Args:
        service: the service's metric names to (n_users,) values, coverage excepted.
        textbook: metric names that the service does not use to (n_users,) values.
        coverage: distinct items that appeared in any list / all items.
    """

    service: Mapping[str, PerUser]
    textbook: Mapping[str, PerUser]
    coverage: float

    @property
    def metrics(self) -> dict[str, float]:
        """What GetSolutionMetrics reports: means over the held-out users, and coverage."""
        means = {name: float(np.mean(values)) for name, values in self.service.items()}
        return {"coverage": self.coverage, **means}

    @property
    def textbook_metrics(self) -> dict[str, float]:
        """Means over the held-out users, under names that cannot be mistaken for the service's."""
        return {name: float(np.nanmean(values)) for name, values in self.textbook.items()}


def tabulate(hits: Hits, relevant: NDArray[np.int64], coverage: float) -> MetricTable:
    """All metrics of (n_users, 25) hits, where user ``u`` has ``relevant[u]`` items to be hit."""
    service: dict[str, PerUser] = {"mean_reciprocal_rank_at_25": reciprocal_rank(hits)}
    for name, metric in _SERVICE_AT_K.items():
        service |= {f"{name}_at_{k}": metric(hits[:, :k]) for k in CUTOFFS}
    textbook = {f"textbook_ndcg_at_{k}": textbook_ndcg(hits[:, :k], relevant) for k in CUTOFFS}
    return MetricTable(service, textbook, coverage)


_SERVICE_AT_K: Mapping[str, Callable[[Hits], PerUser]] = {
    "normalized_discounted_cumulative_gain": service_ndcg,
    "precision": precision,
}
