"""What starts runs beside a marker: files that are just copied, and the clock."""

import json
from pathlib import Path

import pytest

from localcloud.clients import Clients
from tests.e2e.runs.pipelines import Deployed, deploy, interactions

# 1,000 s are 10 s on the local cloud: long enough to copy three files, short enough to wait for.
COPIED = """\
name: copied
solutions: [{name: popular, recipe: aws-popularity-count}]
runs: {debounceSeconds: 1000}
schedules: {retrain: rate(7 days), import: "cron(0 3 * * ? *)", timeZone: Europe/Zurich}
eventTracker: null
notebook: null
"""


@pytest.fixture(scope="module")
def copied(clients: Clients, tmp_path_factory: pytest.TempPathFactory) -> Deployed:
    folder: Path = tmp_path_factory.mktemp("copied")
    return deploy(COPIED, folder, clients)


def test_files_that_are_just_copied_start_one_run_when_no_more_come(copied: Deployed) -> None:
    for seed in range(3):
        copied.put("plain", body=interactions(seed=seed))

    ended = copied.all_ended(3)

    assert sorted(one.outcome for one in ended) == ["more files", "more files", "succeeded"]


def test_a_marker_needs_no_waiting(copied: Deployed) -> None:
    copied.drop("marked", interactions=interactions(seed=21))

    ended = copied.all_ended(2)

    by_marker = [one for one in ended if "_SUCCESS" in json.dumps(one.given)]
    assert [one.outcome for one in by_marker] == ["succeeded"]
    assert "Wait for more files" not in by_marker[0].states


def test_a_schedule_asks_for_its_part_of_a_run(copied: Deployed) -> None:
    scheduler = copied.clients.client("scheduler")
    schedule = scheduler.get_schedule(Name="copied-retrain")

    ended = copied.end_of(copied.start(**json.loads(schedule["Target"]["Input"])))

    assert schedule["ScheduleExpression"] == "rate(7 days)"
    assert schedule["Target"]["Arn"] == copied.machine
    assert ended.outcome == "succeeded"
    assert "Start the training" in ended.states
    assert "Start the import" not in ended.states


def test_the_schedule_of_imports_takes_the_newest_drop(copied: Deployed) -> None:
    schedule = copied.clients.client("scheduler").get_schedule(Name="copied-import")

    ended = copied.end_of(copied.start(**json.loads(schedule["Target"]["Input"])))

    assert "Take the newest drop" in ended.states
    assert "Nothing is new in marked" in ended.output["message"]
