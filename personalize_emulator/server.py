"""An HTTP server for the service, on a loopback port.

h11 reads and writes the protocol, asyncio the sockets. Real-time requests are answered right on the
loop, one after the other: they are short, and no thread changes hands. All others may wait for the
service's lock, so they go to threads.
"""

import asyncio
import json
import signal
import threading
import time
import zlib
from collections.abc import Callable, Mapping
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from email.utils import formatdate
from functools import lru_cache
from types import TracebackType
from typing import Final, Self

import h11

from personalize_emulator.api.http import HttpRequest, HttpResponse
from personalize_emulator.api.model import RUNTIME, load_api
from personalize_emulator.errors import CannotStart
from personalize_emulator.service import PersonalizeService

LOOPBACK: Final = "127.0.0.1"
_MAX_BODY: Final = 10 * 2**20
_TICK_SECONDS: Final = 1.0
_THREADS: Final = 16
# As the service answers web pages: those of any origin may call it and read its answers.
_TO_PAGES: Final = [
    ("access-control-allow-origin", "*"),
    ("access-control-expose-headers", "*"),
]
_TO_PREFLIGHTS: Final = {
    "access-control-allow-methods": "POST",
    "access-control-allow-headers": "*, authorization",
    "access-control-max-age": "172800",
    "content-length": "0",
}

Handler = Callable[[HttpRequest], HttpResponse]


class Server:
    """Serves one :class:`PersonalizeService`; port 0 picks a free one.

    Used as a context manager it serves from a thread of its own until the end of the block; raises
    CannotStart if the port is taken.
    """

    def __init__(
        self, service: PersonalizeService, port: int, handler: Handler | None = None
    ) -> None:
        """Serve ``service``, or what ``handler`` makes of the requests."""
        self._service = service
        self._port = port
        self.handler: Handler = handler or service.handle
        self.inline = {
            path for path, operation in load_api().by_path.items() if operation.service == RUNTIME
        }
        self.threads = ThreadPoolExecutor(_THREADS, thread_name_prefix="request")
        self.connections: set[asyncio.Transport] = set()
        self._ready = threading.Event()
        self._loop: asyncio.AbstractEventLoop | None = None
        self._stop: asyncio.Event | None = None
        self._refused: CannotStart | None = None
        self._thread = threading.Thread(target=self._run_aside, name="server", daemon=True)

    @property
    def url(self) -> str:
        """The address to give to clients as their endpoint."""
        return f"http://{LOOPBACK}:{self._port}"

    def run(
        self, *, until_signal: bool = False, announce: Callable[[str], None] | None = None
    ) -> None:
        """Serve until ``stop``, or until SIGINT or SIGTERM; ``announce`` is told the address."""
        asyncio.run(self._serve(announce, until_signal=until_signal))

    def _run_aside(self) -> None:
        """Serve from the context manager's thread; what keeps it from that is for ``__enter__``."""
        try:
            self.run()
        except CannotStart as error:
            self._refused = error
        finally:
            self._ready.set()

    async def _serve(self, announce: Callable[[str], None] | None, *, until_signal: bool) -> None:
        self._loop, self._stop = asyncio.get_running_loop(), asyncio.Event()
        if until_signal:
            for number in (signal.SIGINT, signal.SIGTERM):
                self._loop.add_signal_handler(number, self._stop.set)
        try:
            server = await self._loop.create_server(
                lambda: _Connection(self), LOOPBACK, self._port, backlog=128
            )
        except (OSError, OverflowError) as error:
            why = error.strerror if isinstance(error, OSError) else "there is no such port"
            raise CannotStart(f"Port {self._port} can not be used: {why}.") from error
        self._port = server.sockets[0].getsockname()[1]
        self._ready.set()
        if announce:
            announce(self.url)
        async with server:
            await self._tick_until_stopped(self._stop)
            server.close()
            for transport in tuple(self.connections):
                transport.close()
        self.threads.shutdown(wait=True)

    async def _tick_until_stopped(self, stop: asyncio.Event) -> None:
        """Let automatic trainings begin when they are due, even if nobody asks for anything."""
        while not stop.is_set():
            with suppress(TimeoutError):
                await asyncio.wait_for(stop.wait(), _TICK_SECONDS)
            await asyncio.get_running_loop().run_in_executor(self.threads, self._service.tick)

    def stop(self) -> None:
        """Stop serving; call it from any thread."""
        if self._loop and self._stop:
            self._loop.call_soon_threadsafe(self._stop.set)

    def __enter__(self) -> Self:
        self._thread.start()
        self._ready.wait()
        if self._refused:
            self._thread.join()
            raise self._refused
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.stop()
        self._thread.join()


