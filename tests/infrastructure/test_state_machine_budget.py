"""A run fits into the 25,000 events of one execution's history, however long the trainings take.

Every wait is evaluated by the definition's own JSONata; the test adds the waits up, as it does.
"""

import re
from collections.abc import Callable, Iterator
from typing import Any

import jsonata
import pytest

from lambdas.shared.settings.loader import load_pipeline, parse_pipeline
from lambdas.shared.settings.operation import WATCH_AFTER_SECONDS, Polling
from lambdas.shared.settings.pipeline import Pipeline
from lambdas.shared.settings.problems import SettingsError
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
# The seconds that one has waited, and how many it is likely to take.
WAITED, EXPECTED = re.compile(r"\$\w*waited\b"), re.compile(r"\$\w*expected\b")


def pauses(expression: str, hours: float, *, expected: int = 0) -> list[float]:
    """The waits between the looks at something that takes that long."""
    waits: list[float] = []
    while sum(waits) < hours * 3600:
        now = WAITED.sub(str(sum(waits)), expression.strip("{% }"))
        waits.append(float(jsonata.Jsonata(EXPECTED.sub(str(expected), now)).evaluate(None)))
    return waits


def loops(scope: Scope) -> Iterator[tuple[str, str]]:
    """The waits of a scope that come back: their names and their pauses."""
    for name, state in scope.states.items():
        if state["Type"] == "Wait" and WAITED.search(str(state.get("Seconds"))):
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
            # What is longer goes on in an execution of its own.
            hours = WATCH_AFTER_SECONDS / 3600 if TRAINING in name else OTHER_HOURS
            total += lanes * TURN * len(pauses(pause, hours))
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
    impatient = movielens + "\noperation: { polling: { capSeconds: 30 } }\n"

    with pytest.raises(SettingsError, match="history holds 25,000"):
        parse_pipeline(impatient, source="movielens.yaml")


def test_the_longest_watch_fits_into_a_history_of_its_own(movielens: Synthesized) -> None:
    [scope] = scopes(movielens.definition("movielens-watch"))
    [(_, pause)] = loops(scope)
    longest = Polling().give_up_after_hours

    assert TURN * len(pauses(pause, longest)) + straight(scope) <= LIMIT


@pytest.fixture
def pause(movielens: Synthesized) -> str:
    """The wait of a training, in a run."""
    definition = movielens.definition("movielens")
    [found] = [p for s in scopes(definition) for name, p in loops(s) if TRAINING in name]
    return found


@pytest.mark.parametrize("minutes", [10, 50, 360])
def test_a_training_is_noticed_late_by_a_twentieth_of_its_length_on_average(
    pause: str, minutes: int
) -> None:
    waits = pauses(pause, minutes / 60)

    # It ends anywhere within the last wait.
    assert waits[-1] / 2 <= max(0.05 * minutes * 60, Polling().floor_seconds)
    assert waits[-1] / 2 <= 5 * 60


@pytest.mark.parametrize("minutes", [50, 360, 3000])
@pytest.mark.parametrize("slower", [0.95, 1.0, 1.1])
def test_a_training_like_the_ones_before_is_looked_at_a_few_times(
    pause: str, minutes: int, slower: float
) -> None:
    waits = pauses(pause, minutes * slower / 60, expected=minutes * 60)

    # Few until it is likely to be near its end, then as many as a job that is late needs.
    assert len(waits) <= 5 + 60 * minutes * 0.3 / Polling().cap_seconds
    assert waits[-1] / 2 <= 0.05 * minutes * slower * 60
