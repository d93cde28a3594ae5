"""What the service asks of a definition's variables, which no laptop refuses."""

import re
from collections.abc import Iterator
from typing import Any

import pytest

from stacks.workflow.scopes import assigned, scoped
from tests.infrastructure.conftest import Synthesized, flat

Definition = dict[str, Any]


def definitions(stack: Synthesized) -> Iterator[Definition]:
    for machine in stack.of_type("AWS::StepFunctions::StateMachine").values():
        yield stack.definition(flat(machine["Properties"]["StateMachineName"]))


def inner(states: dict[str, Any]) -> Iterator[tuple[str, dict[str, Any]]]:
    for name, state in states.items():
        for scope in (state.get("ItemProcessor"), *state.get("Branches", ())):
            if scope:
                yield name, scope["States"]


def clashes(states: dict[str, Any], around: set[str]) -> Iterator[str]:
    for name, below in inner(states):
        names = around | assigned(states)
        yield from (f"{variable} in {name}" for variable in sorted(assigned(below) & names))
        yield from clashes(below, names)


def test_no_inner_scope_assigns_a_variable_of_an_outer_one(stack: Synthesized) -> None:
    for definition in definitions(stack):
        assert list(clashes(definition["States"], set())) == []


def read(value: Any) -> Iterator[str]:
    """Yield the variables that expressions read, those bound within an expression aside."""
    if isinstance(value, str) and value.startswith("{%"):
        bound = set(re.findall(r"\$(\w+)\s*:=", value))
        used = re.findall(r"\$([A-Za-z_]\w*)\b(?!\()", value)
        yield from (name for name in used if name not in bound and name != "states")
    elif isinstance(value, dict):
        for item in value.values():
            yield from read(item)
    elif isinstance(value, list):
        for item in value:
            yield from read(item)


def unknown(states: dict[str, Any], around: set[str]) -> Iterator[str]:
    known = around | assigned(states)
    for name, state in states.items():
        own = {key: value for key, value in state.items() if key != "ItemProcessor"}
        yield from (f"{variable} in {name}" for variable in read(own) if variable not in known)
    for _, below in inner(states):
        yield from unknown(below, known)


def test_every_variable_that_is_read_is_assigned_somewhere(stack: Synthesized) -> None:
    for definition in definitions(stack):
        assert list(unknown(definition["States"], set())) == []


@pytest.fixture
def states() -> dict[str, Any]:
    return {
        "Take": {"Type": "Pass", "Assign": {"plan": "{% $states.input %}"}, "Next": "Ask"},
        "Ask": {
            "Type": "Task",
            "Arguments": {"a": "{% $plan.name & $run & $planned %}", "b": "$plan is no expression"},
            "Catch": [{"ErrorEquals": ["States.ALL"], "Assign": {"failure": {}}, "Next": "End"}],
        },
    }


def test_a_map_renames_what_its_iterations_assign_and_nothing_else(states: dict[str, Any]) -> None:
    found = scoped("file", states)

    assert found["Take"]["Assign"] == {"file_plan": "{% $states.input %}"}
    assert found["Ask"]["Arguments"] == {
        "a": "{% $file_plan.name & $run & $planned %}",
        "b": "$plan is no expression",
    }
    assert found["Ask"]["Catch"][0]["Assign"] == {"file_failure": {}}
