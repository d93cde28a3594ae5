"""The small steps: runs, notebook, logs."""

from typing import Any

import pytest

from lambdas.teardown.logs import step as logs
from lambdas.teardown.logs.rules import NOTEBOOKS
from lambdas.teardown.notebook import step as notebook
from lambdas.teardown.notebook.rules import Move, move_for
from lambdas.teardown.quiet import step as quiet
from tests.unit.teardown.conftest import Aws, AwsError, Scope

MACHINE = "arn:aws:states:eu-west-1:111122223333:stateMachine:shop"
RUN = {"executionArn": f"{MACHINE}:run-1", "name": "run-1"}


def running(aws: Aws, *runs: dict[str, str]) -> None:
    aws.answers |= {
        "DisableRule": {},
        "EnableRule": {},
        "ListExecutions": {"executions": list(runs)},
        "StopExecution": {},
    }


def test_nothing_starts_a_run_and_runs_are_stopped_before_anything_is_deleted(
    aws: Aws, scope: Scope
) -> None:
    running(aws, RUN)

    done = quiet.take({"scope": scope})

    assert [name for name, _ in aws.calls] == ["DisableRule", "ListExecutions", "StopExecution"]
    assert aws.made("ListExecutions")[0]["statusFilter"] == "RUNNING"
    assert done["remaining"] == 1
    assert [entry["name"] for entry in done["stopped"]] == ["run-1"]


def test_the_step_is_done_when_no_run_is_under_way(aws: Aws, scope: Scope) -> None:
    running(aws)

    assert quiet.take({"scope": scope})["remaining"] == 0


def test_a_rule_and_a_state_machine_that_are_gone_need_nothing(aws: Aws, scope: Scope) -> None:
    aws.answers |= {
        "DisableRule": AwsError("ResourceNotFoundException"),
        "ListExecutions": AwsError("StateMachineDoesNotExist"),
    }

    assert quiet.take({"scope": scope})["remaining"] == 0


def test_a_run_that_ended_by_itself_in_between_is_no_failure(aws: Aws, scope: Scope) -> None:
    running(aws, RUN)
    aws.answers["StopExecution"] = AwsError("ExecutionDoesNotExist")

    assert quiet.take({"scope": scope})["stopped"] == []


def test_a_dry_run_stops_nothing_and_names_what_runs(aws: Aws, scope: Scope) -> None:
    running(aws, RUN)

    done = quiet.take({"scope": scope, "dryRun": True})

    assert aws.changes == []
    assert [entry["name"] for entry in done["stopped"]] == ["run-1"]


def test_schedules_go_ahead_of_the_stack_and_stay_when_the_stack_stays(
    aws: Aws, scope: Scope
) -> None:
    running(aws)
    aws.answers["DeleteSchedule"] = lambda request: (
        {} if request["Name"] == "shop-retrain" else AwsError.throw("ResourceNotFoundException")
    )
    timed = scope | {"schedules": ["default/shop-retrain", "own/shop-gone"]}

    quiet.take({"scope": timed, "byHand": True})
    assert aws.made("DeleteSchedule") == []

    quiet.take({"scope": timed})
    assert aws.made("DeleteSchedule") == [
        {"GroupName": "default", "Name": "shop-retrain"},
        {"GroupName": "own", "Name": "shop-gone"},
    ]


def test_after_a_teardown_by_hand_drops_start_runs_again(aws: Aws, scope: Scope) -> None:
    running(aws)

    quiet.take({"scope": scope, "action": "resume"})

    assert aws.calls == [("EnableRule", {"Name": "shop-drops"})]


@pytest.mark.parametrize(
    ("status", "move"),
    [
        ("InService", Move.STOP),
        ("Pending", Move.WAIT),
        ("Stopping", Move.WAIT),
        ("Updating", Move.WAIT),
        ("Stopped", Move.NOTHING),
        ("Failed", Move.NOTHING),
        ("Deleting", Move.NOTHING),
        (None, Move.NOTHING),
    ],
)
def test_only_a_notebook_in_service_is_stopped(status: str | None, move: Move) -> None:
    assert move_for(status) == move


