"""The synthesized state machines are sound: every path leads somewhere and ends."""

import re
from collections.abc import Iterator
from typing import Any

import jsonata
import pytest

from tests.infrastructure.asl import TERMINAL, all_states, ends, expressions, scopes, targets
from tests.infrastructure.conftest import Synthesized

# Amazon States Language: the characters a variable's name may have.
ASSIGNED = re.compile(r"\$([A-Za-z_]\w*)")


def machines(stack: Synthesized) -> Iterator[tuple[str, dict[str, Any]]]:
    for machine in stack.of_type("AWS::StepFunctions::StateMachine").values():
        name = machine["Properties"]["StateMachineName"]
        yield name, stack.definition(name)


def test_every_target_is_a_state_of_its_scope(stack: Synthesized) -> None:
    astray = [
        (machine, scope.name, name, to)
        for machine, definition in machines(stack)
        for scope in scopes(definition)
        for name, state in scope.states.items()
        for to in targets(state)
        if to not in scope.states
    ]

    assert astray == []


def test_every_state_is_reached(stack: Synthesized) -> None:
    lost = [
        (machine, scope.name, name)
        for machine, definition in machines(stack)
        for scope in scopes(definition)
        for name in scope.states.keys() - scope.reachable()
    ]

    assert lost == []


def test_from_every_state_some_path_ends(stack: Synthesized) -> None:
    endless = [
        (machine, scope.name, name)
        for machine, definition in machines(stack)
        for scope in scopes(definition)
        for name in scope.states.keys() - scope.ending()
    ]

    assert endless == []


def test_a_state_leads_on_or_ends_and_not_both(stack: Synthesized) -> None:
    for _, definition in machines(stack):
        for name, state in all_states(definition):
            leads = "Next" in state or state["Type"] == "Choice"
            assert leads != ends(state), name


def test_state_names_are_unique_so_that_a_history_is_unambiguous(stack: Synthesized) -> None:
    for _, definition in machines(stack):
        names = [name for name, _ in all_states(definition)]

        assert sorted(names) == sorted(set(names))
        assert [name for name in names if len(name) > 80] == []  # the language's limit


def test_a_choice_always_has_an_answer(stack: Synthesized) -> None:
    undecided = [
        name
        for _, definition in machines(stack)
        for name, state in all_states(definition)
        if state["Type"] == "Choice" and "Default" not in state
    ]

    assert undecided == []


def test_every_task_has_a_timeout_and_bounded_retries(stack: Synthesized) -> None:
    for _, definition in machines(stack):
        for name, state in all_states(definition):
            if state["Type"] == "Task":
                # Waiting for another execution takes as long as that one, which has its own limit.
                most = 30 * 86_400 if ".sync" in state["Resource"] else 900
                assert 0 < state["TimeoutSeconds"] <= most, name
                assert state["Retry"], name
                for retry in state["Retry"]:
                    assert 0 < retry["MaxAttempts"] <= 100, name
                    assert retry["ErrorEquals"] != ["States.ALL"], name


def test_every_task_catches_what_is_left_and_keeps_the_error(stack: Synthesized) -> None:
    silent = [
        name
        for _, definition in machines(stack)
        for name, state in all_states(definition)
        if state["Type"] == "Task" and state["Catch"][-1]["ErrorEquals"] != ["States.ALL"]
    ]

    assert silent == []


def test_a_failing_machine_says_why(stack: Synthesized) -> None:
    for _, definition in machines(stack):
        for name, state in all_states(definition):
            if state["Type"] == "Fail":
                assert state["Error"], name
                assert state["Cause"], name


def test_every_expression_is_jsonata(stack: Synthesized) -> None:
    for _, definition in machines(stack):
        assert definition["QueryLanguage"] == "JSONata"
        for name, state in all_states(definition):
            for expression in expressions(state):
                assert jsonata.Jsonata(expression), (name, expression)


def test_every_variable_is_assigned_somewhere(stack: Synthesized) -> None:
    for machine, definition in machines(stack):
        assigned = set(_assigned(definition))
        unknown = {
            (name, variable)
            for name, state in all_states(definition)
            for expression in expressions(state)
            for variable in _free_variables(expression)
            if variable not in assigned
        }

        assert unknown == set(), machine


def _assigned(definition: dict[str, Any]) -> Iterator[str]:
    for _, state in all_states(definition):
        yield from state.get("Assign", {})
        for rule in (*state.get("Choices", ()), *state.get("Catch", ())):
            yield from rule.get("Assign", {})


# JSONata's functions, and the ones that Step Functions adds:
# https://docs.aws.amazon.com/step-functions/latest/dg/transforming-data.html
FUNCTIONS = frozenset(
    (
        *("abs", "append", "average", "boolean", "ceil", "contains", "count", "distinct", "each"),
        *("exists", "filter", "floor", "formatNumber", "fromMillis", "join", "keys", "length"),
        *("lookup", "lowercase", "map", "match", "max", "merge", "millis", "min", "not", "now"),
        *("number", "pad", "power", "reduce", "replace", "reverse", "round", "shuffle", "sift"),
        *("single", "sort", "split", "spread", "sqrt", "string", "substring", "substringAfter"),
        *("substringBefore", "sum", "toMillis", "trim", "type", "uppercase", "zip"),
        *("hash", "parse", "partition", "random", "range", "uuid"),
    )
)


def _free_variables(expression: str) -> set[str]:
    """The variables of an expression, without `$states`, functions and what it binds itself."""
    bound = set(re.findall(r"\$(\w+)\s*:=", expression))
    for parameters in re.findall(r"function\s*\(([^)]*)\)", expression):
        bound |= set(ASSIGNED.findall(parameters))
    used = set(ASSIGNED.findall(re.sub(r"'[^']*'|\"[^\"]*\"", "", expression)))
    return used - bound - FUNCTIONS - {"states"}


@pytest.mark.parametrize("broken", ["Next", "Default"])
def test_these_checks_find_a_target_that_is_not_there(movielens: Synthesized, broken: str) -> None:
    definition = movielens.definition("movielens")
    states = definition["States"]
    name = next(name for name, state in states.items() if broken in state)
    states[name][broken] = "Nowhere"

    with pytest.raises(KeyError, match="Nowhere"):
        next(iter(scopes(definition))).reachable()


def test_these_checks_find_a_state_that_nothing_leads_to(movielens: Synthesized) -> None:
    definition = movielens.definition("movielens")
    definition["States"]["Nobody comes here"] = {"Type": "Succeed"}
    assert "Succeed" in TERMINAL

    outer = next(iter(scopes(definition)))

    assert outer.states.keys() - outer.reachable() == {"Nobody comes here"}
