"""Whatever fails: the run ends, says why in words, and the turn is free again.

Each scene is played on the synthesized definition with one fault in it; the judgement over all
end-to-end tests (conftest) then holds that every state and every transition was visited.
"""

from collections.abc import Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest

from tests.e2e.faults.answers import looked
from tests.e2e.faults.player import Played, Player, Raises, Script
from tests.e2e.faults.scenes import LARGE, SCENES, Scene
from tests.infrastructure.asl import State, all_states

CAUSE = "a cause that nobody foresaw"
FAULT = Raises("Unforeseen", CAUSE)
BACK = "Is somebody waiting?"

# What may fail without a word: the run's outcome is another matter.
ASIDE = frozenset(
    {
        *("Tell that the drop is good", "Tell what the budget says", "Tell that it serves"),
        *("Tell how the run ended", "Remember the run", "Read what it cost"),
        *("Delete the trial campaign", BACK, "Give the turn back"),
        *("Hand the turn on", "Start the follow-up"),
    }
)
# What may fail so that the old version serves on: that is said as the reason.
HELD = frozenset(
    {
        *("Make a trial campaign", "Look at the trial campaign", "Ask the trial"),
        *("Read the metrics", "Ask for approval"),
    }
)
# What follows an answer that is no failure; each has a test of its own beside this module.
ELSEWHERE = frozenset({"Is it still there?", "Tell that it is held", "Tell that it is refused"})


@pytest.fixture(scope="module")
def tasks(player: Player) -> dict[str, Scene]:
    """Each task of a run → a scene in which it is asked."""
    found: dict[str, Scene] = {}
    for scene in SCENES:
        for name in scene.but({}, player).asked:
            found.setdefault(name, scene)
    return found


def definition(player: Player) -> State:
    return dict(player.paths.definitions["shop"])


def said(played: Played) -> str:
    """Everything that anybody was told, handlers and people, and how the execution ended."""
    return f"{played.asked} {played.error} {played.cause}"


def test_every_task_is_played(player: Player, tasks: dict[str, Scene]) -> None:
    known = {name for name, state in all_states(definition(player)) if state["Type"] == "Task"}

    missing = known - tasks.keys() - ELSEWHERE
    assert missing == set(), "say in scenes.py how a run comes there"


def test_whatever_task_fails_the_run_ends_in_words_and_gives_its_turn_back(
    player: Player, tasks: dict[str, Scene]
) -> None:
    faults = {name: (scene, {name: FAULT}) for name, scene in tasks.items()}

    for name, played in together(player, faults):
        expected = "SUCCEEDED" if name in ASIDE | HELD else "FAILED"
        assert (played.status, BACK in played.states) == (expected, True), name
        assert name in ASIDE or CAUSE in said(played), name


def test_whatever_does_not_come_to_be_is_waited_for_and_its_reason_is_told(
    player: Player, tasks: dict[str, Scene]
) -> None:
    looks = {name: (label, member) for name, label, member in awaited(player)}
    faults = {}
    for name, (_, member) in looks.items():
        pending = looked(member, "CREATE IN_PROGRESS")
        faults[name] = (tasks[name], {name: [pending, looked(member, "CREATE FAILED", CAUSE)]})

    for name, played in together(player, faults):
        label, _ = looks[name]
        assert {f"Wait for {label}", f"{label} failed"} <= set(played.states), name
        assert f"CREATE FAILED: {CAUSE}" in said(played), name
        assert played.status == ("SUCCEEDED" if name in HELD else "FAILED"), name


def test_an_answer_of_a_form_that_nobody_expects_fails_one_of_many_in_words(
    player: Player, tasks: dict[str, Scene]
) -> None:
    faults = {
        name: (tasks[name], {name: {member: {"Status": 7}}})
        for name, _, member in awaited(player)
        if name not in definition(player)["States"]
    }

    for name, played in together(player, faults):
        assert (played.status, BACK in played.states) == ("FAILED", True), name
        assert "States.QueryEvaluationError" in said(played), name


@pytest.mark.parametrize("numbers", [{"parts": "many"}, {"parts": 2, "shares": "many"}])
def test_a_plan_of_a_form_that_nobody_expects_fails_the_run_in_words(
    player: Player, numbers: dict[str, Any]
) -> None:
    plan = {"Payload": {"ok": False, "large": True, "shares": 2, **numbers}}

    played = LARGE.but({"Validate the drop": plan}, player)

    assert (played.status, BACK in played.states) == ("FAILED", True)
    assert "States.QueryEvaluationError" in said(played)


def together(
    player: Player, faults: Mapping[str, tuple[Scene, Script]]
) -> Iterator[tuple[str, Played]]:
    """Play scenes side by side."""
    with ThreadPoolExecutor(8) as pool:
        yield from zip(
            faults, pool.map(lambda one: one[0].but(one[1], player), faults.values()), strict=True
        )


def awaited(player: Player) -> Iterator[tuple[str, str, str]]:
    """Each look at a resource: its state, the resource's label, the API's word for it."""
    for name, state in all_states(definition(player)):
        if name.startswith("Look at "):
            action = state["Resource"].rpartition(":")[2]
            yield name, name.removeprefix("Look at "), action.removeprefix("describe")
