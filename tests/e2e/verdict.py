"""After the last end-to-end test: what all clouds saw is judged together.

Sufficient and minimal: every call of every journey is allowed, and every allowed action is used by
some journey or listed with a reason (`localcloud/permissions/kept.yaml`). Complete: every state and
every transition of the state machines was visited, or is listed with a reason (`unvisited.py`).
The verdict is only given on a run of this whole folder. What was denied is said even where tests
failed, for it is why: the role, the action and the call.
"""

import os
import tempfile
from pathlib import Path

import pytest

from localcloud.permissions.kept import load_kept
from tests.e2e.evidence import Judgement, judge

FOLDER = Path(__file__).parent
KEEP = "E2E_EVIDENCE"  # where to keep what the clouds left; a temporary folder unless given
FAILS = "This fails the run, though each of these tests passed: see what is said above."


def keep_evidence() -> Path:
    """The folder for what the clouds leave; workers of a distributed run inherit it."""
    if KEEP not in os.environ:
        os.environ[KEEP] = tempfile.mkdtemp(prefix="e2e-evidence-")
    return Path(os.environ[KEEP])


class Verdict:
    """Notes which tests ran, wherever they ran, and judges at the end."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.ran: set[str] = set()
        self.failed = False
        self.judgement: Judgement | None = None

    def pytest_runtest_logreport(self, report: pytest.TestReport) -> None:
        """Hear of a test, from another process too."""
        file = report.nodeid.partition("::")[0]
        if file.startswith("tests/e2e/"):
            self.ran.add(file)
            self.failed |= report.failed

    # After the workers have ended, and with them their clouds.
    @pytest.hookimpl(trylast=True)
    def pytest_sessionfinish(self, session: pytest.Session, exitstatus: int) -> None:
        """Judge, and let the run fail where something is to be mended."""
        modules = {f"tests/e2e/{m.relative_to(FOLDER)}" for m in FOLDER.rglob("test_*.py")}
        if not modules <= self.ran:
            return
        self.judgement = judge(self.folder, load_kept())
        if exitstatus == pytest.ExitCode.OK and not self.judgement.holds:
            session.exitstatus = pytest.ExitCode.TESTS_FAILED

    def pytest_terminal_summary(self, terminalreporter: pytest.TerminalReporter) -> None:
        """Say it in words."""
        if self.judgement is None:
            return
        terminalreporter.section("what the clouds saw")
        # What failing tests did not come to is neither unused nor unvisited.
        lines = self.judgement.refusals if self.failed else self.judgement.lines
        for line in lines:
            terminalreporter.write_line(line)
        if not self.failed and not self.judgement.holds:
            terminalreporter.write_line(FAILS, red=True, bold=True)
