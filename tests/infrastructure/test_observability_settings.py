"""What a pipeline file says about money, approval and notification ends up in the template."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from lambdas.shared.decision import KINDS
from tests.infrastructure.conftest import Synthesized, flat, synthesize
from tests.infrastructure.test_observability import decided, emitted, shown

PIPELINE = """\
name: asked-for
solutions: [{name: alike, recipe: aws-sims}, {name: popular, recipe: aws-popularity-count}]
notebook: null
promotion:
  approval: { required: true, timeoutHours: 5 }
cost:
  budget: { perRun: 10, warnAtPercent: 60 }
observation:
  notifications: { emails: [night@example.com] }
"""
States = dict[str, Any]


@pytest.fixture(scope="module")
def asked(tmp_path_factory: pytest.TempPathFactory) -> Synthesized:
    folder: Path = tmp_path_factory.mktemp("asked")
    file = folder / "asked-for.yaml"
    file.write_text(PIPELINE)
    return synthesize(file, folder / "out")


def all_states(machine: dict[str, Any]) -> States:
    found: States = dict(machine["States"])
    for state in machine["States"].values():
        if "ItemProcessor" in state:
            found |= all_states(state["ItemProcessor"])
    return found


@pytest.fixture(scope="module")
def states(asked: Synthesized) -> States:
    return all_states(asked.definition("asked-for"))


def test_with_a_budget_solutions_train_one_after_another(states: States) -> None:
    assert states["For each solution"]["MaxConcurrency"] == 1


def test_without_a_budget_they_train_side_by_side_and_nobody_is_asked(
    movielens: Synthesized,
) -> None:
    plain = all_states(movielens.definition("movielens"))

    assert plain["For each solution"]["MaxConcurrency"] > 1
    assert "Ask the budget" not in plain


def test_the_budget_is_asked_before_anything_is_billed(states: States) -> None:
    order = follow(states, "Tell that the drop is good", lambda s: "imports" in str(s))

    assert "Estimate the cost" in order
    assert "Is it covered?" in order


def test_the_budget_is_asked_again_before_each_training(states: States) -> None:
    order = follow(states, "Ask the budget", lambda s: "CreateSolutionVersion" in str(s))

    assert order[:2] == ["Ask the budget", "May it be trained?"]
    assert states["May it be trained?"]["Choices"][0]["Next"] == "Ensure the solution"


def test_approval_waits_with_a_token_and_then_holds(states: States) -> None:
    ask = states["Ask for approval"]

    assert ask["Resource"].endswith("lambda:invoke.waitForTaskToken")
    assert ask["TimeoutSeconds"] == 5 * 3600
    ways = {tuple(rule["ErrorEquals"]): rule["Next"] for rule in ask["Catch"]}
    assert ways == {
        ("States.Timeout",): "Nobody approved",
        ("States.ALL",): "Nobody could be asked",
    }
    assert {states[way]["Next"] for way in ways.values()} == {"Tell that it is held"}


def test_no_way_leads_around_the_approval(states: States) -> None:
    into_service = [
        name for name, state in states.items() if "Ensure the campaign" in str(targets(state))
    ]

    assert sorted(into_service) == ["Was it approved?", "What does the gate say?"]
    already_serves = states["What does the gate say?"]["Choices"]
    [only] = [c["Condition"] for c in already_serves if c["Next"] == "Ensure the campaign"]
    assert only.endswith("verdict.serves %}")


def test_a_decision_that_cannot_be_told_changes_nothing(states: States) -> None:
    tasks = [s for s in states.values() if s["Type"] == "Task" and "Observe" in str(s)]
    plain = [s for s in tasks if s["Resource"].endswith("lambda:invoke")]

    assert len(plain) >= 5
    for state in plain:
        assert state["Catch"] == [{"ErrorEquals": ["States.ALL"], "Next": state["Next"]}]


def test_the_budget_has_an_alarm_of_its_own(asked: Synthesized) -> None:
    alarms = asked.of_type("AWS::CloudWatch::Alarm").values()
    [used] = [a for a in alarms if a["Properties"]["AlarmName"] == "asked-for-budget-used"]

    assert used["Properties"]["Threshold"] == 60


def test_each_address_is_subscribed(asked: Synthesized) -> None:
    [subscription] = asked.of_type("AWS::SNS::Subscription").values()

    assert subscription["Properties"]["Protocol"] == "email"
    assert subscription["Properties"]["Endpoint"] == "night@example.com"


def test_the_sweep_starts_every_hour(asked: Synthesized) -> None:
    rules = asked.of_type("AWS::Events::Rule").values()
    [sweep] = [r["Properties"] for r in rules if r["Properties"].get("Name") == "asked-for-sweep"]

    assert sweep["ScheduleExpression"] == "rate(1 hour)"
    assert "Sweep" in flat(sweep["Targets"][0]["Arn"])


def test_every_decision_is_on_the_dashboard(asked: Synthesized) -> None:
    assert {kind.value for kind in KINDS} <= set(shown(asked))


def test_every_decision_is_made_somewhere(asked: Synthesized) -> None:
    assert {kind.value for kind in KINDS} <= emitted() | decided(asked)


def targets(state: dict[str, Any]) -> list[str]:
    """Return where a state leads when nothing fails."""
    choices = [choice["Next"] for choice in state.get("Choices", ())]
    return [*choices, *(state[key] for key in ("Next", "Default") if key in state)]


def follow(states: States, first: str, until: Callable[[Any], bool]) -> list[str]:
    """Return the states from ``first`` along the first way of each, up to one of ``until``."""
    order = [first]
    while not until(states[order[-1]]) and targets(states[order[-1]]):
        order.append(targets(states[order[-1]])[0])
        if order[-1] in order[:-1]:
            break
    return order
