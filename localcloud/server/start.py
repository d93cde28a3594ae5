"""Starts a local cloud in this process: the socket first, then the environment, then MiniStack."""

import logging
import shutil
from dataclasses import replace
from socket import socket

from localcloud.server.environment import apply_environment
from localcloud.server.listening import loopback_socket
from localcloud.server.state import held
from localcloud.settings import CloudSettings, endpoint_url


def serve(
    settings: CloudSettings, *, until_stdin_closes: bool = False, held_by: int | None = None
) -> None:
    """Serve until SIGINT or SIGTERM; prints `ready <address>` once requests are answered.

    Args:
        settings: Where to listen and where to keep what.
        until_stdin_closes: End when standard input does: a parent that dies takes its cloud along.
        held_by: The descriptor by which a parent holds the state folder already.

    Raises:
        PortInUseError: Something listens on the port already.
        UsageError: The state folder is no local cloud's, or another one uses it.
    """
    listener = loopback_socket(settings.port)
    settings = replace(settings, port=listener.getsockname()[1])
    with held(settings.state_dir, held_by) as state:
        state.tell(endpoint_url(settings.port))
        _serve(settings, listener, until_stdin_closes=until_stdin_closes)


def _serve(settings: CloudSettings, listener: socket, *, until_stdin_closes: bool) -> None:
    shutil.rmtree(settings.temporary_dir, ignore_errors=True)
    settings.temporary_dir.mkdir()
    apply_environment(settings)
    # The pipeline signs nothing with KMS, and MiniStack warns of it before its logging is set up.
    logging.getLogger("kms").setLevel(logging.ERROR)
    # MiniStack reads its environment when it is imported: not before here.
    from localcloud.server import host  # noqa: PLC0415

    try:
        host.run(settings, listener, until_stdin_closes=until_stdin_closes)
    finally:
        shutil.rmtree(settings.temporary_dir, ignore_errors=True)
