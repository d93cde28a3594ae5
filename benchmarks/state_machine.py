"""A state machine's loop run in virtual time, by its own definition.

Only what a loop of waiting needs: Task, Choice, Wait and Pass, with their JSONata. Every expression
comes from the synthesized definition; nothing of the rule stands here.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from functools import cache
from typing import Any

import jsonata

State = Mapping[str, Any]
Arguments = Mapping[str, Any]
# Events of one state (API reference of Step Functions, HistoryEvent): a Task is entered, scheduled,
# started, has succeeded, is exited; others are entered and exited.
TASK_EVENTS, OTHER_EVENTS = 5, 2


@dataclass
class Execution:
    """One execution on its way.

    Attributes:
        answer: What a Task returns: its state and its evaluated arguments in, ``$states.result``
            out.
        states: The states of one scope of a definition, by their names.
        variables: What is assigned, by the names without ``$``.
        now: Seconds since the beginning of the simulation.
    """

    answer: Callable[["Execution", State, Arguments], Arguments]
    states: Mapping[str, State]
    variables: dict[str, Any]
    now: float = 0.0
    transitions: int = 0
    events: int = 0
    output: Arguments = field(default_factory=dict)

    def run(self, start: str, given: Arguments | None = None) -> str:
        """Run from a state until one that is not in ``states``, or until the end.

        Args:
            start: The first state.
            given: The execution's input.

        Returns:
            The state that would be next; empty at the end.
        """
        name = start
        while name in self.states:
            name = self._pass(self.states[name], given)
        return name

    def _pass(self, state: State, given: Arguments | None) -> str:
        self.transitions += 1
        self.events += TASK_EVENTS if state["Type"] == "Task" else OTHER_EVENTS
        known: dict[str, Any] = {"input": given}
        if state["Type"] == "Task":
            known["result"] = self.answer(
                self, state, self._value(state.get("Arguments", {}), known)
            )
        if state["Type"] == "Wait":
            self.now += self._value(state["Seconds"], known)
        if "Output" in state:
            self.output = self._value(state["Output"], known)
        chosen = self._chosen(state, known)
        # All of a state's assignments see the variables as they were before it.
        self.variables |= self._value(state.get("Assign", {}), known)
        return chosen

    def _chosen(self, state: State, known: Mapping[str, Any]) -> str:
        for rule in state.get("Choices", ()):
            if self._value(rule["Condition"], known):
                return str(rule["Next"])
        return str(state.get("Default", state.get("Next", "")))

    def _value(self, value: Any, known: Mapping[str, Any]) -> Any:  # noqa: ANN401 JSON
        """Return a value with every expression in it evaluated."""
        if isinstance(value, Mapping):
            return {key: self._value(inner, known) for key, inner in value.items()}
        if isinstance(value, list):
            return [self._value(inner, known) for inner in value]
        if not isinstance(value, str) or not value.startswith("{%"):
            return value
        return _compiled(value[2:-2]).evaluate(None, self.variables | {"states": dict(known)})


@cache
def _compiled(expression: str) -> jsonata.Jsonata:
    return jsonata.Jsonata(expression)
