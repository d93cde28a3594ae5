"""Variables of a map's iterations, told apart from those around it.

Step Functions refuses a definition in which an inner scope assigns a variable of an outer scope's
name (developer guide, "Passing data between states with variables"). Stages may be used inside a
map and outside, so the map renames what its iterations assign.
"""

import re
from typing import Any

from stacks.workflow.states import States

_VARIABLE = re.compile(r"\$([A-Za-z_]\w*)")


def scoped(scope: str, states: States) -> States:
    """Return an iteration's states with its variables named ``<scope>_<name>``.

    What the states read without assigning it stays: it comes from around the map.
    """
    own = assigned(states)

    def renamed(match: re.Match[str]) -> str:
        return f"${scope}_{match[1]}" if match[1] in own else match[0]

    def walk(value: Any) -> Any:  # noqa: ANN401 - any value of the states language
        if isinstance(value, str) and value.startswith("{%"):
            return _VARIABLE.sub(renamed, value)
        if isinstance(value, list):
            return [walk(item) for item in value]
        if isinstance(value, dict):
            return {key: _walk_entry(key, item) for key, item in value.items()}
        return value

    def _walk_entry(key: str, value: Any) -> Any:  # noqa: ANN401 - as above
        if key == "Assign":
            return {f"{scope}_{name}": walk(item) for name, item in value.items()}
        return walk(value)

    return {name: walk(state) for name, state in states.items()}


def assigned(states: States) -> set[str]:
    """Return the variables that states assign, by an Assign of their own, a rule's or a catch's."""
    names: set[str] = set()
    for state in states.values():
        for place in (state, *state.get("Choices", ()), *state.get("Catch", ())):
            names |= set(place.get("Assign", {}))
    return names
