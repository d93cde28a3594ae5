"""A run fits into the 25,000 events of one execution's history, however long the trainings take.

Every wait is evaluated by the definition's own JSONata, on a clock that the test moves.
"""

import re
from collections.abc import Callable, Iterator
from typing import Any

import jsonata  # type: ignore[import-untyped]
import pytest

from lambdas.shared.settings import Pipeline, SettingsError
from lambdas.shared.settings.loader import load_pipeline, parse_pipeline
from tests.infrastructure.asl import Scope, scopes
from tests.infrastructure.conftest import PIPELINES, ROOT, Synthesized

# https://docs.aws.amazon.com/step-functions/latest/dg/service-quotas.html
LIMIT = 25_000
# Events of one state (API reference of Step Functions, HistoryEvent): a Task is entered, scheduled,
# started, has succeeded, is exited; others are entered and exited.
TASK, OTHER = 5, 2
# One turn of a loop: look (Task), decide (Choice), wait (Wait).
TURN = TASK + OTHER + OTHER
# How long whatever is no training may take in this reckoning; each takes minutes on the service.
OTHER_HOURS = 1
TRAINING = "the training"
# The moment since which one waits.
SINCE = re.compile(r"\$\w*since\b")


def waits_until(expression: str, hours: float) -> int:
    """How often one looks at something that takes that long."""
    elapsed, looks = 0.0, 0
    while elapsed < hours * 3600:
        now = SINCE.sub("0", expression.strip("{% }").replace("$millis()", str(elapsed * 1000)))
        elapsed += float(jsonata.Jsonata(now).evaluate(None))
        looks += 1
    return looks


def loops(scope: Scope) -> Iterator[tuple[str, str]]:
    """The waits of a scope that come back: their names and their pauses."""
    for name, state in scope.states.items():
        if state["Type"] == "Wait" and SINCE.search(str(state.get("Seconds"))):
            yield name, state["Seconds"]


def straight(scope: Scope) -> int:
    """Events of a scope in which every state is passed once, which is more than any path has."""
    return sum(TASK if s["Type"] == "Task" else OTHER for s in scope.states.values())


def events(definition: dict[str, Any], pipeline: Pipeline) -> int:
    """Events of a run whose every training takes as long as the pipeline allows."""
    total = 0
    for scope in scopes(definition):
        lanes = lanes_of(scope, pipeline)
        total += lanes * straight(scope)
        for name, pause in loops(scope):
            allowed = pipeline.operation.polling.give_up_after_hours
            hours = allowed if TRAINING in name else OTHER_HOURS
            total += lanes * TURN * waits_until(pause, hours)
    return total


def lanes_of(scope: Scope, pipeline: Pipeline) -> int:
    """How many iterations of a scope one run has: their events share the run's history."""
    if " / " not in scope.name:
        return 1
    return max(len(pipeline.solutions), len(pipeline.datasets.present), 1)


def test_a_run_with_the_longest_trainings_fits_into_one_history(
    stack: Synthesized, record_property: Callable[[str, object], None]
) -> None:
    machines = stack.of_type("AWS::StepFunctions::StateMachine").values()
    names = {machine["Properties"]["StateMachineName"] for machine in machines}
    [name] = names & set(PIPELINES)
    pipeline = load_pipeline(ROOT / "pipelines" / f"{name}.yaml")

    spent = events(stack.definition(name), pipeline)

    record_property(f"events of {name}", spent)
    assert spent <= LIMIT


def test_more_solutions_than_one_history_holds_are_refused_before_a_run() -> None:
    movielens = (ROOT / "pipelines" / "movielens.yaml").read_text()
    impatient = movielens + "\noperation: { polling: { capSeconds: 60 } }\n"

    with pytest.raises(SettingsError, match="history holds 25,000"):
        parse_pipeline(impatient, source="movielens.yaml")


def test_a_look_is_late_by_a_small_share_of_what_it_looks_at(movielens: Synthesized) -> None:
    definition = movielens.definition("movielens")
    [pause] = [p for s in scopes(definition) for name, p in loops(s) if TRAINING in name]

    looks = {hours: waits_until(pause, hours) for hours in (0.5, 1, 48, 168)}

    assert looks[0.5] >= 10, "a short training is noticed soon"
    assert looks[168] < 300, "a long one is looked at seldom"
