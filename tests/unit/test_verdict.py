"""The verdict over the end-to-end tests is given in distributed runs, and only on whole ones."""

import json
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

from tests.e2e.verdict import FAILS, FOLDER, Verdict


def report(file: str, *, failed: bool = False) -> Any:
    return SimpleNamespace(nodeid=f"{file}::test_it", failed=failed)


@pytest.fixture
def denied(tmp_path: Path) -> Verdict:
    """A verdict over one cloud that saw a denied call."""
    call = {"holder": "TrainRole", "action": "s3:GetObject", "resource": "arn:x", "why": "no"}
    seen = {"calls": 1, "problems": [], "granted": [], "used": [], "machines": {}}
    (tmp_path / "cloud-1.json").write_text(json.dumps({**seen, "denied": [call]}))
    return Verdict(tmp_path)


def finish(verdict: Verdict, files: list[str]) -> int:
    session: Any = SimpleNamespace(exitstatus=0)
    for file in files:
        verdict.pytest_runtest_logreport(report(file))
    verdict.pytest_sessionfinish(session, 0)
    return int(session.exitstatus)


def modules() -> list[str]:
    return [f"tests/e2e/{file.relative_to(FOLDER)}" for file in FOLDER.rglob("test_*.py")]


def test_a_whole_run_fails_for_a_denied_call_and_names_it(denied: Verdict) -> None:
    assert finish(denied, modules()) == 1
    assert denied.judgement is not None
    assert denied.judgement.refusals == ["denied: TrainRole called s3:GetObject on arn:x: no"]


def test_where_every_test_passed_it_says_why_the_run_fails(denied: Verdict) -> None:
    finish(denied, modules())
    told: list[str] = []
    terminal: Any = SimpleNamespace(
        section=told.append, write_line=lambda line, **_: told.append(line)
    )

    denied.pytest_terminal_summary(terminal)

    assert told[-1] == FAILS


def test_a_part_of_the_folder_is_not_judged(denied: Verdict) -> None:
    assert finish(denied, modules()[1:]) == 0
    assert denied.judgement is None


def test_the_process_that_distributes_tests_gives_it(pytestconfig: pytest.Config) -> None:
    is_worker = hasattr(pytestconfig, "workerinput")

    assert pytestconfig.pluginmanager.has_plugin("verdict") is not is_worker
