"""Answers that are no failures and still no success: each ends in words of its own."""

import pytest

from tests.e2e.faults.answers import ARN, looked
from tests.e2e.faults.player import Played, Player, Raises, Reply, Script
from tests.e2e.faults.scenes import DROP, JOBS, LONG, OTHER, PLANNED, SURE, TAKEN, Scene, held

FAULT = Raises("Unforeseen", "a cause that nobody foresaw")
WAITING = {"Look at the turn": held(OTHER, next='{"a":1}', nextBy=f"{OTHER}-drop")}


def reason(played: Played) -> str:
    """What the run's report is told of the one solution that is served."""
    payload = played.asked["Write the report"][0]["Payload"]
    served = [one for one in payload["solutions"] if one.get("campaignArn")]
    one = served[0]
    return str(one.get("reason") or one.get("failure", {}).get("cause"))


def test_filters_that_fail_are_named(player: Player) -> None:
    failed = {"done": True, "failures": ["shop-new: CREATE FAILED"]}
    played = DROP.but({"Take a step with the filters": {"Payload": failed}}, player)

    assert (played.error, played.cause) == (
        "FilterFailed",
        "the filters: shop-new: CREATE FAILED",
    )


def test_filters_that_do_not_end_are_given_up(player: Player) -> None:
    pending = {"Payload": {"done": False, "failures": []}}
    played = DROP.but({"Take a step with the filters": pending}, player)

    assert played.states.count("Wait for the filters") == 89
    assert played.cause == "the filters: they are not ready after 30 minutes"


def test_a_plan_takes_no_turn_and_touches_nothing(player: Player) -> None:
    played = PLANNED.but({}, player)

    assert set(played.asked) == {"Plan the run"}
    assert (played.status, played.output["outcome"]) == ("SUCCEEDED", "planned")


def test_what_was_confirmed_is_gone_before_its_successor_is_made(player: Player) -> None:
    steps = [{"Payload": {"begun": True, "done": done}} for done in (False, True)]
    played = SURE.but({"Remove what was confirmed": steps}, player)

    assert "Wait until it is gone" in played.states
    begun = [ask["Payload"]["begun"] for ask in played.asked["Remove what was confirmed"]]
    assert begun == [False, True]
    assert played.states.index("Is it gone?") < played.states.index("Ensure the solution")


def test_what_does_not_go_is_given_up_by_its_name(player: Player) -> None:
    there = {"Payload": {"begun": True, "done": False}}
    played = SURE.but({"Remove what was confirmed": there}, player)

    assert played.error == "RemovalFailed"
    assert played.cause == "the plan: not gone after 60 minutes: solution/shop-similar"
    assert "Ensure the solution" not in played.states


def test_a_campaign_that_gives_no_answer_is_a_failure(player: Player) -> None:
    silent = {"Payload": {"passed": False, "reason": "it recommended nothing"}}
    played = DROP.but({"Ask a real question": silent}, player)

    assert (played.error, reason(played)) == ("SmokeTestFailed", "it recommended nothing")


def test_a_trial_that_gives_no_answer_keeps_the_old_version(player: Player) -> None:
    silent = {"Payload": {"passed": False, "reason": "it recommended nothing"}}
    played = DROP.but({"Ask the trial": silent}, player)

    assert "Delete the trial campaign" in played.states
    assert "Ensure the campaign" not in played.states
    assert reason(played) == "Held because it recommended nothing."


def test_what_nobody_approves_keeps_the_old_version(player: Player) -> None:
    played = DROP.but({"Ask for approval": Raises("States.Timeout")}, player)

    assert "Ensure the campaign" not in played.states
    assert reason(played) == "Held because nobody approved it within 1 hours."


def test_what_somebody_declines_keeps_the_old_version(player: Player) -> None:
    played = DROP.but({"Ask for approval": {"approved": False}}, player)

    assert reason(played) == "Held because it was declined: no reason was given."


def test_what_the_gate_holds_keeps_the_old_version(player: Player) -> None:
    held = {"kind": "VersionHeld", "subject": "similar", "reason": "Held because it fell."}
    verdict = {"promote": False, "serves": False, "known": False, "servingVersionArn": ARN}
    verdict["decision"] = held
    played = DROP.but({"Judge the version": {"Payload": verdict}}, player)

    assert "Make a trial campaign" not in played.states
    assert reason(played) == "Held because it fell."


def test_a_version_that_serves_already_needs_no_trial(player: Player) -> None:
    verdict = {"promote": True, "serves": True, "known": False, "servingVersionArn": ARN}
    verdict["decision"] = {}
    played = DROP.but({"Judge the version": {"Payload": verdict}}, player)

    assert "Make a trial campaign" not in played.states
    assert "Ensure the campaign" in played.states


def test_a_first_version_needs_approval_and_no_trial(player: Player) -> None:
    verdict = {"promote": True, "serves": False, "known": False, "servingVersionArn": ""}
    verdict["decision"] = {}
    played = DROP.but({"Judge the version": {"Payload": verdict}}, player)

    assert "Make a trial campaign" not in played.states
    assert "Ask for approval" in played.states


def test_a_run_without_data_before_the_first_drop_is_refused(player: Player) -> None:
    played = JOBS.but({"Recall the data": {"Item": {}}}, player)

    assert played.error == "NoData"


def test_jobs_are_not_priced_and_a_training_is(player: Player) -> None:
    jobs = JOBS.but({}, player)
    training = Scene({"parts": ["train"]}).but({}, player)

    assert "Estimate the cost" not in jobs.states
    assert "Estimate the cost" in training.states


