"""Runs by the clock: each schedule of the template starts its part; one that meets a run is out."""

import json
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from localcloud.clients import Clients
from tests.e2e.runs.pipelines import Deployed, Execution, deploy, interactions

# By themselves they come too seldom to meet a test.
CLOCK = """\
name: clock
solutions: [{name: likes, recipe: aws-user-personalization}]
datasets:
  interactions:
    fields:
      - {name: USER_ID, type: string}
      - {name: ITEM_ID, type: string}
      - {name: TIMESTAMP, type: long}
  items:
    fields:
      - {name: ITEM_ID, type: string}
      - {name: CREATION_TIMESTAMP, type: long}
filters:
  - name: fresh
    filterExpression: "INCLUDE ItemID WHERE Items.CREATION_TIMESTAMP > {{now - 30 days}}"
    rotation: {everyDays: 7}
batchInference: [{name: everybody, solution: likes}]
exports: [{name: copy, dataset: interactions}]
schedules:
  timeZone: Europe/Zurich
  import: cron(0 1 * * ? *)
  retrain: rate(30 days)
  update: rate(9 days)
  batch: cron(0 4 ? * MON *)
  filters: rate(8 days)
  export: cron(0 5 1 * ? *)
eventTracker: null
notebook: null
"""
PARTS = ("import", "retrain", "update", "batch", "filters", "export")
ARN = "arn:aws:personalize:us-east-1:000000000000:"


def items() -> bytes:
    now = int(datetime.now(UTC).timestamp())
    rows = (f"i{n},{now - n * 86_400}" for n in range(30))
    return "\n".join(("ITEM_ID,CREATION_TIMESTAMP", *rows, "")).encode()


@pytest.fixture(scope="module")
def clock(clients: Clients, tmp_path_factory: pytest.TempPathFactory) -> Deployed:
    """The pipeline after its first drop; its batch jobs and exports wait for their schedules."""
    folder: Path = tmp_path_factory.mktemp("clock")
    deployed = deploy(CLOCK, folder, clients)
    deployed.drop("first", interactions=interactions(), items=items())
    [ended] = deployed.all_ended(1)
    assert ended.outcome == "succeeded", ended.output
    assert {"Start the batch inference", "Start the export"}.isdisjoint(ended.states)
    return deployed


@pytest.fixture(scope="module")
def by_schedule(clock: Deployed) -> Callable[[str], Execution]:
    """Do what a schedule of the template does when it is due."""
    scheduler = clock.clients.client("scheduler")

    def run(name: str) -> Execution:
        target = scheduler.get_schedule(Name=f"clock-{name}")["Target"]
        ended = clock.end_of(clock.start(**json.loads(target["Input"])))
        assert ended.outcome == "succeeded", ended.output
        return ended

    return run


def newest(deployed: Deployed) -> dict[str, Any]:
    listed = deployed.clients.personalize.list_solution_versions(
        solutionArn=f"{ARN}solution/clock-likes"
    )["solutionVersions"]
    return dict(max(listed, key=lambda one: one["creationDateTime"]))


def test_schedules_that_are_due_at_one_moment_start_runs_and_one_has_the_turn(
    clock: Deployed,
) -> None:
    scheduler, now = clock.clients.client("scheduler"), datetime.now(UTC)
    for name in PARTS:
        # The template's own target and role, once and now.
        due = scheduler.get_schedule(Name=f"clock-{name}")
        scheduler.create_schedule(
            Name=f"clock-{name}-now",
            ScheduleExpression=f"at({now:%Y-%m-%dT%H:%M:%S})",
            FlexibleTimeWindow={"Mode": "OFF"},
            Target=due["Target"],
        )

    ended = clock.all_ended(len(PARTS))

    assert {one.given["by"] for one in ended} == {"schedule"}
    assert {one.status for one in ended} == {"SUCCEEDED"}
    assert any(one.is_run for one in ended)
    assert {one.outcome for one in ended if not one.is_run} <= {"left out"}


def test_a_full_training_and_an_update(
    clock: Deployed, by_schedule: Callable[[str], Execution]
) -> None:
    modes = []
    for name in ("retrain", "update"):
        assert "Start the import" not in by_schedule(name).states
        modes.append((newest(clock)["trainingMode"], newest(clock)["status"]))

    assert modes == [("FULL", "ACTIVE"), ("UPDATE", "ACTIVE")]


@pytest.mark.parametrize(
    ("name", "state"),
    [
        ("import", "Take the newest drop"),
        ("batch", "Start the batch inference"),
        ("export", "Start the export"),
    ],
)
def test_a_schedule_does_its_part_and_trains_nothing(
    by_schedule: Callable[[str], Execution], name: str, state: str
) -> None:
    states = by_schedule(name).states

    assert state in states
    assert "Start the training" not in states


def test_filters_are_renewed_and_the_oldest_go(
    clock: Deployed, by_schedule: Callable[[str], Execution]
) -> None:
    service, group = clock.clients.personalize, f"{ARN}dataset-group/clock"
    for day in ("20250101", "20250108", "20250115"):
        service.create_filter(
            name=f"clock-fresh-{day}",
            datasetGroupArn=group,
            filterExpression="INCLUDE ItemID WHERE Items.CREATION_TIMESTAMP > 1",
            tags=[{"tagKey": "pipeline", "tagValue": "clock"}],
        )

    states = by_schedule("filters").states

    left = {one["name"] for one in service.list_filters(datasetGroupArn=group)["Filters"]}
    assert "Start the training" not in states
    # Two are kept: that of this period, and the one before it.
    assert "clock-fresh-20250115" in left
    assert {"clock-fresh-20250101", "clock-fresh-20250108"}.isdisjoint(left)
    assert len(left) == 2


def test_each_is_what_the_pipeline_file_says(clock: Deployed) -> None:
    scheduler = clock.clients.client("scheduler")
    found = {name: scheduler.get_schedule(Name=f"clock-{name}") for name in PARTS}

    # MiniStack's CloudFormation drops the time zone; the template has it (test_schedules.py).
    assert {name: one["ScheduleExpression"] for name, one in found.items()} == {
        "import": "cron(0 1 * * ? *)",
        "retrain": "rate(30 days)",
        "update": "rate(9 days)",
        "batch": "cron(0 4 ? * MON *)",
        "filters": "rate(8 days)",
        "export": "cron(0 5 1 * ? *)",
    }
    assert {one["Target"]["Arn"] for one in found.values()} == {clock.machine}
