"""A local cloud as a child process: started, awaited, stopped."""

import subprocess
import sys
import threading
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import IO

from localcloud.errors import PortInUseError, ServerError, UsageError
from localcloud.server.state import held
from localcloud.settings import PROJECT_ROOT, CloudSettings

_READY = "ready "
_START_SECONDS = 30.0
_STOP_SECONDS = 20.0
_HEALTH = "/_ministack/health"
_ANSWER_SECONDS = 5.0


@dataclass(frozen=True)
class RunningCloud:
    """A local cloud that answers at `endpoint`; its log is in `log`."""

    endpoint: str
    process: subprocess.Popen[str]
    log: Path


@contextmanager
def running_cloud(settings: CloudSettings, *, afresh: bool = False) -> Iterator[RunningCloud]:
    """Start a local cloud, yield it when it answers, stop it afterwards.

    The child ends with this process, however this process ends.

    Args:
        settings: Where it listens and what it keeps where.
        afresh: Begin with an empty state folder, not with what it holds.

    Raises:
        UsageError: The state folder is no local cloud's, or another one uses it.
        PortInUseError: Something listens on the port already.
        ServerError: It did not start; the message has the end of its log.
    """
    log = settings.state_dir / "server.log"
    with held(settings.state_dir) as state:
        if afresh:
            state.empty()
        with log.open("w") as sink:
            process = _start(settings, sink, state.descriptor)
        try:
            yield RunningCloud(endpoint=_await_ready(process, log), process=process, log=log)
        finally:
            _stop(process)


@contextmanager
def cloud_at(
    endpoint: str | None, settings: CloudSettings, *, afresh: bool = False
) -> Iterator[str]:
    """The address of a running local cloud: the given one, or one started for as long as needed.

    Raises:
        UsageError: No local cloud answers at the given address, or the state folder is not to have.
    """
    if endpoint is None:
        with running_cloud(settings, afresh=afresh) as cloud:
            yield cloud.endpoint
        return
    require_answer(endpoint)
    yield endpoint


@contextmanager
def kept_cloud(endpoint: str | None, settings: CloudSettings) -> Iterator[str]:
    """The address of a local cloud in which something is expected: running, or kept by a run.

    Raises:
        UsageError: No local cloud answers at the given address, or none was kept.
    """
    if endpoint is None and not settings.state_dir.is_dir():
        raise UsageError(
            f"No local cloud was kept in {settings.state_dir}; --endpoint names a running one."
        )
    with cloud_at(endpoint, settings) as address:
        yield address


def require_answer(endpoint: str) -> None:
    """Raise UsageError if no local cloud answers at an address."""
    if not _answers(endpoint):
        raise UsageError(f"No local cloud answers at {endpoint}.")


def _answers(endpoint: str) -> bool:
    if not endpoint.startswith(("http://", "https://")):
        return False
    direct = urllib.request.build_opener(urllib.request.ProxyHandler({}))
    try:
        with direct.open(f"{endpoint}{_HEALTH}", timeout=_ANSWER_SECONDS):
            return True
    except (OSError, ValueError):
        return False


def _start(settings: CloudSettings, log: IO[str], held_by: int) -> subprocess.Popen[str]:
    command = [sys.executable, "-m", "localcloud", "serve", "--until-stdin-closes"]
    command += ["--port", str(settings.port), "--state", str(settings.state_dir)]
    command += ["--held-by", str(held_by)]
    command += ["--wait-scale", str(settings.wait_scale), "--log-level", settings.log_level]
    command += ["--permissions", settings.permissions]
    command += [word for quota in settings.quotas for word in ("--quota", quota)]
    if settings.legacy_recipes:
        command.append("--legacy-recipes")
    return subprocess.Popen(
        command,
        cwd=PROJECT_ROOT,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=log,
        text=True,
        # It holds the state folder, too: if this process is killed, until the cloud has ended.
        pass_fds=(held_by,),
        # Ctrl-C reaches the parent, which stops the cloud in its own time.
        start_new_session=True,
    )


def _await_ready(process: subprocess.Popen[str], log: Path) -> str:
    timer = threading.Timer(_START_SECONDS, process.kill)
    timer.start()
    try:
        assert process.stdout is not None  # noqa: S101 - opened as a pipe above
        for line in process.stdout:
            if line.startswith(_READY):
                return line.removeprefix(_READY).strip()
    finally:
        timer.cancel()
    raise _not_started(process.wait(), log)


def _not_started(code: int, log: Path) -> ServerError | PortInUseError:
    ending = "\n".join(log.read_text().splitlines()[-5:])
    if "is in use" in ending:
        return PortInUseError(ending)
    return ServerError(f"The local cloud did not start (exit {code}); {log} ends with:\n{ending}")


def _stop(process: subprocess.Popen[str]) -> None:
    if process.stdin is not None:
        process.stdin.close()
    try:
        process.wait(_STOP_SECONDS)
    except subprocess.TimeoutExpired:
        process.kill()
        process.wait()
    if process.stdout is not None:
        process.stdout.close()
