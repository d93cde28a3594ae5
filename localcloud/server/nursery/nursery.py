"""Asks the forking process for processes, and holds them as `subprocess.Popen` would."""

import json
import os
import select
import signal
import socket
import struct
import subprocess
import sys
import threading
import time
from collections.abc import Mapping
from pathlib import Path
from typing import IO

_SCRIPT = Path(__file__).with_name("forks.py")
_LENGTH = struct.Struct("!I")


class ForkedProcess:
    """A process that is not our child: what MiniStack uses of `subprocess.Popen`.

    Attributes:
        pid: Its process id.
        stdin: Text, line by line.
        stdout: Text.
        stderr: Text.
        returncode: None while it lives, then 0: how it ended, nobody here can know.
    """

    def __init__(
        self, pid: int, stdin: IO[str], stdout: IO[str], stderr: IO[str], life: int
    ) -> None:
        """Hold a process; `life` is a pipe whose other end only that process holds."""
        self.pid = pid
        self.stdin, self.stdout, self.stderr = stdin, stdout, stderr
        self.returncode: int | None = None
        self._life = life
        self._lock = threading.Lock()

    def poll(self) -> int | None:
        """None while the process lives."""
        return self._await(0)

    def wait(self, timeout: float | None = None) -> int:
        """Wait for its end.

        Raises:
            subprocess.TimeoutExpired: It lives on.
        """
        ended = self._await(timeout)
        if ended is None:
            raise subprocess.TimeoutExpired(str(self.pid), timeout or 0)
        return ended

    def terminate(self) -> None:
        """Ask it to end."""
        self._signal(signal.SIGTERM)

    def kill(self) -> None:
        """End it."""
        self._signal(signal.SIGKILL)

    def _signal(self, number: signal.Signals) -> None:
        if self.poll() is None:
            os.kill(self.pid, number)

    def _await(self, timeout: float | None) -> int | None:
        deadline = None if timeout is None else time.monotonic() + timeout
        while self.returncode is None:
            left = None if deadline is None else max(0.0, deadline - time.monotonic()) * 1000
            ends = select.poll()
            ends.register(self._life)
            if not ends.poll(left):
                return None
            self._ended()
        return self.returncode

    def _ended(self) -> None:
        with self._lock:
            if self.returncode is None:
                os.close(self._life)
                self.returncode = 0


class Nursery:
    """The forking process, started at once; its imports are done by the first request."""

    def __init__(self, environment: Mapping[str, str]) -> None:
        """Start it.

        Args:
            environment: Its own; every forked process gets another.
        """
        ours, theirs = socket.socketpair()
        self._requests = ours
        self._lock = threading.Lock()
        self._process = subprocess.Popen(
            [sys.executable, str(_SCRIPT), str(theirs.fileno())],
            pass_fds=[theirs.fileno()],
            # Some libraries ask on import whether they run in Lambda. They will.
            env={**environment, "LAMBDA_TASK_ROOT": "/var/task"},
        )
        theirs.close()

    def start(self, script: str, *, folder: str, environment: Mapping[str, str]) -> ForkedProcess:
        """Run a Python script in a process of its own.

        Raises:
            OSError: The forking process has ended.
        """
        pipes = [os.pipe() for _ in range(4)]
        (input_read, input_write), (output_read, output_write) = pipes[0], pipes[1]
        (error_read, error_write), (life_read, life_write) = pipes[2], pipes[3]
        given = [input_read, output_write, error_write, life_write]
        request = {"script": script, "folder": folder, "environment": dict(environment)}
        try:
            pid = self._ask(json.dumps(request).encode(), given)
        finally:
            for descriptor in given:
                os.close(descriptor)
        return ForkedProcess(
            pid,
            os.fdopen(input_write, "w", buffering=1, encoding="utf-8"),
            os.fdopen(output_read, encoding="utf-8"),
            os.fdopen(error_read, encoding="utf-8"),
            life_read,
        )

    def close(self) -> None:
        """End the forking process; what it forked lives on until its input ends."""
        self._requests.close()
        self._process.wait()

    def _ask(self, body: bytes, descriptors: list[int]) -> int:
        with self._lock:
            socket.send_fds(self._requests, [_LENGTH.pack(len(body))], descriptors)
            self._requests.sendall(body)
            answer = self._requests.recv(_LENGTH.size, socket.MSG_WAITALL)
        if len(answer) < _LENGTH.size:
            raise OSError("the process that starts handlers has ended")
        pid: int = _LENGTH.unpack(answer)[0]
        return pid
