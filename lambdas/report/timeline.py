"""The timeline of a run, out of the execution's own history.

A stage lasts from the moment its first state is entered until the next stage's is; each solution of
the map has a lane of its own.
"""

from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime
from typing import Any

from lambdas.report.model import Stage
from lambdas.report.raw import Run
from lambdas.shared.clients import Client
from lambdas.shared.errors import named_errors

# The states that begin a stage; a test holds that the state machine has them.
BEGINNINGS = {
    "Validate the drop": "validate",
    "Estimate the cost": "price",
    "Ensure the dataset group": "import",
    "Ensure the solution": "train",
    "Judge the version": "promote",
    "Make a trial campaign": "try",
    "Ask for approval": "wait for approval",
    "Ensure the campaign": "serve",
}
# The states that end whatever was under way in their lane.
ENDS = frozenset(
    {
        *("For each solution", "Write the report"),
        *("It serves", "It does not serve", "The old version serves on"),
        *("It is not trained", "It is trained"),
    }
)
Event = Mapping[str, Any]


def stages_of(run: Run, stepfunctions: Client) -> list[Stage]:
    """Return the stages of the execution so far, in the order of their beginning."""
    pages = stepfunctions.get_paginator("get_execution_history").paginate(
        executionArn=run.execution, maxResults=1000, includeExecutionData=False
    )
    with named_errors():
        events = [event for page in pages for event in page["events"]]
    names = [str(solution["name"]) for solution in run.solutions]
    return sorted(_stages(events, names), key=lambda stage: stage.started_at)


def _stages(events: Sequence[Event], names: Sequence[str]) -> Iterator[Stage]:
    """Yield each stage; ``names`` are the solutions in the order of the map."""
    lanes = _lanes(events)
    open_stages: dict[int, tuple[str, datetime]] = {}
    for event in events:
        entered = event.get("stateEnteredEventDetails", {}).get("name")
        if entered not in BEGINNINGS and entered not in ENDS:
            continue
        lane, now = lanes[event["id"]], event["timestamp"]
        if lane in open_stages:
            name, since = open_stages.pop(lane)
            solution = names[lane] if 0 <= lane < len(names) else ""
            yield Stage(name=name, lane=solution, started_at=since, ended_at=now)
        if entered in BEGINNINGS:
            open_stages[lane] = (BEGINNINGS[entered], now)


def _lanes(events: Sequence[Event]) -> dict[int, int]:
    """Return the iteration of the solutions' map that each event belongs to; -1 for none.

    An event follows the iteration of the one before it, until that iteration ends.
    """
    lanes = {0: -1}
    for event in events:
        started = event.get("mapIterationStartedEventDetails", {})
        if started.get("name") == "For each solution":
            lanes[event["id"]] = started["index"]
        elif event["type"].startswith("MapState"):
            lanes[event["id"]] = -1
        else:
            lanes[event["id"]] = lanes.get(event.get("previousEventId", 0), -1)
    return lanes
