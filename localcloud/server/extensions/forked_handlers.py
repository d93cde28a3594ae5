"""Handlers' workers are forked from a process that has imported what they import (`nursery`)."""

import subprocess
import sys
from typing import Any

from ministack.core import lambda_runtime

from localcloud.server.extensions.patching import Untyped, replace
from localcloud.server.nursery.nursery import ForkedProcess, Nursery

SUPPORTED = sys.platform == "linux"


class _Subprocess:
    """The module `subprocess` as `lambda_runtime` sees it: Python workers come from the nursery."""

    def __init__(self, nursery: Nursery) -> None:
        self._nursery = nursery

    def __getattr__(self, name: str) -> Untyped:
        return getattr(subprocess, name)

    def Popen(  # noqa: N802 - the name it stands in for
        self,
        command: list[str],
        **options: Any,  # noqa: ANN401 - as given
    ) -> "ForkedProcess | subprocess.Popen[str]":
        if command[0] != sys.executable or options.get("stdin") != subprocess.PIPE:
            return subprocess.Popen(command, **options)
        return self._nursery.start(command[1], folder=options["cwd"], environment=options["env"])


def install(nursery: Nursery) -> None:
    """Replace `subprocess` in `core.lambda_runtime`."""
    replace(lambda_runtime, "subprocess", _Subprocess(nursery))
