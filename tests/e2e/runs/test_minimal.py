"""The smallest pipeline file, as it is shipped, by the commands that a user types."""

import json
import subprocess
import sys
from pathlib import Path

import pytest

from localcloud.settings import PROJECT_ROOT
from tests.e2e.runs.pipelines import interactions

PIPELINE = "pipelines/minimal.yaml"
SECONDS = 180


class Terminal:
    """A folder with a user's CSV file, and the commands in it."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        data = folder / "data"
        data.mkdir()
        (data / "interactions.csv").write_bytes(interactions())

    def type(self, command: str, *options: str) -> str:
        """Run a command on the smallest pipeline; return what it printed."""
        words = [command, PIPELINE, *options, "--state", str(self.folder / "cloud")]
        done = subprocess.run(
            [sys.executable, "-m", "localcloud", *words],
            cwd=PROJECT_ROOT,
            capture_output=True,
            text=True,
            timeout=SECONDS,
            check=False,
        )
        assert done.returncode == 0, done.stderr + done.stdout
        return done.stdout


@pytest.fixture(scope="module")
def terminal(tmp_path_factory: pytest.TempPathFactory) -> Terminal:
    return Terminal(tmp_path_factory.mktemp("minimal"))


def test_a_file_of_ten_lines_and_a_file_of_rows_make_a_campaign_that_answers(
    terminal: Terminal,
) -> None:
    out = terminal.folder / "out"
    lines = (PROJECT_ROOT / PIPELINE).read_text().splitlines()

    said = terminal.type(
        *("run", "--data", str(terminal.folder / "data")),
        *("--out", str(out), "--permissions", "enforce"),
    )

    summary = json.loads((out / "summary.json").read_text())
    [solution] = summary["solutions"]
    assert len(lines) <= 10
    assert "deployed minimal-pipeline" in said
    assert (summary["status"], solution["status"]) == ("SUCCEEDED", "ACTIVE")
    assert solution["campaignArn"].endswith(":campaign/minimal-for-you")
    assert set(solution["recommendations"]) <= {f"i{item}" for item in range(30)}
    assert solution["recommendations"]
    assert solution["metrics"]["normalized_discounted_cumulative_gain_at_10"] >= 0
    assert "minimal-for-you" in (out / "report.html").read_text()


def test_afterwards_a_plan_finds_nothing_to_do(terminal: Terminal) -> None:
    planned = terminal.type("plan").splitlines()

    assert {line.split()[0] for line in planned} == {"keep"}
    assert any("campaign/minimal-for-you" in line for line in planned)


def test_it_is_destroyed_and_nothing_is_left_of_it(terminal: Terminal) -> None:
    gone, again = terminal.type("destroy"), terminal.type("destroy")

    assert "Nothing of minimal is left." in gone
    assert "There is no stack minimal-pipeline here; nothing was done." in again
    assert {line.split()[0] for line in terminal.type("plan").splitlines()} == {"create"}
