"""Markers put into the bucket, and what the bucket, the rule and the state machine make of them.

Nothing is started by hand: a PUT, S3's event on the default bus, the rule of the synthesized
template, an execution. MiniStack hands each event to the rule once and keeps no archive of S3's
own events, so nothing there delivers one twice; a second delivery is played by doing again what the
rule did: its target is started with the input that the event gave the first time.
"""

import time
from collections.abc import Callable
from pathlib import Path

import pytest

from localcloud.clients import Clients
from tests.e2e.runs.pipelines import Deployed, Execution, deploy, interactions

PIPELINE = """\
name: {name}
solutions: [{{name: popular, recipe: aws-popularity-count}}]
operation: {{polling: {{floorSeconds: {floor}}}}}
eventTracker: null
notebook: null
"""
Make = Callable[..., Deployed]


@pytest.fixture
def make(clients: Clients, tmp_path: Path) -> Make:
    def made(name: str, floor: int = 30) -> Deployed:
        return deploy(PIPELINE.format(name=name, floor=floor), tmp_path, clients)

    return made


def runs(executions: list[Execution]) -> list[Execution]:
    return [execution for execution in executions if execution.is_run]


def test_a_hundred_markers_in_a_minute_are_delivered_and_lead_to_two_runs_at_most(
    make: Make,
) -> None:
    # Looks that are far apart make a run that lasts longer than the markers take to come: a minute
    # is short beside a training on AWS, and a hundred deliveries are not beside one on a laptop.
    many = make("delivered", floor=300)
    for number in range(100):
        many.put(f"many-{number:03}", body=interactions(seed=number))
    for number in range(99):
        many.put(f"many-{number:03}", "_SUCCESS", b"")
    # An event's time has whole seconds: after the next one begins, there is no doubt who is newest.
    time.sleep(1.1)
    many.put("many-099", "_SUCCESS", b"")

    ended = many.all_ended(100)

    events = {one.given["detail"]["object"]["key"] for one in ended if "detail" in one.given}
    assert events == {f"drops/many-{number:03}/_SUCCESS" for number in range(100)}
    assert 1 <= len(runs(ended)) <= 2
    assert "many-099" in str(runs(ended)[-1].given)
    assert {one.status for one in ended} == {"SUCCEEDED"}


def test_the_same_event_delivered_again_during_its_run_and_after_it_leads_to_no_other(
    make: Make,
) -> None:
    twice = make("twice")
    twice.drop("once")
    run = twice.has_run()
    event = twice.event_of(run)
    # Begun is not enough: the second delivery could come before the first is noted.
    twice.await_state(run, "Validate the drop")

    during = twice.end_of(twice.start(**event))
    first = twice.end_of(run)
    after = twice.end_of(twice.start(**event))

    assert event["detail"]["object"]["key"] == "drops/once/_SUCCESS"
    assert (first.outcome, during.outcome, after.outcome) == ("succeeded", "duplicate", "duplicate")


def test_a_marker_that_is_put_again_is_another_event_and_the_same_data_are_not_trained_on(
    make: Make,
) -> None:
    again = make("again")
    again.drop("data")
    [first] = again.all_ended(1)

    again.put("data", "_SUCCESS", b"")
    [second] = again.all_ended(1)

    assert (first.outcome, "Start the training" in first.states) == ("succeeded", True)
    assert "Nothing is new in data" in second.output["message"]
    assert "Start the training" not in second.states
