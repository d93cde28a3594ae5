"""A state machine's definition, taken apart: its scopes, its states and where each leads."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

State = Mapping[str, Any]
TERMINAL = frozenset({"Succeed", "Fail"})


@dataclass(frozen=True)
class Scope:
    """One level: the machine itself, a Parallel's branch, or a Map's iteration.

    States lead only to states of their own scope.
    """

    name: str
    start: str
    states: Mapping[str, State]

    def reachable(self) -> set[str]:
        """The names of the states that some path from the start reaches."""
        found, pending = set(), [self.start]
        while pending:
            name = pending.pop()
            if name not in found:
                found.add(name)
                pending.extend(targets(self.states[name]))
        return found

    def ending(self) -> set[str]:
        """The names of the states from which some path ends."""
        found = {name for name, state in self.states.items() if ends(state)}
        while True:
            more = {n for n, s in self.states.items() if n not in found and found & set(targets(s))}
            if not more:
                return found
            found |= more


def scopes(definition: State, name: str = "the machine") -> Iterator[Scope]:
    """Every scope, the outer before the inner."""
    yield Scope(name, definition["StartAt"], definition["States"])
    for label, state in definition["States"].items():
        for inner in (*state.get("Branches", ()), state.get("ItemProcessor")):
            if inner:
                yield from scopes(inner, f"{name} / {label}")


def targets(state: State) -> Iterator[str]:
    """Where a state may lead: by its Next, its choices, its default and its catches."""
    if "Next" in state:
        yield state["Next"]
    if "Default" in state:
        yield state["Default"]
    for rule in (*state.get("Choices", ()), *state.get("Catch", ())):
        yield rule["Next"]


def ends(state: State) -> bool:
    """Whether a path ends here."""
    return state["Type"] in TERMINAL or state.get("End") is True


def all_states(definition: State) -> Iterator[tuple[str, State]]:
    """Every state of every scope."""
    for scope in scopes(definition):
        yield from scope.states.items()


def transitions(definition: State) -> set[tuple[str, str]]:
    """Every `(state, next state)` that the definition allows."""
    return {(name, to) for name, state in all_states(definition) for to in targets(state)}


def expressions(value: Any) -> Iterator[str]:
    """Every JSONata expression in a state, without its brackets; inner scopes are not entered."""
    if isinstance(value, str) and value.startswith("{%") and value.endswith("%}"):
        yield value[2:-2].strip()
    elif isinstance(value, Mapping):
        for key, item in value.items():
            if key not in {"ItemProcessor", "Branches"}:
                yield from expressions(item)
    elif isinstance(value, list):
        for item in value:
            yield from expressions(item)
