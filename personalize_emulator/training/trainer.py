"""The process that trains: started, watched, stopped."""

import json
import os
import subprocess
import sys
import threading
from pathlib import Path
from typing import Final, Protocol

import personalize_emulator
from personalize_emulator.errors import JobFailed, JobStopped
from personalize_emulator.values import Payload

RESULT: Final = "result.json"
_POLL_SECONDS: Final = 0.05
_GRACE_SECONDS: Final = 5.0

_KEPT_BYTES: Final = str(2**31 - 1)
_MALLOC: Final = {"MALLOC_MMAP_THRESHOLD_": _KEPT_BYTES, "MALLOC_TRIM_THRESHOLD_": _KEPT_BYTES}
"""Have glibc keep freed arrays for the next ones instead of handing every large one back.

Of ten million interactions, a fifth of the time went into having the pages of new arrays zeroed.
Other C libraries don't read these variables.
"""


class Trainer(Protocol):
    """Trains what a job file describes and leaves the model in the job's output folder."""

    def train(self, job: Path, stop: threading.Event) -> None:
        """Return when the output folder holds ``result.json``; raises JobStopped if asked to."""
        ...


class ProcessTrainer:
    """Runs ``python -m personalize_emulator.recipes.train JOB.json``."""

    def train(self, job: Path, stop: threading.Event) -> None:
        """Wait for the process; its exit code is told by ``result.json``."""
        log = job.with_suffix(".log")
        command = [sys.executable, "-m", "personalize_emulator.recipes.train", str(job)]
        with (
            log.open("wb") as output,
            subprocess.Popen(
                # However this process ends, its end of the pipe closes, and the training ends too.
                [*command, "--until-stdin-closes"],
                env=training_environment(),
                stdin=subprocess.PIPE,
                stdout=output,
                stderr=subprocess.STDOUT,
            ) as process,
        ):
            _watch(process, stop)
        if not (_output(job) / RESULT).exists():
            lines = log.read_text(errors="replace").splitlines()
            ending = lines[-1] if lines else "it said nothing"
            msg = f"Training ended with exit code {process.returncode}: {ending}"
            raise JobFailed(msg)


def read_result(folder: Path) -> Payload:
    """Return a training's result; raises JobFailed with the failureReason that it names."""
    result: Payload = json.loads((folder / RESULT).read_bytes())
    if reason := result.get("failureReason"):
        raise JobFailed(reason)
    return result


def _output(job: Path) -> Path:
    return Path(json.loads(job.read_bytes())["output"])


def training_environment() -> dict[str, str]:
    """Return the variables of a training: one thread, its memory, where it finds this package.

    The parent may have been started anywhere.
    """
    root = str(Path(personalize_emulator.__file__).resolve().parents[1])
    inherited = os.environ.get("PYTHONPATH")
    # One thread a training: two run side by side, and serving wants its share. What the parent's
    # own environment says of threads and memory holds.
    threads = {"OMP_NUM_THREADS": "1", "OPENBLAS_NUM_THREADS": "1"}
    path = os.pathsep.join(filter(None, (root, inherited)))
    return threads | _MALLOC | os.environ | {"PYTHONPATH": path}


def _watch(process: subprocess.Popen[bytes], stop: threading.Event) -> None:
    while process.poll() is None:
        if stop.wait(_POLL_SECONDS):
            _end(process)
            raise JobStopped("The training was stopped.")


def _end(process: subprocess.Popen[bytes]) -> None:
    process.terminate()
    try:
        process.wait(_GRACE_SECONDS)
    except subprocess.TimeoutExpired:
        process.kill()
        process.wait()