def test_what_is_watched_and_fails_has_the_watchers_reason(player: Player) -> None:
    seen = {"Output": {"status": "CREATE FAILED", "reason": "too few rows", "waited": 100_000}}
    played = LONG.but({"Watch the training": seen}, player)

    assert "CREATE FAILED: too few rows" in played.cause


def test_a_watcher_that_cannot_look_says_why(player: Player) -> None:
    given = {"arn": f"{ARN}solution/shop-similar/2", "waited": 90_000}
    look = "Look at the training"
    pending = looked("SolutionVersion", "CREATE IN_PROGRESS")

    blind = player.play("shop-watch", given, {look: [pending, FAULT]})
    seen = player.play("shop-watch", given, {look: [pending, looked("SolutionVersion", "ACTIVE")]})

    assert (blind.status, blind.error, blind.cause) == ("FAILED", FAULT.error, FAULT.cause)
    assert (seen.status, seen.output["status"]) == ("SUCCEEDED", "ACTIVE")


def test_whatever_fails_in_a_rollback_is_told_and_what_served_serves_on(player: Player) -> None:
    given = {"solution": "similar"}
    failed = looked("Campaign", "UPDATE FAILED", "no capacity")
    steps = ("Find the way back", "Ensure the campaign", "Look at the campaign")

    for name in (*steps, "Remember the rollback"):
        played = player.play("shop-rollback", given, {name: FAULT})
        assert (played.error, FAULT.cause in played.cause) == ("RollbackRefused", True), name
        assert played.asked["Tell that it is refused"], name
    refused = player.play("shop-rollback", given, {"Look at the campaign": failed})
    assert refused.cause == "the campaign failed: UPDATE FAILED: no capacity"


def test_a_rollback_waits_for_the_campaign(player: Player) -> None:
    looks = [looked("Campaign", status) for status in ("UPDATE IN_PROGRESS", "ACTIVE")]
    played = player.play("shop-rollback", {"solution": "similar"}, {"Look at the campaign": looks})

    assert "Wait for the campaign" in played.states
    assert played.status == "SUCCEEDED"


def test_a_sweep_that_cannot_look_says_why(player: Player) -> None:
    played = player.play("shop-sweep", {}, {"Look at the campaigns": FAULT})

    assert (played.status, played.error, played.cause) == ("FAILED", FAULT.error, FAULT.cause)


def test_a_sweep_starts_the_drop_that_waits_for_a_run_that_is_gone(player: Player) -> None:
    runs = "Does the holder still run?"
    gone = Raises("Sfn.ExecutionDoesNotExistException")
    holders: list[Reply] = [{"Status": "ABORTED"}, {"Status": "TIMED_OUT"}, gone]
    for holder in holders:
        played = player.play("shop-sweep", {}, {**WAITING, runs: holder})

        [start] = played.asked["Start the follow-up"]
        assert start["Input"] == '{"handedOn":{"a":1}}'
        assert played.asked["Look at the campaigns"]
        [handed] = played.asked["Hand the turn on"]
        assert handed["ExpressionAttributeValues"][":me"] == {"S": OTHER}
    born = {"Start the follow-up": Raises("Sfn.ExecutionAlreadyExistsException")}
    again = player.play("shop-sweep", {}, {**WAITING, runs: {"Status": "ABORTED"}, **born})
    assert again.status == "SUCCEEDED"


def test_a_sweep_leaves_a_turn_that_is_looked_after(player: Player) -> None:
    runs = "Does the holder still run?"
    going_on = player.play("shop-sweep", {}, {**WAITING, runs: {"Status": "RUNNING"}})
    by_teardown = {runs: {"Status": "ABORTED", "Error": "TornDown"}}
    torn_down = player.play("shop-sweep", {}, {**WAITING, **by_teardown})
    taken: Script = {runs: {"Status": "ABORTED"}, "Hand the turn on": TAKEN}
    taken_over = player.play("shop-sweep", {}, {**WAITING, **taken})

    for played in (going_on, torn_down, taken_over):
        assert "Start the follow-up" not in played.states
        assert played.asked["Look at the campaigns"]
        assert played.status == "SUCCEEDED"


def test_a_sweep_does_not_start_again_what_was_stopped(player: Player) -> None:
    own = {"Look at the turn": held(OTHER, next='{"a":1}', nextBy=OTHER)}
    played = player.play("shop-sweep", {}, own)

    assert "Does the holder still run?" not in played.states
    assert played.status == "SUCCEEDED"


@pytest.mark.parametrize(
    "step",
    ["Look at the turn", "Does the holder still run?", "Hand the turn on", "Start the follow-up"],
)
def test_a_sweep_that_cannot_hand_the_turn_on_says_why(player: Player, step: str) -> None:
    ended = {"Does the holder still run?": {"Status": "FAILED"}}
    played = player.play("shop-sweep", {}, {**WAITING, **ended, step: FAULT})

    assert (played.status, played.error, played.cause) == ("FAILED", FAULT.error, FAULT.cause)


def test_without_filters_what_was_confirmed_is_followed_by_the_training(player: Player) -> None:
    played = player.play("plain", {"parts": ["train"], "confirm": ["solution/plain-old"]}, {})

    gone = played.states.index("Is it gone?")
    assert played.states[gone + 1] == "Is training asked for?"
    assert played.status == "SUCCEEDED"


def test_without_jobs_recommenders_are_passed_by_on_the_way_to_deletions(player: Player) -> None:
    played = player.play("domain", {"parts": ["train"]}, {})

    passed = played.states.index("Are recommenders asked for?")
    assert played.states[passed + 1] == "Is a deletion asked for?"
    assert played.status == "SUCCEEDED"
