"""Starts a local cloud in this process: the socket first, then the environment, then MiniStack."""

import logging
import shutil
from dataclasses import replace

from localcloud.errors import UsageError
from localcloud.server.environment import apply_environment
from localcloud.server.listening import loopback_socket
from localcloud.settings import CloudSettings


def serve(settings: CloudSettings, *, until_stdin_closes: bool = False) -> None:
    """Serve until SIGINT or SIGTERM; prints `ready <address>` once requests are answered.

    Args:
        settings: Where to listen and where to keep what.
        until_stdin_closes: End when standard input does: a parent that dies takes its cloud along.

    Raises:
        PortInUseError: Something listens on the port already.
        UsageError: The state folder is a file.
    """
    listener = loopback_socket(settings.port)
    settings = replace(settings, port=listener.getsockname()[1])
    _empty_temporary_dir(settings)
    apply_environment(settings)
    # The pipeline signs nothing with KMS, and MiniStack warns of it before its logging is set up.
    logging.getLogger("kms").setLevel(logging.ERROR)
    # MiniStack reads its environment when it is imported: not before here.
    from localcloud.server import host  # noqa: PLC0415

    try:
        host.run(settings, listener, until_stdin_closes=until_stdin_closes)
    finally:
        shutil.rmtree(settings.temporary_dir, ignore_errors=True)


def _empty_temporary_dir(settings: CloudSettings) -> None:
    if settings.state_dir.exists() and not settings.state_dir.is_dir():
        raise UsageError(f"{settings.state_dir} is no folder: --state takes one.")
    shutil.rmtree(settings.temporary_dir, ignore_errors=True)
    settings.temporary_dir.mkdir(parents=True)
