"""Which interactions a solution trains on, and whether they are enough.

Sources: API reference, CreateSolution (eventType, eventValueThreshold, eventsConfig); developer
guide, "Common error messages" for the words.
"""

from collections.abc import Mapping
from typing import Any

import numpy as np
from numpy.typing import NDArray

from personalize_emulator.data.table import Table
from personalize_emulator.errors import JobFailed
from personalize_emulator.quotas import Quotas

Mask = NDArray[np.bool_]


def selected(
    interactions: Table, event_type: str | None, solution_config: Mapping[str, Any]
) -> Mask:
    """Return which rows pass the solution's event types and thresholds, (n_rows,)."""
    keep = np.ones(len(interactions), dtype=bool)
    if event_type is not None:
        keep &= _of_type(interactions, event_type)
    if threshold := solution_config.get("eventValueThreshold"):
        keep &= _reaches(interactions, float(threshold))
    events = solution_config.get("eventsConfig", {}).get("eventParametersList", [])
    if events:
        keep &= np.logical_or.reduce([_matches(interactions, event) for event in events])
    return keep


def check_sufficient(
    interactions: Table, keep: Mask, quotas: Quotas, event_type: str | None
) -> None:
    """Raise JobFailed where the service would not train for lack of data."""
    if (count := int(keep.sum())) < quotas.minimum_interactions:
        by_type = f" after filtering by event type: {event_type}" if event_type else ""
        msg = (
            f"Dataset has fewer than {quotas.minimum_interactions} interactions{by_type}. "
            f"It has {count}."
        )
        raise JobFailed(msg)
    least = quotas.minimum_interactions_a_user
    _, counts = np.unique(interactions["USER_ID"][keep], return_counts=True)
    if int((counts >= least).sum()) < quotas.minimum_users:
        msg = (
            f"Create failed. Dataset has fewer than {quotas.minimum_users} users with at least "
            f"{least} interactions each."
        )
        raise JobFailed(msg)


def _of_type(interactions: Table, event_type: str) -> Mask:
    types = interactions.columns.get("EVENT_TYPE")
    if types is None:
        return np.zeros(len(interactions), dtype=bool)
    return np.asarray(types == event_type)


def _reaches(interactions: Table, threshold: float) -> Mask:
    values = interactions.columns.get("EVENT_VALUE")
    if values is None:
        return np.zeros(len(interactions), dtype=bool)
    return np.asarray(values >= threshold)


def _matches(interactions: Table, event: Mapping[str, Any]) -> Mask:
    keep = _of_type(interactions, event["eventType"])
    if (threshold := event.get("eventValueThreshold")) is not None:
        keep &= _reaches(interactions, threshold)
    return keep
