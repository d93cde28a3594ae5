"""Which events a solution trains on, and how much each counts."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from personalize_emulator.recipes.dataset import Columns
from personalize_emulator.recipes.errors import InsufficientData
from personalize_emulator.recipes.eventlog import EventLog

MIN_INTERACTIONS = 1_000
MIN_USERS = 25
MIN_EVENTS_OF_USER = 2
"""Minima of the service: Amazon Personalize endpoints and quotas, developer guide (2025)."""

IMPRESSION = "IMPRESSION"
RESERVED = frozenset(
    {"USER_ID", "ITEM_ID", "TIMESTAMP", "EVENT_TYPE", "EVENT_VALUE"}
    | {"RECOMMENDATION_ID", "EVENT_ATTRIBUTION_SOURCE"}
)
"""Columns of interactions with a meaning of their own; what was shown, and all others, are kept."""


@dataclass(frozen=True)
class EventRule:
    """Events of one type (None: any) from a value on, and the weight that they carry."""

    event_type: str | None = None
    threshold: float | None = None
    weight: float = 1.0

    def matches(self, columns: Columns) -> NDArray[np.bool_]:
        """(n_events,) which events the rule is about. An event without a value reaches none."""
        mask = np.ones(len(columns["ITEM_ID"]), dtype=np.bool_)
        if self.event_type is not None:
            types = columns.get("EVENT_TYPE")
            mask &= False if types is None else types == self.event_type
        if self.threshold is not None:
            values = columns.get("EVENT_VALUE")
            mask &= False if values is None else values >= self.threshold
        return mask


def context_columns(columns: Columns) -> frozenset[str]:
    """Names of the columns that say what was so, or was shown, at the time of an event."""
    return frozenset(columns.keys() - RESERVED)


def event_rules(event_type: str | None, config: Mapping[str, Any]) -> list[EventRule]:
    """The rules of a solution: ``eventsConfig`` if given, else ``eventType`` and its threshold."""
    configured = config.get("eventsConfig", {}).get("eventParametersList", [])
    if configured:
        return [
            EventRule(
                entry.get("eventType"), entry.get("eventValueThreshold"), entry.get("weight", 1.0)
            )
            for entry in configured
        ]
    threshold = config.get("eventValueThreshold")
    return [EventRule(event_type, None if threshold is None else float(threshold))]


def select_events(
    columns: Columns,
    rules: list[EventRule],
    *,
    catalogue: NDArray[np.str_] | None = None,
    contexts: frozenset[str] = frozenset(),
) -> EventLog:
    """The log of the events that some rule matches, each with its first rule's weight.

    Args:
        columns: the interactions, one array a column.
        rules: tried in order; a weight of 0 leaves its events out.
        catalogue: ids of the Items dataset.
        contexts: names of the contextual columns to carry along.
    """
    weights = np.zeros(len(columns["ITEM_ID"]), dtype=np.float32)
    for rule in reversed(rules):
        weights[rule.matches(columns)] = rule.weight
    chosen = weights > 0
    kept = slice(None) if chosen.all() else chosen  # no second copy of millions of rows
    types = columns.get("EVENT_TYPE")
    return EventLog.from_columns(
        columns["USER_ID"][kept],
        columns["ITEM_ID"][kept],
        columns["TIMESTAMP"][kept],
        weights=weights[kept],
        types=None if types is None else types[kept],
        contexts={name: columns[name][kept] for name in sorted(contexts & columns.keys())},
        catalogue=catalogue,
    )


def require_enough(
    log: EventLog,
    *,
    interactions: int = MIN_INTERACTIONS,
    users: int = MIN_USERS,
    of_each: int = MIN_EVENTS_OF_USER,
) -> None:
    """Refuse what the service would refuse.

    Args:
        log: what is to be trained on.
        interactions: events that there have to be.
        users: who there have to be at least,
        of_each: with so many events each.

    Raises:
        InsufficientData: says which minimum is missed, and by how much.
    """
    if log.n_events < interactions:
        raise InsufficientData(
            f"Dataset has fewer than {interactions} interactions after filtering by event type"
            f" and event value: {log.n_events}."
        )
    usable = int(np.sum(log.lengths >= of_each))
    if usable < users:
        raise InsufficientData(
            f"Dataset has fewer than {users} unique users with at least {of_each}"
            f" interactions each: {usable}."
        )
