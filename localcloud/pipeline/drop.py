"""A drop: files, then the marker that says it is complete; and the execution that it starts."""

import time
from collections.abc import Collection, Iterator
from datetime import UTC, datetime
from pathlib import Path

from localcloud.clients import Clients
from localcloud.errors import RunError, UsageError

_MARKER = "_SUCCESS"
_MANIFEST = "manifest.json"
_START_SECONDS = 30.0
_POLL_SECONDS = 0.1


def new_drop_id() -> str:
    """A drop id that sorts by time and never repeats within a process."""
    return datetime.now(UTC).strftime("%Y%m%dT%H%M%S%fZ")


def upload(
    folder: Path, clients: Clients, *, bucket: str, drop_id: str, datasets: Collection[str]
) -> list[str]:
    """Put the files of a folder under `drops/<drop id>/` and complete the drop.

    Args:
        folder: Holds `<dataset>.csv`, or `<dataset>/` with parts, and maybe a `manifest.json`.
        clients: The cloud.
        bucket: The pipeline's data bucket.
        drop_id: The drop's name.
        datasets: The datasets whose files are taken.

    Returns:
        The uploaded names, the marker aside.

    Raises:
        UsageError: The folder is missing, or holds no file of any of the datasets.
    """
    files = require_files(folder, datasets)
    for file in files:
        key = f"drops/{drop_id}/{file.relative_to(folder).as_posix()}"
        clients.s3.upload_file(str(file), bucket, key)
    manifest = folder / _MANIFEST
    ending = manifest.name if manifest.is_file() else _MARKER
    body = manifest.read_bytes() if manifest.is_file() else b""
    clients.s3.put_object(Bucket=bucket, Key=f"drops/{drop_id}/{ending}", Body=body)
    return [file.relative_to(folder).as_posix() for file in files]


def require_files(folder: Path, datasets: Collection[str]) -> list[Path]:
    """The files of a folder that a drop takes.

    Raises:
        UsageError: The folder is missing, or holds no file of any of the datasets.
    """
    files = list(_files(folder, datasets))
    if not files:
        expected = ", ".join(f"{dataset}.csv" for dataset in datasets)
        raise UsageError(f"{folder} holds none of {expected}.")
    return files


def _files(folder: Path, datasets: Collection[str]) -> Iterator[Path]:
    if not folder.is_dir():
        raise UsageError(f"{folder} is no folder: --data takes a folder with interactions.csv.")
    for dataset in datasets:
        single = folder / f"{dataset}.csv"
        if single.is_file():
            yield single
        elif (folder / dataset).is_dir():
            yield from sorted(path for path in (folder / dataset).rglob("*") if path.is_file())


def execution_of(
    clients: Clients,
    *,
    machine: str,
    drop_id: str,
    besides: Collection[str] = (),
    seconds: float = _START_SECONDS,
) -> str:
    """The ARN of the execution that a drop started.

    Args:
        clients: The cloud.
        machine: The state machine's ARN.
        drop_id: The drop.
        besides: Executions of the same drop that are known already.
        seconds: How long to look for it.

    Raises:
        RunError: None started in time.
    """
    deadline = time.monotonic() + seconds
    while time.monotonic() < deadline:
        listed = clients.stepfunctions.list_executions(stateMachineArn=machine)["executions"]
        for arn in (one["executionArn"] for one in listed if one["executionArn"] not in besides):
            if drop_id in clients.stepfunctions.describe_execution(executionArn=arn)["input"]:
                return arn
        time.sleep(_POLL_SECONDS)
    raise RunError(f"The drop {drop_id} started no execution of {machine} in {seconds:.0f} s.")
