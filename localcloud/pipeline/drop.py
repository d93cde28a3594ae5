"""A drop: files, then the marker that says it is complete; and the execution that it starts."""

import time
from collections.abc import Collection, Iterator, Mapping
from datetime import UTC, datetime
from pathlib import Path

from lambdas.shared.settings.pipeline import Pipeline
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
    folder: Path, clients: Clients, *, bucket: str, drop_id: str, names: Mapping[str, str]
) -> list[str]:
    """Put the files of a folder under `drops/<drop id>/` and complete the drop.

    Args:
        folder: Holds a file for each dataset, or `<dataset>/` with parts, and maybe a
            `manifest.json`.
        clients: The cloud.
        bucket: The pipeline's data bucket.
        drop_id: The drop's name.
        names: What the file of each dataset is called, by dataset.

    Returns:
        The uploaded names, the marker aside.

    Raises:
        UsageError: The folder is missing, or holds no file of any of the datasets.
    """
    files = require_files(folder, names)
    for file in files:
        key = f"drops/{drop_id}/{file.relative_to(folder).as_posix()}"
        clients.s3.upload_file(str(file), bucket, key)
    manifest = folder / _MANIFEST
    ending = manifest.name if manifest.is_file() else _MARKER
    body = manifest.read_bytes() if manifest.is_file() else b""
    clients.s3.put_object(Bucket=bucket, Key=f"drops/{drop_id}/{ending}", Body=body)
    return [file.relative_to(folder).as_posix() for file in files]


def fetch_imported(clients: Clients, *, bucket: str, drop_id: str, folder: Path) -> None:
    """Write what was imported of a drop into `folder`, the datasets' own columns in each file.

    Nothing is written for a drop that was refused; of several looks at it the last one counts.
    """
    base = f"runs/{drop_id}/import/"
    pages = clients.s3.get_paginator("list_objects_v2").paginate(Bucket=bucket, Prefix=base)
    names = [one["Key"].removeprefix(base) for page in pages for one in page.get("Contents", [])]
    looks = {int(name.split("/")[0]) for name in names}
    for look, name in (name.split("/", maxsplit=1) for name in names):
        if int(look) == max(looks):
            target = folder / name
            target.parent.mkdir(parents=True, exist_ok=True)
            clients.s3.download_file(bucket, f"{base}{look}/{name}", str(target))


def file_names(pipeline: Pipeline) -> dict[str, str]:
    """What the file of each dataset is called: `<dataset>.csv`, or what `map:` says."""
    own = {kind: one.file for kind, one in pipeline.map.items() if one.file}
    return {kind: own.get(kind, f"{kind}.csv") for kind in pipeline.datasets.present}


def require_files(folder: Path, names: Mapping[str, str]) -> list[Path]:
    """The files of a folder that a drop takes.

    Raises:
        UsageError: The folder is missing, or holds no file of any of the datasets.
    """
    files = list(_files(folder, names))
    if not files:
        raise UsageError(f"{folder} holds none of {', '.join(names.values())}.")
    return files


def _files(folder: Path, names: Mapping[str, str]) -> Iterator[Path]:
    if not folder.is_dir():
        first = next(iter(names.values()))
        raise UsageError(f"{folder} is no folder: --data takes a folder with {first}.")
    for dataset, name in names.items():
        single = folder / name
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
