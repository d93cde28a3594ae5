"""Which ways the executions of each state machine went: the states entered, and from where."""

import json
import threading
from collections import defaultdict
from dataclasses import dataclass, field
from typing import Any

from ministack.services import stepfunctions

from localcloud.server.extensions.map_runs import machine_of
from localcloud.server.extensions.patching import Untyped, private, replace

Transition = tuple[str, str]


@dataclass
class Paths:
    """Listens to every event of every execution.

    Attributes:
        entered: A state machine's name → the states that were entered.
        taken: A state machine's name → the transitions that were taken.
        definitions: A state machine's name → its definition when it last started.
    """

    entered: defaultdict[str, set[str]] = field(default_factory=lambda: defaultdict(set))
    taken: defaultdict[str, set[Transition]] = field(default_factory=lambda: defaultdict(set))
    definitions: dict[str, Any] = field(default_factory=dict)
    _lock: threading.Lock = field(default_factory=threading.Lock)

    def install(self) -> None:
        """Replace `_add_event`; after `iteration_history`, which links the events of a branch."""
        add_event = private(stepfunctions, "_add_event")
        machines = private(stepfunctions, "_state_machines")
        # Execution → event → the state in which it happened.
        states: defaultdict[str, dict[int, str]] = defaultdict(dict)

        def listening(execution: Any, kind: str, details: Any = None) -> Untyped:  # noqa: ANN401
            event = add_event(execution, kind, details)
            arn = machine_of(execution)
            machine = arn.rpartition(":")[2]
            with self._lock:
                self._note(machine, states[execution["executionArn"]], event)
                if kind == "ExecutionStarted" or machine not in self.definitions:
                    definition = machines[arn]["definition"]
                    self.definitions[machine] = json.loads(definition)
            return event

        replace(stepfunctions, "_add_event", listening)

    def evidence(self) -> dict[str, Any]:
        """Each state machine with what of it was visited, as JSON."""
        with self._lock:
            return {
                name: {
                    "definition": definition,
                    "entered": sorted(self.entered[name]),
                    "taken": sorted(self.taken[name]),
                }
                for name, definition in self.definitions.items()
            }

    def _note(self, machine: str, states: dict[int, str], event: dict[str, Any]) -> None:
        before = states.get(event.get("previousEventId", 0), "")
        details = event.get("stateEnteredEventDetails") or event.get("stateExitedEventDetails")
        states[event["id"]] = details["name"] if details else before
        if event["type"].endswith("StateEntered"):
            self.entered[machine].add(states[event["id"]])
            self.taken[machine].add((before, states[event["id"]]))
