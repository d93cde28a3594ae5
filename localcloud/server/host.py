"""Hosts MiniStack, its extensions and the emulated Personalize on one socket.

Import this module only after the environment is set (`localcloud.server.start`): MiniStack reads it
on import.
"""

import asyncio
import os
import signal
import sys
from collections.abc import Callable
from socket import socket

from hypercorn.asyncio import serve
from hypercorn.config import Config
from ministack.app import app
from ministack.core import lambda_runtime

from localcloud.permissions.integrations.install import Permissions
from localcloud.permissions.recorder import Mode
from localcloud.server import personalize
from localcloud.server.extensions import forked_handlers, install_all
from localcloud.server.nursery.nursery import Nursery
from localcloud.server.rehearsal import Asgi, Message, Receive, Send, rehearsing, tick_until
from localcloud.settings import CloudSettings, endpoint_url

# Longer than botocore keeps a connection in its pool, so that no request meets a closing one.
_KEEP_ALIVE_SECONDS = 75


def run(settings: CloudSettings, listener: socket, *, until_stdin_closes: bool) -> None:
    """Answer on `listener` until SIGINT, SIGTERM or, if asked, the end of standard input."""
    install_all()
    nursery = _nursery()
    permissions = Permissions(Mode(settings.permissions), settings.region)
    permissions.install()
    service = personalize.install(settings, permissions)
    front = rehearsing(permissions.front(app), service.handle)
    try:
        asyncio.run(
            _serve(front, settings, listener, service.tick, until_stdin_closes=until_stdin_closes)
        )
    finally:
        permissions.leave_evidence()
        service.close()
        lambda_runtime.reset()  # ends the handlers' processes
        if nursery is not None:
            nursery.close()


def _nursery() -> Nursery | None:
    if not forked_handlers.SUPPORTED:
        return None
    nursery = Nursery(os.environ)
    forked_handlers.install(nursery)
    return nursery


async def _serve(
    front: Asgi,
    settings: CloudSettings,
    listener: socket,
    tick: Callable[[], None],
    *,
    until_stdin_closes: bool,
) -> None:
    config = Config()
    config.bind = [f"fd://{listener.fileno()}"]
    config.loglevel = settings.log_level
    config.keep_alive_timeout = _KEEP_ALIVE_SECONDS
    stopped = _stop_event(until_stdin_closes=until_stdin_closes)
    announcing = _announcing(front, endpoint_url(settings.port))
    ticking = asyncio.create_task(tick_until(stopped, tick))
    await serve(announcing, config, shutdown_trigger=stopped.wait)  # type: ignore[arg-type]
    await ticking


def _stop_event(*, until_stdin_closes: bool) -> asyncio.Event:
    stopped = asyncio.Event()
    loop = asyncio.get_running_loop()
    for number in (signal.SIGINT, signal.SIGTERM):
        loop.add_signal_handler(number, stopped.set)
    if until_stdin_closes:
        loop.add_reader(sys.stdin.fileno(), _stop_at_end_of_input, stopped)
    return stopped


def _stop_at_end_of_input(stopped: asyncio.Event) -> None:
    if not os.read(sys.stdin.fileno(), 1):
        asyncio.get_running_loop().remove_reader(sys.stdin.fileno())
        stopped.set()


def _announcing(asgi: Asgi, address: str) -> Asgi:
    """`asgi`, printing `ready` when its start-up is complete."""

    async def announcing(scope: Message, receive: Receive, send: Send) -> None:
        async def announced(message: Message) -> None:
            await send(message)
            if message["type"] == "lifespan.startup.complete":
                print(f"ready {address}", flush=True)  # noqa: T201 - the command's contract

        await asgi(scope, receive, announced if scope["type"] == "lifespan" else send)

    return announcing
