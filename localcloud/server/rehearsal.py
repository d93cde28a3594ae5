"""What the emulated Personalize has of its own on the local cloud: its endpoint, and its time.

MiniStack routes by the service that signs; requests to rehearse faults and long trainings
(``/_emulator/...``) are signed by nobody, so they are taken out in front of it.
"""

import asyncio
from collections.abc import Awaitable, Callable
from contextlib import suppress
from typing import Any

from personalize_emulator.api.http import HttpRequest, HttpResponse
from personalize_emulator.scenarios.endpoint import PREFIX

Message = dict[str, Any]
Receive = Callable[[], Awaitable[Message]]
Send = Callable[[Message], Awaitable[None]]
Asgi = Callable[[Message, Receive, Send], Awaitable[None]]

TICK_SECONDS = 1.0


def rehearsing(inner: Asgi, answer: Callable[[HttpRequest], HttpResponse]) -> Asgi:
    """`inner`, with what is asked of the emulator itself answered by `answer`, on a thread."""

    async def front(scope: Message, receive: Receive, send: Send) -> None:
        if scope["type"] != "http" or not scope["path"].startswith(PREFIX):
            await inner(scope, receive, send)
            return
        request = HttpRequest(scope["method"], scope["path"], body=await _body(receive))
        response = await asyncio.to_thread(answer, request)
        headers = [(name.encode(), value.encode()) for name, value in response.headers.items()]
        await send({"type": "http.response.start", "status": response.status, "headers": headers})
        await send({"type": "http.response.body", "body": response.body})

    return front


async def _body(receive: Receive) -> bytes:
    body, more = b"", True
    while more:
        message = await receive()
        body += message.get("body", b"")
        more = message.get("more_body", False)
    return body


async def tick_until(
    stopped: asyncio.Event, tick: Callable[[], None], seconds: float = TICK_SECONDS
) -> None:
    """Call `tick` regularly, on a thread: automatic trainings begin even if nobody asks."""
    while not stopped.is_set():
        await asyncio.to_thread(tick)
        with suppress(TimeoutError):
            await asyncio.wait_for(stopped.wait(), seconds)