def test_a_notebook_in_service_is_stopped_and_waited_for(aws: Aws, scope: Scope) -> None:
    statuses = iter(["InService", "Stopping", "Stopped"])
    aws.answers |= {
        "DescribeNotebookInstance": lambda _: {"NotebookInstanceStatus": next(statuses)},
        "StopNotebookInstance": {},
    }

    done = [notebook.take({"scope": scope}) for _ in range(3)]

    assert [progress["remaining"] for progress in done] == [1, 1, 0]
    assert aws.changes == ["StopNotebookInstance"]
    assert [len(progress["stopped"]) for progress in done] == [1, 0, 0]


def test_a_notebook_that_is_gone_needs_nothing(aws: Aws, scope: Scope) -> None:
    aws.answers["DescribeNotebookInstance"] = AwsError("ValidationException", "RecordNotFound")

    assert notebook.take({"scope": scope})["remaining"] == 0


def test_without_a_notebook_sagemaker_and_its_logs_are_not_asked(aws: Aws, scope: Scope) -> None:
    without = scope | {"notebook": None}

    assert notebook.take({"scope": without})["remaining"] == 0
    assert logs.take({"scope": without})["remaining"] == 0
    assert aws.calls == []


def log_streams(aws: Aws, ours: int, others: int, **group: Any) -> None:
    mine = [{"logStreamName": f"shop-notebook/{n}.log"} for n in range(ours)]
    rest = [{"logStreamName": f"other/{n}.log"} for n in range(others)]

    def describe(request: dict[str, Any]) -> dict[str, Any]:
        return {"logStreams": mine if "logStreamNamePrefix" in request else [*mine, *rest]}

    def delete(request: dict[str, Any]) -> dict[str, Any]:
        mine[:] = [s for s in mine if s["logStreamName"] != request["logStreamName"]]
        return {}

    aws.answers |= {
        "DescribeLogStreams": describe,
        "DeleteLogStream": delete,
        "DescribeLogGroups": {"logGroups": [{"logGroupName": NOTEBOOKS, **group}]},
        "DeleteLogGroup": {},
    }


def test_the_notebooks_streams_go_and_the_group_that_is_empty_then(aws: Aws, scope: Scope) -> None:
    log_streams(aws, ours=2, others=0)

    done = logs.take({"scope": scope})

    assert len(done["deleted"]) == 2
    assert aws.made("DescribeLogStreams")[0]["logStreamNamePrefix"] == "shop-notebook/"
    assert aws.made("DeleteLogGroup") == [{"logGroupName": NOTEBOOKS}]


def test_a_log_group_that_other_notebooks_use_stays(aws: Aws, scope: Scope) -> None:
    log_streams(aws, ours=2, others=1)

    logs.take({"scope": scope})

    assert aws.made("DeleteLogGroup") == []


@pytest.mark.parametrize("setting", [{"retentionInDays": 7}, {"kmsKeyId": "arn"}])
def test_an_empty_log_group_that_somebody_has_set_up_stays(
    aws: Aws, scope: Scope, setting: dict[str, Any]
) -> None:
    log_streams(aws, ours=0, others=0, **setting)

    logs.take({"scope": scope})

    assert aws.changes == []


def test_a_log_group_that_never_was_needs_nothing(aws: Aws, scope: Scope) -> None:
    aws.answers |= {
        "DescribeLogStreams": AwsError("ResourceNotFoundException"),
        "DescribeLogGroups": {"logGroups": []},
    }

    assert logs.take({"scope": scope})["remaining"] == 0


def test_a_dry_run_of_the_logs_only_names_them(aws: Aws, scope: Scope) -> None:
    log_streams(aws, ours=2, others=0)

    assert len(logs.take({"scope": scope, "dryRun": True})["deleted"]) == 2
    assert aws.changes == []
