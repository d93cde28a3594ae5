"""One run at a time, newest data wins, exactly one follow-up; on the synthesized template."""

from datetime import UTC, datetime, timedelta
from itertools import pairwise
from typing import Any

import pytest

from tests.e2e.runs.pipelines import Deployed, Execution, interactions

# Before every real drop, so that these events never overtake one.
NOW = datetime.now(UTC) - timedelta(days=1)


def event(pipeline: Deployed, drop_id: str, *, minutes: int, version: str = "1") -> dict[str, Any]:
    """Return an event as EventBridge delivers it, some minutes after yesterday."""
    return {
        "source": "aws.s3",
        "detail-type": "Object Created",
        "time": (NOW + timedelta(minutes=minutes)).strftime("%Y-%m-%dT%H:%M:%SZ"),
        "detail": {
            "bucket": {"name": pipeline.bucket},
            "object": {
                "key": f"drops/{drop_id}/_SUCCESS",
                "version-id": version,
                "sequencer": f"00{version}",
            },
        },
    }


def runs(executions: list[Execution]) -> list[Execution]:
    return [execution for execution in executions if execution.is_run]


def test_the_same_event_twice_leads_to_one_run(turns: Deployed) -> None:
    turns.put("twice")
    same = event(turns, "twice", minutes=1)

    first, second = turns.start(**same), turns.start(**same)
    ended = [turns.end_of(first), turns.end_of(second)]

    assert sorted(execution.outcome for execution in ended) == ["duplicate", "succeeded"]


def test_a_hundred_drops_lead_to_two_runs_of_which_the_last_has_the_newest(
    turns: Deployed,
) -> None:
    for number in range(100):
        turns.put(f"many-{number:03}", body=interactions(seed=number))
    # The markers would come within one second: the events say in which order.
    started = [
        turns.start(**event(turns, f"many-{number:03}", minutes=10 + number))
        for number in range(100)
    ]

    ended = turns.all_ended(100)

    # Two as a rule; where the first run ends before the hundredth drop comes, others come between.
    # So: one follow-up once all are noted, and one at a time, but for the handing over of the turn.
    [noted] = [one.ended for one in ended if one.arn == started[-1]]
    assert len([one for one in runs(ended) if one.began > noted]) <= 1
    for first, second in pairwise(runs(ended)):
        assert second.began - first.began > (first.ended - first.began) / 2
    last = runs(ended)[-1]
    assert last.status == "SUCCEEDED"
    assert "many-099" in str(last.given)
    assert {execution.status for execution in ended} == {"SUCCEEDED"}


def test_an_older_event_that_comes_late_is_overtaken(turns: Deployed) -> None:
    for name in ("newer", "older"):
        turns.put(name, body=interactions(seed=7))

    newer = turns.end_of(turns.start(**event(turns, "newer", minutes=200)))
    older = turns.end_of(turns.start(**event(turns, "older", minutes=199)))

    assert (newer.outcome, older.outcome) == ("succeeded", "overtaken")


def test_a_run_that_was_stopped_has_lost_its_turn(turns: Deployed) -> None:
    turns.put("stopped", body=interactions(seed=8))
    turns.put("after", body=interactions(seed=9))
    stopped = turns.start(**event(turns, "stopped", minutes=300))
    turns.await_state(stopped, "Validate the drop")
    turns.clients.stepfunctions.stop_execution(executionArn=stopped)
    turns.known.add(stopped)

    after = turns.end_of(turns.start(**event(turns, "after", minutes=301)))

    assert after.is_run
    assert "Take the turn over" in after.states
    assert after.outcome == "succeeded"


def test_a_drop_that_waits_for_a_run_that_is_stopped_is_started_by_the_sweep(
    turns: Deployed,
) -> None:
    for number, name in enumerate(("halted", "waits")):
        turns.put(name, body=interactions(seed=20 + number))
    halted = turns.start(**event(turns, "halted", minutes=350))
    turns.await_state(halted, "Validate the drop")
    waits = turns.end_of(turns.start(**event(turns, "waits", minutes=351)))
    turns.clients.stepfunctions.stop_execution(executionArn=halted)
    turns.known.add(halted)

    swept = turns.end_of(turns.start_other("sweep"))

    assert (waits.outcome, swept.status) == ("waiting", "SUCCEEDED")
    [follow_up] = turns.all_ended(1)
    assert "waits" in str(follow_up.given)
    assert (follow_up.is_run, follow_up.outcome) == (True, "succeeded")


def test_a_schedule_during_a_run_is_left_out_and_a_hand_is_told(turns: Deployed) -> None:
    turns.put("long", body=interactions(seed=10))
    running = turns.start(**event(turns, "long", minutes=400))
    turns.await_state(running, "Validate the drop")

    scheduled = turns.end_of(turns.start(by="schedule", parts=["train"]))
    by_hand = turns.end_of(turns.start(parts=["train"]))

    assert scheduled.outcome == "left out"
    assert (by_hand.status, by_hand.error) == ("FAILED", "RunUnderWay")
    assert turns.end_of(running).outcome == "succeeded"


def test_data_that_were_imported_before_start_nothing_unless_forced(turns: Deployed) -> None:
    turns.put("same", body=interactions(seed=11))
    assert turns.end_of(turns.start(dropId="same")).outcome == "succeeded"

    again = turns.end_of(turns.start(dropId="same"))
    forced = turns.end_of(turns.start(dropId="same", force=True))

    assert "Nothing is new in same" in again.output["message"]
    assert "Start the training" not in again.states
    assert "Start the training" in forced.states


def test_training_alone_uses_what_was_imported(turns: Deployed) -> None:
    turns.put("base", body=interactions(seed=12))
    assert turns.end_of(turns.start(dropId="base")).outcome == "succeeded"

    alone = turns.end_of(turns.start(parts=["train"]))

    assert alone.outcome == "succeeded"
    assert "Start the training" in alone.states
    assert "Start the import" not in alone.states


def test_users_are_erased_without_a_training(turns: Deployed) -> None:
    turns.put("known", body=interactions(seed=13))
    assert turns.end_of(turns.start(dropId="known")).outcome == "succeeded"
    turns.clients.s3.put_object(Bucket=turns.bucket, Key="inputs/erase.csv", Body=b"USER_ID\nu1\n")

    erased = turns.end_of(turns.start(parts=["deletion"], deletion="inputs/erase.csv"))

    assert erased.outcome == "succeeded"
    assert "Start the deletion" in erased.states
    assert "Start the training" not in erased.states


@pytest.mark.parametrize(
    "given", [{"parts": ["trian"]}, {"parts": []}, {"trainingMode": "SOME"}], ids=str
)
def test_an_unknown_request_is_refused_in_words(turns: Deployed, given: dict[str, Any]) -> None:
    refused = turns.end_of(turns.start(**given))

    assert (refused.status, refused.error) == ("FAILED", "UnknownRequest")
    assert not refused.is_run


@pytest.mark.parametrize("drop_id", ["with space", "a+b", "Größe-日本", "per%20cent"])
def test_a_drop_may_be_called_anything(turns: Deployed, drop_id: str) -> None:
    turns.drop(drop_id, interactions=interactions(seed=len(drop_id)))

    [ended] = runs(turns.all_ended(1))

    assert ended.outcome == "succeeded"
    report = f"runs/{drop_id}/report.json"
    assert turns.clients.s3.head_object(Bucket=turns.bucket, Key=report)
