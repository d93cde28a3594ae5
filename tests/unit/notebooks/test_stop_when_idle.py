"""When an idle instance stops itself, seen through a stand-in for its Jupyter server."""

import json
import os
import subprocess
import sys
import threading
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import pytest

from localcloud.settings import PROJECT_ROOT

WATCH = PROJECT_ROOT / "notebooks" / "sagemaker" / "stop_when_idle.py"


def ago(minutes: int) -> str:
    return (datetime.now(UTC) - timedelta(minutes=minutes)).strftime("%Y-%m-%dT%H:%M:%S.%fZ")


@dataclass
class Jupyter:
    """What Jupyter would say, and where it says it."""

    address: str = ""
    pages: dict[str, Any] = field(default_factory=dict)

    def says(self, *, started: int, kernels: list[Any], terminals: list[Any]) -> None:
        self.pages = {"status": {"started": ago(started)}, "kernels": kernels}
        self.pages["terminals"] = terminals


@pytest.fixture
def jupyter() -> Iterator[Jupyter]:
    said = Jupyter()

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            page = said.pages.get(self.path.removeprefix("/api/"))
            self.send_response(404 if page is None else 200)
            self.end_headers()
            self.wfile.write(json.dumps(page).encode())

        def log_message(self, *_arguments: object) -> None:
            pass

    with ThreadingHTTPServer(("127.0.0.1", 0), Handler) as server:
        said.address = f"http://127.0.0.1:{server.server_port}"
        thread = threading.Thread(target=server.serve_forever)
        thread.start()
        yield said
        server.shutdown()
        thread.join()


def look(jupyter: Jupyter, folder: Path) -> list[str] | None:
    """Look once, with sixty minutes allowed; the words of the command that stops, None for none."""
    command = folder / "aws"
    command.write_text(f'#!/bin/bash\necho "$@" >{folder}/said\n')
    command.chmod(0o755)
    path = f"{folder}{os.pathsep}{os.environ['PATH']}"
    subprocess.run(
        [sys.executable, str(WATCH), "movielens-notebook", "eu-west-1", "60"],
        env=os.environ | {"JUPYTER": jupyter.address, "PATH": path},
        check=True,
        capture_output=True,
    )
    said = folder / "said"
    return said.read_text().split() if said.exists() else None


def kernel(minutes: int, state: str = "idle") -> dict[str, str]:
    return {"last_activity": ago(minutes), "execution_state": state}


def test_an_instance_on_which_nothing_ran_for_long_is_stopped(
    jupyter: Jupyter, tmp_path: Path
) -> None:
    jupyter.says(started=300, kernels=[kernel(61)], terminals=[{"last_activity": ago(90)}])

    stopped = look(jupyter, tmp_path)

    assert stopped is not None
    assert stopped[:2] == ["sagemaker", "stop-notebook-instance"]
    assert stopped[-1] == "movielens-notebook"


def test_a_fresh_instance_gets_its_time(jupyter: Jupyter, tmp_path: Path) -> None:
    jupyter.says(started=5, kernels=[], terminals=[])

    assert look(jupyter, tmp_path) is None


def test_an_instance_that_nobody_ever_used_is_stopped(jupyter: Jupyter, tmp_path: Path) -> None:
    jupyter.says(started=61, kernels=[], terminals=[])

    assert look(jupyter, tmp_path) is not None


@pytest.mark.parametrize(
    ("kernels", "terminals"),
    [
        pytest.param([(300, "busy")], [], id="a cell runs for hours"),
        pytest.param([(300, "idle"), (50, "idle")], [], id="one kernel ran something"),
        pytest.param([], [50], id="somebody types in a terminal"),
    ],
)
def test_an_instance_at_work_goes_on(
    jupyter: Jupyter, tmp_path: Path, kernels: list[tuple[int, str]], terminals: list[int]
) -> None:
    # Minutes, made times here: between collecting a test and running it, minutes go by.
    jupyter.says(
        started=600,
        kernels=[kernel(minutes, state) for minutes, state in kernels],
        terminals=[{"last_activity": ago(minutes)} for minutes in terminals],
    )

    assert look(jupyter, tmp_path) is None


def test_a_server_that_does_not_answer_is_told_and_stops_nothing(
    jupyter: Jupyter, tmp_path: Path
) -> None:
    with pytest.raises(subprocess.CalledProcessError) as told:
        look(jupyter, tmp_path)

    assert b"404" in told.value.stderr
    assert not (tmp_path / "said").exists()
