"""Runs that meet each other, at moments that no clock can be trusted to bring about."""

from dataclasses import replace
from typing import Any

from tests.e2e.faults.answers import turn
from tests.e2e.faults.player import Player, Raises, Reply
from tests.e2e.faults.scenes import BUSY, DROP, FOLLOWED, LATER, LOST, OTHER, TAKEN, Scene, held

WELL: dict[str, Any] = {"Attributes": {}}


def test_the_turn_that_is_free_meanwhile_is_taken(player: Player) -> None:
    played = BUSY.but({"Whose turn is it?": held("")}, player)

    assert played.status == "SUCCEEDED"
    assert played.states.count("Take the turn") == 2
    assert "Leave a note" not in played.states


def test_a_note_that_comes_after_a_newer_one_is_overtaken(player: Player) -> None:
    played = BUSY.but({"Leave a note": TAKEN}, player)

    assert played.output["outcome"] == "overtaken"


def test_a_note_is_left_once(player: Player) -> None:
    played = BUSY.but({"Take the turn": TAKEN}, player)

    assert played.output["outcome"] == "waiting"
    assert played.states.count("Leave a note") == 1


def test_a_newer_drop_of_somebody_else_ends_the_run(player: Player) -> None:
    played = BUSY.but({"Whose turn is it?": held(OTHER, LATER)}, player)

    assert played.output["outcome"] == "overtaken"


def test_a_holder_that_never_came_to_be_has_lost_the_turn(player: Player) -> None:
    gone = Raises("Sfn.ExecutionDoesNotExistException")
    played = LOST.but({"Does the holder still run?": gone}, player)

    assert "Take the turn over" in played.states
    assert played.status == "SUCCEEDED"


def test_who_takes_the_turn_over_too_late_looks_again(player: Player) -> None:
    played = LOST.but({"Take the turn over": [TAKEN, WELL]}, player)

    assert played.states.count("Whose turn is it?") == 2
    assert played.status == "SUCCEEDED"


def test_a_note_that_is_left_while_the_turn_is_given_back_is_followed(player: Player) -> None:
    waiting: list[Reply] = [turn, lambda ask: turn(ask, next="{}", nextBy=OTHER)]
    played = DROP.but({"Give the turn back": TAKEN, "Is somebody waiting?": waiting}, player)

    [started] = played.asked["Start the follow-up"]
    assert started["Input"] == '{"handedOn":{}}'
    assert played.status == "SUCCEEDED"


def test_a_newer_note_that_comes_while_the_turn_is_handed_on_is_the_one_that_counts(
    player: Player,
) -> None:
    played = FOLLOWED.but({"Hand the turn on": [TAKEN, WELL]}, player)

    assert played.states.count("Is somebody waiting?") == 2
    assert len(played.asked["Start the follow-up"]) == 1


def test_a_follow_up_that_runs_already_is_not_started_twice(player: Player) -> None:
    there = Raises("Sfn.ExecutionAlreadyExistsException")
    played = FOLLOWED.but({"Start the follow-up": there}, player)

    assert played.status == "SUCCEEDED"


def test_a_turn_that_somebody_took_over_is_left_to_them(player: Player) -> None:
    played = DROP.but({"Is somebody waiting?": held(OTHER)}, player)

    assert "Give the turn back" not in played.states
    assert played.status == "SUCCEEDED"


def test_an_event_that_was_seen_before_does_nothing(player: Player) -> None:
    played = DROP.but({"Note the event": TAKEN}, player)

    assert played.output["outcome"] == "duplicate"


def test_who_is_started_by_hand_or_by_the_clock_while_a_run_is_under_way_is_told(
    player: Player,
) -> None:
    by_hand = replace(BUSY, given={"parts": ["train"]}).but({}, player)
    by_clock = replace(BUSY, given={"by": "schedule", "parts": ["train"]}).but({}, player)

    assert (by_hand.error, OTHER in by_hand.cause) == ("RunUnderWay", True)
    assert by_clock.output["outcome"] == "left out"


def test_a_file_that_another_one_follows_leaves_the_run_to_that(player: Player) -> None:
    another = {"Item": {"latest": {"S": OTHER}}}
    played = DROP.but({"Did more files come?": another}, player)

    assert played.output["outcome"] == "more files"


def test_a_drop_that_was_trained_before_trains_again_only_if_it_is_gone(player: Player) -> None:
    asked = DROP.but({}, player).asked["Remember the run"]
    done = asked[0]["ExpressionAttributeValues"][":done"]["S"]
    known = Scene(DROP.given, {"Take the turn": lambda ask: turn(ask, done=done)})
    gone = Raises("Personalize.ResourceNotFoundException")

    there, away = known.but({}, player), known.but({"Is it still there?": gone}, player)

    assert "Nothing is new in a" in there.output["message"]
    assert "Start the training" not in there.states
    assert "Start the training" in away.states