class _Connection(asyncio.Protocol):
    """One client's connection: requests in turn, keep-alive, pipelining."""

    def __init__(self, server: Server) -> None:
        self._server = server
        self._http = h11.Connection(h11.SERVER, max_incomplete_event_size=64 * 1024)
        self._request: h11.Request | None = None
        self._body: list[bytes] = []
        self._size = 0
        self._busy = False
        self._from_page = False

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """Keep the way back to the client."""
        if not isinstance(transport, asyncio.Transport):
            msg = f"a stream is needed, not {transport}"
            raise TypeError(msg)
        self._transport = transport
        self._server.connections.add(transport)

    def connection_lost(self, error: Exception | None) -> None:
        """Forget the way back."""
        del error
        self._server.connections.discard(self._transport)

    def data_received(self, data: bytes) -> None:
        """Take in what the client sends."""
        self._http.receive_data(data)
        self._read()

    def eof_received(self) -> bool:
        """The client sends no more; it may still wait for answers."""
        self._http.receive_data(b"")
        self._read()
        return True

    def _read(self) -> None:
        while not self._busy:
            try:
                event = self._http.next_event()
            except h11.RemoteProtocolError as error:
                self._refuse(error.error_status_hint or 400)
                return
            if event is h11.NEED_DATA:
                self._encourage()
                return
            if not self._take(event):
                return

    def _take(self, event: object) -> bool:
        """Take in one event; False if there is nothing more to read for now."""
        if isinstance(event, h11.Request):
            self._request, self._body, self._size = event, [], 0
        elif isinstance(event, h11.Data):
            self._body.append(bytes(event.data))
            self._size += len(event.data)
            if self._size > _MAX_BODY:
                self._refuse(413)
                return False
        elif isinstance(event, h11.EndOfMessage) and self._request:
            self._answer(self._request)
        else:
            if isinstance(event, h11.ConnectionClosed):
                self._transport.close()
            return False
        return True

    def _encourage(self) -> None:
        if self._http.they_are_waiting_for_100_continue:
            self._write(h11.InformationalResponse(status_code=100, headers=[]))

    def _answer(self, event: h11.Request) -> None:
        path, _, query = event.target.decode("latin-1").partition("?")
        if not path.startswith("/"):  # as clients write it to a proxy: http://host/path
            path = "/" + path.partition("://")[2].partition("/")[2]
        headers = {name.decode("latin-1"): value.decode("latin-1") for name, value in event.headers}
        method = event.method.decode("latin-1")
        self._from_page = "origin" in headers
        body = _plain(b"".join(self._body), headers)
        if body is None:
            self._refuse(400)
            return
        request = HttpRequest(method, path, query, headers, body)
        if method in {"GET", "HEAD"} and path == "/":
            self._send(_alive())
        elif method == "OPTIONS" and "access-control-request-method" in headers:
            self._send(HttpResponse(200, _TO_PREFLIGHTS, b""))
        elif path in self._server.inline:
            self._send(self._server.handler(request))
        else:
            self._busy = True
            loop = asyncio.get_running_loop()
            work = loop.run_in_executor(self._server.threads, self._server.handler, request)
            work.add_done_callback(self._finish)

    def _finish(self, work: "asyncio.Future[HttpResponse]") -> None:
        self._busy = False
        if self._transport.is_closing():
            return
        self._send(work.result())
        self._read()

    def _send(self, response: HttpResponse) -> None:
        if response.drop:
            self._transport.abort()
            return
        headless = self._request is not None and self._request.method == b"HEAD"
        told = response.headers.items()
        headers = [_date(int(time.time())), *told, *(_TO_PAGES if self._from_page else ())]
        self._write(
            h11.Response(status_code=response.status, headers=headers),
            h11.Data(data=b"" if headless else response.body),
            h11.EndOfMessage(),
        )
        if self._http.our_state is h11.MUST_CLOSE:
            self._transport.close()
        else:
            self._http.start_next_cycle()

    def _write(self, *events: h11.Event) -> None:
        self._transport.write(b"".join(self._http.send(event) or b"" for event in events))

    def _refuse(self, status: int) -> None:
        if self._http.our_state in {h11.IDLE, h11.SEND_RESPONSE}:
            self._write(
                h11.Response(status_code=status, headers=[("content-length", "0")]),
                h11.EndOfMessage(),
            )
        self._transport.close()


@lru_cache(maxsize=1)
def _date(second: int) -> tuple[str, str]:
    """Return the Date header (RFC 9110, 6.6.1), made once a second: clients read the time off."""
    return "date", formatdate(second, usegmt=True)


def _plain(body: bytes, headers: Mapping[str, str]) -> bytes | None:
    """Return a request's body, decompressed if it came so; None where that can't be done."""
    if headers.get("content-encoding") != "gzip":
        return body
    reader = zlib.decompressobj(zlib.MAX_WBITS | 16)
    try:
        plain = reader.decompress(body, _MAX_BODY)
    except zlib.error:
        return None
    return plain if reader.eof else None


def _alive() -> HttpResponse:
    """Tell that the server is up; the API itself only knows POST."""
    body = json.dumps({"service": "personalize", "status": "running"}).encode()
    headers = {"content-type": "application/json", "content-length": str(len(body))}
    return HttpResponse(200, headers, body)
