"""What an execution's history says: which stage ran where and when, and what waits for what.

A stage is named after the Lambda function that its task calls (`<pipeline>-train` is `train`);
choices, waits and looks at a service belong to the stage before them. A lane is the run itself, or
one iteration of a Map: a file that is imported, a solution that is trained.
"""

import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

Event = Mapping[str, Any]
RUN = ""
_FUNCTION = ":function:"


@dataclass(frozen=True, slots=True)
class Span:
    """A stage in its lane; `ended` is None while it runs."""

    stage: str
    lane: str
    started: datetime
    ended: datetime | None

    @property
    def seconds(self) -> float | None:
        """How long it took, None while it runs."""
        return None if self.ended is None else (self.ended - self.started).total_seconds()


@dataclass(slots=True)
class Lane:
    """Where a lane is: its stage, the state it is in, and how often it has waited there."""

    name: str
    stage: str = ""
    state: str = ""
    waits: int = 0
    finished: bool = False
    spans: list[Span] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class History:
    """One execution so far: its lanes in order of their start, and its state transitions."""

    lanes: tuple[Lane, ...]
    transitions: int

    @property
    def spans(self) -> tuple[Span, ...]:
        """All stages of all lanes, by their start."""
        spans = [span for lane in self.lanes for span in lane.spans]
        return tuple(sorted(spans, key=lambda span: span.started))

    @property
    def stage_seconds(self) -> dict[str, float]:
        """How long each stage was at work, by its start; side by side counts once."""
        seconds: dict[str, float] = {}
        until: dict[str, datetime] = {}
        for span in self.spans:
            ended = span.ended or span.started
            begin = max(span.started, until.get(span.stage, span.started))
            more = max(0.0, (ended - begin).total_seconds())
            seconds[span.stage] = seconds.get(span.stage, 0.0) + more
            until[span.stage] = max(ended, until.get(span.stage, ended))
        return seconds


def stages_of(definition: Mapping[str, Any], pipeline: str) -> dict[str, str]:
    """The stage of each state that calls one of the pipeline's functions.

    Args:
        definition: The state machine, as DescribeStateMachine gives it.
        pipeline: The pipeline's name, the beginning of its functions' names.
    """
    stages: dict[str, str] = {}
    for name, state in _states(definition):
        reference = str(state.get("Arguments", {}).get("FunctionName", ""))
        if _FUNCTION in reference:
            function = reference.partition(_FUNCTION)[2].partition(":")[0]
            stages[name] = function.removeprefix(f"{pipeline}-")
    return stages


def _states(definition: Mapping[str, Any]) -> Iterator[tuple[str, Mapping[str, Any]]]:
    for name, state in definition.get("States", {}).items():
        yield name, state
        yield from _states(state.get("ItemProcessor", {}))
        for branch in state.get("Branches", ()):
            yield from _states(branch)


def read_history(events: Sequence[Event], stages: Mapping[str, str]) -> History:
    """Follow every branch of a history.

    Args:
        events: All events, by id, as GetExecutionHistory gives them.
        stages: See `stages_of`.
    """
    lanes: dict[str, Lane] = {RUN: Lane(RUN)}
    lane_of: dict[int, str] = {0: RUN}
    for event in events:
        lane = lane_of.get(event.get("previousEventId", 0), RUN)
        kind = str(event["type"])
        if kind == "MapIterationStarted":
            lane = _iteration(event, events)
            lanes[lane] = Lane(lane)
        elif kind.startswith("MapIteration"):
            _finish(lanes[lane], event)
            lane = RUN
        elif kind.startswith("Execution") and kind != "ExecutionStarted":
            for open_lane in lanes.values():
                _finish(open_lane, event)
        elif kind.endswith("StateEntered"):
            _enter(lanes[lane], event, stages)
        lane_of[event["id"]] = lane
    return History(tuple(lanes.values()), transitions=_transitions(events))


def _enter(lane: Lane, event: Event, stages: Mapping[str, str]) -> None:
    name = event["stateEnteredEventDetails"]["name"]
    # A Map is in no stage: its iterations, each a lane of its own, say what goes on.
    stage = "" if event["type"] == "MapStateEntered" else stages.get(name, lane.stage)
    if stage != lane.stage:
        _close(lane, event)
        if stage:
            lane.spans.append(Span(stage, lane.name, event["timestamp"], None))
        lane.waits = 0
    lane.stage, lane.state = stage, name
    lane.waits += event["type"] == "WaitStateEntered"


def _close(lane: Lane, event: Event) -> None:
    if lane.spans and lane.spans[-1].ended is None:
        last = lane.spans[-1]
        lane.spans[-1] = Span(last.stage, last.lane, last.started, event["timestamp"])


def _finish(lane: Lane, event: Event) -> None:
    _close(lane, event)
    lane.finished = True


def _iteration(started: Event, events: Iterable[Event]) -> str:
    """A name for people: what the iteration's first state is given says what it is about."""
    details = started["mapIterationStartedEventDetails"]
    for event in events:
        if event.get("previousEventId") == started["id"] and "stateEnteredEventDetails" in event:
            given = json.loads(event["stateEnteredEventDetails"].get("input") or "{}")
            name = given.get("name") or given.get("file", {}).get("dataset")
            if name:
                return str(name)
    return f"{details['name']} {details['index']}"


def _transitions(events: Iterable[Event]) -> int:
    return sum(1 for event in events if str(event["type"]).endswith("StateEntered"))
