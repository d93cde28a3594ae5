"""An execution's history holds what happens inside Map iterations too, and what followed what.

MiniStack records only the states of the outer level, and two threads may give their events one id.
On AWS every state of every iteration is an event, each event names the one before it in its branch
(`previousEventId`), and an iteration is framed by MapIterationStarted and its end
(https://docs.aws.amazon.com/step-functions/latest/apireference/API_HistoryEvent.html). Progress,
the count of transitions and the timeline are read from there, here as on AWS.
"""

import copy
import json
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from typing import Any

from ministack.core.responses import now_iso
from ministack.services import stepfunctions

from localcloud.server.extensions.patching import Untyped, private, replace

State = dict[str, Any]

_WITH_EXECUTION = ("Task", "Parallel", "Map")
_TERMINAL = ("Succeed", "Fail")

# The last event of this branch, as (execution, event id); threads start with a copy of their
# parent's, so the first event of an iteration follows the Map's own.
_previous: ContextVar[tuple[str, int]] = ContextVar("previous_event", default=("", 0))
# The iteration this branch belongs to: the very object in its context, whatever its index.
_iteration: ContextVar[State | None] = ContextVar("iteration", default=None)
_lock = threading.Lock()


def install() -> None:
    """Replace `_add_event` and `_run_sub_machine`."""
    replace(stepfunctions, "_add_event", _linked(private(stepfunctions, "_add_event")))
    replace(
        stepfunctions, "_run_sub_machine", _recorded(private(stepfunctions, "_run_sub_machine"))
    )


def _linked(add_event: Untyped) -> Untyped:
    def linked(execution: State, kind: str, details: State | None = None) -> State:
        arn, last = _previous.get()
        with _lock:
            event: State = add_event(execution, kind, details)
        event["previousEventId"] = last if arn == execution["executionArn"] else 0
        _previous.set((execution["executionArn"], event["id"]))
        return event

    return linked


def _recorded(run_sub_machine: Untyped) -> Untyped:
    def recorded(
        states: dict[str, State], start: str, given: Untyped, execution: State, ctx: State
    ) -> Untyped:
        name, data = start, copy.deepcopy(given)
        with _framed(execution, ctx):
            while name:
                state = states.get(name, {})
                kind = str(state.get("Type"))
                ctx["State"] = {"Name": name, "EnteredTime": now_iso(), "RetryCount": 0}
                _add(execution, f"{kind}StateEntered", "stateEntered", name=name, input=data)
                if not state or kind in _TERMINAL:
                    return run_sub_machine(
                        {name: state} if state else {}, name, data, execution, ctx
                    )
                data, following = _execute(state, data, execution, ctx)
                _add(execution, f"{kind}StateExited", "stateExited", name=name, output=data)
                name = following
        return data

    return recorded


def _execute(state: State, data: Untyped, execution: State, ctx: State) -> tuple[Untyped, str]:
    """What the state puts out, and the state that follows (None at the end)."""
    kind = state["Type"]
    execute = private(stepfunctions, f"_execute_{kind.lower()}")
    arguments = (execution, ctx) if kind in _WITH_EXECUTION else (ctx,)
    output, following = execute(state, data, *arguments)
    return output, following


@contextmanager
def _framed(execution: State, ctx: State) -> Iterator[None]:
    """Frame an iteration by its events; a branch of a Parallel has none."""
    iteration = ctx.get("Map")
    if iteration is None or iteration is _iteration.get():
        yield
        return
    _iteration.set(iteration)
    detail = {"name": ctx["State"]["Name"], "index": iteration["Item"]["Index"]}
    _add(execution, "MapIterationStarted", "mapIterationStarted", **detail)
    try:
        yield
    except Exception:
        _add(execution, "MapIterationFailed", "mapIterationFailed", **detail)
        raise
    _add(execution, "MapIterationSucceeded", "mapIterationSucceeded", **detail)


def _add(execution: State, kind: str, prefix: str, **details: Untyped) -> None:
    """Add an event; data travel as JSON text, as in the service's own."""
    texts = {
        key: json.dumps(value) if key in ("input", "output") else value
        for key, value in details.items()
    }
    private(stepfunctions, "_add_event")(execution, kind, {f"{prefix}EventDetails": texts})
