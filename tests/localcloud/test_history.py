"""Stages, lanes and transitions read out of an execution's history."""

import json
from datetime import UTC, datetime, timedelta
from typing import Any

from localcloud.pipeline.history import read_history, stages_of

BEGAN = datetime(2026, 1, 1, tzinfo=UTC)
STAGES = {"Look": "validate", "Train": "train", "Report": "report"}


def event(number: int, previous: int, kind: str, second: float, **details: Any) -> dict[str, Any]:
    return {
        "id": number,
        "previousEventId": previous,
        "type": kind,
        "timestamp": BEGAN + timedelta(seconds=second),
        **details,
    }


def entered(
    number: int, previous: int, state: str, second: float, given: Any = None
) -> dict[str, Any]:
    """`state` is the type and the name: "Task Look"."""
    kind, name = state.split(" ", 1)
    details = {"name": name, "input": json.dumps(given or {})}
    return event(number, previous, f"{kind}StateEntered", second, stateEnteredEventDetails=details)


def iteration(number: int, second: float, index: int) -> dict[str, Any]:
    details = {"name": "Each", "index": index}
    return event(number, 4, "MapIterationStarted", second, mapIterationStartedEventDetails=details)


EVENTS = [
    event(1, 0, "ExecutionStarted", 0),
    entered(2, 1, "Task Look", 0),
    event(3, 2, "TaskStateExited", 2),
    entered(4, 3, "Map Each", 2),
    iteration(5, 2, 0),
    iteration(6, 2, 1),
    entered(7, 5, "Task Train", 2, {"name": "similar"}),
    entered(8, 6, "Task Train", 3, {"name": "popular"}),
    entered(9, 7, "Wait Pause", 4),
    entered(10, 9, "Wait Pause", 5),
    event(11, 10, "MapIterationSucceeded", 7),
    event(12, 8, "MapIterationSucceeded", 9),
    entered(13, 12, "Task Report", 9),
    event(14, 13, "ExecutionSucceeded", 10),
]


def test_the_stage_of_a_state_is_the_function_it_calls() -> None:
    arn = "arn:aws:lambda:us-east-1:000000000000:function:films-"
    inner = {"Train": {"Arguments": {"FunctionName": f"{arn}train"}}, "Wait": {}}
    definition = {
        "States": {
            "Look": {"Arguments": {"FunctionName": f"{arn}validate:7"}},
            "Each": {"ItemProcessor": {"States": inner}},
            "Publish": {"Arguments": {"TopicArn": "arn:aws:sns:…"}},
        }
    }

    assert stages_of(definition, "films") == {"Look": "validate", "Train": "train"}


def test_each_iteration_is_a_lane_named_after_what_it_is_about() -> None:
    history = read_history(EVENTS, STAGES)

    assert [lane.name for lane in history.lanes] == ["", "similar", "popular"]
    assert [(s.stage, s.lane, s.seconds) for s in history.spans] == [
        ("validate", "", 2.0),
        ("train", "similar", 5.0),
        ("train", "popular", 6.0),
        ("report", "", 1.0),
    ]


def test_waits_count_as_polls_of_the_stage_before_them() -> None:
    history = read_history(EVENTS[:10], STAGES)

    similar = history.lanes[1]
    assert (similar.stage, similar.state, similar.waits) == ("train", "Pause", 2)
    assert not similar.finished


def test_time_side_by_side_counts_once() -> None:
    assert read_history(EVENTS, STAGES).stage_seconds == {
        "validate": 2.0,
        "train": 7.0,
        "report": 1.0,
    }


def test_every_entered_state_is_a_transition() -> None:
    assert read_history(EVENTS, STAGES).transitions == 7


def test_the_end_of_the_execution_closes_whatever_was_open() -> None:
    failed = [*EVENTS[:10], event(11, 10, "ExecutionFailed", 6)]

    history = read_history(failed, STAGES)

    assert all(lane.finished for lane in history.lanes)
    assert all(span.ended is not None for span in history.spans)
