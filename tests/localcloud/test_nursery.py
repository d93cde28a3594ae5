"""A forked handler's process is what a new one would be."""

import os
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from localcloud.server.nursery.nursery import ForkedProcess, Nursery
from tests.localcloud.templates import Deployer, function, role, state_machine

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="forks on Linux only")

ECHO = """
import os, sys
for line in sys.stdin:
    print(os.getcwd(), sorted(os.environ), sys.argv, line.strip(), flush=True)
    print("to stderr", file=sys.stderr)
"""


@pytest.fixture(scope="module")
def nursery() -> Iterator[Nursery]:
    nursery = Nursery({**os.environ, "AWS_PROFILE": "of-the-nursery"})
    yield nursery
    nursery.close()


def start(nursery: Nursery, folder: Path, code: str) -> ForkedProcess:
    script = folder / "script.py"
    script.write_text(code)
    return nursery.start(str(script), folder=str(folder), environment={"ONLY": "this"})


def close(process: ForkedProcess) -> None:
    for stream in (process.stdin, process.stdout, process.stderr):
        stream.close()


def test_it_has_its_own_environment_folder_and_streams(nursery: Nursery, tmp_path: Path) -> None:
    process = start(nursery, tmp_path, ECHO)
    process.stdin.write("hello\n")

    said = process.stdout.readline().strip()

    assert said == f"{tmp_path} ['ONLY'] ['{tmp_path}/script.py'] hello"
    assert process.stderr.readline() == "to stderr\n"
    assert process.poll() is None
    process.stdin.close()
    assert process.wait(5) == 0
    close(process)


def test_it_sees_nothing_of_this_project(nursery: Nursery, tmp_path: Path) -> None:
    code = (
        "import sys\nprint([m for m in sys.modules if m.startswith('localcloud')], sys.path[0])\n"
    )
    process = start(nursery, tmp_path, code + "import localcloud\n")

    assert process.stdout.readline() == f"[] {tmp_path}\n"
    assert "No module named 'localcloud'" in process.stderr.read()
    process.wait(5)
    close(process)


def test_it_may_start_and_await_processes_of_its_own(nursery: Nursery, tmp_path: Path) -> None:
    code = "import subprocess\nprint(subprocess.run(['sh', '-c', 'exit 3']).returncode)\n"
    process = start(nursery, tmp_path, code)

    assert process.stdout.readline() == "3\n"
    process.wait(5)
    close(process)


def test_its_end_is_noticed_and_can_be_forced(nursery: Nursery, tmp_path: Path) -> None:
    process = start(nursery, tmp_path, "import time\ntime.sleep(60)\n")
    with pytest.raises(subprocess.TimeoutExpired):
        process.wait(0.1)

    process.terminate()

    assert process.wait(5) == 0
    assert process.poll() == 0
    process.kill()  # the end of an ended process is nothing to complain about
    close(process)


def test_it_has_the_libraries_at_once(nursery: Nursery, tmp_path: Path) -> None:
    code = (
        "import time\nbegan = time.process_time()\nimport boto3, pydantic\n"
        "print(time.process_time() - began)\n"
    )
    process = start(nursery, tmp_path, code)

    assert float(process.stdout.readline()) < 0.05
    process.wait(5)
    close(process)


def test_two_processes_share_no_randomness(nursery: Nursery, tmp_path: Path) -> None:
    code = "import random\nprint(random.random())\n"
    processes = [start(nursery, tmp_path, code) for _ in range(2)]

    first, second = (process.stdout.readline() for process in processes)

    assert first != second
    for process in processes:
        process.wait(5)
        close(process)


def test_the_cloud_forks_its_handlers(deployer: Deployer) -> None:
    code = (
        "import os\n"
        "def handler(event, context):\n"
        "    return open(f'/proc/{os.getppid()}/cmdline').read()\n"
    )
    task = {
        "Type": "Task",
        "Resource": "arn:aws:states:::lambda:invoke",
        "Parameters": {"FunctionName": "${Function}"},
        "End": True,
    }

    execution = deployer.run(
        {
            "Role": role(),
            "Function": function(code),
            "Machine": state_machine(
                {"StartAt": "Invoke", "States": {"Invoke": task}}, Function="Function"
            ),
        }
    )

    assert "forks.py" in execution["output"], execution


def test_no_handler_outlives_its_cloud(tmp_path: Path) -> None:
    other = Nursery(os.environ)
    process = start(other, tmp_path, ECHO)

    other.close()
    process.stdin.close()

    deadline = time.monotonic() + 5
    while process.poll() is None:
        assert time.monotonic() < deadline
        time.sleep(0.02)
    close(process)
