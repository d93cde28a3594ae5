"""After the last end-to-end test: what all clouds saw is judged together.

Sufficient and minimal: every call of every journey is allowed, and every allowed action is used by
some journey or listed with a reason (`localcloud/permissions/kept.yaml`). Complete: every state and
every transition of the state machines was visited, or is listed with a reason (`unvisited.py`).
The judgement is only passed on a run of this whole folder. What was denied is said even where tests
failed, for it is why: the role, the action and the call.
"""

import os
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest

from localcloud.permissions.integrations.install import EVIDENCE
from localcloud.permissions.kept import load_kept
from tests.e2e.evidence import Judgement, judge

FOLDER = Path(__file__).parent
_KEEP = "E2E_EVIDENCE"  # where to keep what the clouds left; a temporary folder unless given
_evidence = pytest.StashKey[Path]()
_judgement = pytest.StashKey[Judgement]()
_failed = pytest.StashKey[int]()


def pytest_configure(config: pytest.Config) -> None:
    # Workers of a distributed run inherit the folder from the process that started them.
    folder = os.environ.setdefault(_KEEP, tempfile.mkdtemp(prefix="e2e-evidence-"))
    config.stash[_evidence] = Path(folder)


# Around the fixtures of this folder's tests only: clouds of other tests are not judged.
@pytest.hookimpl(tryfirst=True)
def pytest_runtest_setup(item: pytest.Item) -> None:
    os.environ[EVIDENCE] = str(item.config.stash[_evidence])


@pytest.hookimpl(trylast=True)
def pytest_runtest_teardown() -> None:
    os.environ.pop(EVIDENCE, None)


def pytest_sessionfinish(session: pytest.Session, exitstatus: int) -> None:
    if hasattr(session.config, "workerinput") or not _whole_folder_ran(session):
        return
    judgement = judge(session.config.stash[_evidence], load_kept())
    session.config.stash[_judgement] = judgement
    session.config.stash[_failed] = session.testsfailed
    if exitstatus == pytest.ExitCode.OK and not judgement.holds:
        session.exitstatus = pytest.ExitCode.TESTS_FAILED


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    judgement = terminalreporter.config.stash.get(_judgement, None)
    if judgement is not None:
        terminalreporter.section("what the clouds saw")
        # What failing tests did not come to is neither unused nor unvisited.
        failed = terminalreporter.config.stash[_failed]
        for line in judgement.refusals if failed else judgement.lines:
            terminalreporter.write_line(line)


def _whole_folder_ran(session: pytest.Session) -> bool:
    ran = {item.path for item in session.items}
    return set(_modules()) <= ran


def _modules() -> Iterator[Path]:
    return FOLDER.rglob("test_*.py")
