"""The emulator in a process of its own, which a test may kill."""

import os
import signal
import subprocess
import sys
import time
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import boto3
from botocore.config import Config

END_SECONDS = 20.0


class EmulatorProcess:
    """``python -m personalize_emulator`` over a state folder, in a session of its own."""

    def __init__(
        self, state: Path, *options: str, environment: Mapping[str, str] | None = None
    ) -> None:
        self._command = [sys.executable, "-m", "personalize_emulator", "--state", str(state)]
        self._command += options
        self._environment = dict(os.environ) | dict(environment or {})
        self.start()

    def start(self) -> None:
        self._process = subprocess.Popen(
            self._command,
            stdout=subprocess.PIPE,
            text=True,
            env=self._environment,
            start_new_session=True,
        )
        assert self._process.stdout
        word, self.endpoint = self._process.stdout.readline().split()
        assert word == "ready"

    def client(self, service: str) -> Any:
        session: Any = boto3.session.Session()
        return session.client(
            service,
            region_name="us-east-1",
            endpoint_url=self.endpoint,
            aws_access_key_id="000000000000",
            aws_secret_access_key="x",
            config=Config(retries={"max_attempts": 0}, connect_timeout=2, read_timeout=10),
        )

    def kill(self) -> None:
        """Kill it, and it alone: SIGKILL, no last word; its trainings must end by themselves."""
        self._process.send_signal(signal.SIGKILL)
        self._close()
        deadline = time.monotonic() + END_SECONDS
        while self._anybody_left():
            assert time.monotonic() < deadline, "a training goes on without its service"
            time.sleep(0.01)

    def end(self) -> None:
        self._process.terminate()
        self._close()
        assert self._process.returncode == 0

    def _close(self) -> None:
        self._process.wait(END_SECONDS)
        if self._process.stdout:
            self._process.stdout.close()

    def _anybody_left(self) -> bool:
        try:
            os.killpg(self._process.pid, 0)
        except ProcessLookupError:
            return False
        return True
