"""The process that forks: a script, so that nothing of this project is imported into a handler.

It is started with one end of a socket pair as descriptor `sys.argv[1]`. A request is a JSON object
`{"script", "folder", "environment"}` (four bytes of its length before it) with four descriptors:
standard input, output and error, and one that is held open for as long as the new process lives.
The answer is the process id, four bytes. It ends when the other end of the socket is closed.
"""

import contextlib
import importlib
import io
import json
import os
import runpy
import signal
import socket
import struct
import sys
import tempfile
import traceback

# What handlers import; nothing that reads the environment when it is imported, but for the X-Ray
# SDK, which asks whether it runs in Lambda.
PRELOADED = (
    "boto3",
    "botocore.handlers",
    "botocore.session",
    "pydantic",
    "aws_lambda_powertools.utilities.typing",
    "aws_lambda_powertools.logging",
    "aws_lambda_powertools.metrics",
    "aws_lambda_powertools.tracing",
    "aws_xray_sdk.core",
)
LENGTH = struct.Struct("!I")
DESCRIPTORS = 4


def main() -> None:
    """Import once, then fork on request."""
    requests = socket.socket(fileno=int(sys.argv[1]))
    requests.set_inheritable(False)
    for module in PRELOADED:
        importlib.import_module(module)
    signal.signal(signal.SIGCHLD, signal.SIG_IGN)  # the kernel collects ended children
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C is the server's to answer
    while True:
        header, descriptors, _, _ = socket.recv_fds(requests, LENGTH.size, DESCRIPTORS)
        if not header:
            return
        body = _read(requests, LENGTH.unpack(header)[0])
        child = os.fork()
        if child == 0:
            requests.close()
            _live(json.loads(body), descriptors)
        for descriptor in descriptors:
            os.close(descriptor)
        requests.sendall(LENGTH.pack(child))


def _read(requests: socket.socket, length: int) -> bytes:
    parts = bytearray()
    while len(parts) < length:
        parts += requests.recv(length - len(parts))
    return bytes(parts)


def _live(request: dict[str, object], descriptors: list[int]) -> None:
    """Be the new process; never returns."""
    code = 1
    try:
        _become(request, descriptors)
        runpy.run_path(str(request["script"]), run_name="__main__")
        code = 0
    except SystemExit as end:
        code = end.code if isinstance(end.code, int) else 1
    except BaseException:  # what a new process would do: say so and end
        traceback.print_exc()
    finally:
        _flush()
        os._exit(code)  # past the clean-up that belongs to the process forked from


def _become(request: dict[str, object], descriptors: list[int]) -> None:
    for number in (signal.SIGCHLD, signal.SIGINT):
        signal.signal(number, signal.SIG_DFL)
    for target, descriptor in enumerate(descriptors[:3]):
        os.dup2(descriptor, target)
        os.close(descriptor)
    # Not passed on: what the process starts may outlive it.
    os.set_inheritable(descriptors[3], False)  # noqa: FBT003 - takes no keyword
    sys.stdin = io.TextIOWrapper(io.FileIO(0), encoding="utf-8")
    sys.stdout = io.TextIOWrapper(io.FileIO(1, "w"), encoding="utf-8", line_buffering=True)
    sys.stderr = io.TextIOWrapper(io.FileIO(2, "w"), encoding="utf-8", line_buffering=True)
    os.chdir(str(request["folder"]))
    os.environ.clear()
    os.environ.update(request["environment"])  # type: ignore[call-overload]
    tempfile.tempdir = None
    script = str(request["script"])
    sys.argv[:] = [script]
    sys.path[0] = os.path.dirname(script)  # noqa: PTH120 - as the interpreter has it


def _flush() -> None:
    for stream in (sys.stdout, sys.stderr):
        with contextlib.suppress(OSError):  # nobody reads any more
            stream.flush()


if __name__ == "__main__":
    main()
