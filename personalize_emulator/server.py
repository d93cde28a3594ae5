"""An HTTP server for the service: one thread a connection, keep-alive, loopback only."""

import json
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Final

from personalize_emulator.api.http import HttpRequest, HttpResponse
from personalize_emulator.service import PersonalizeService

LOOPBACK: Final = "127.0.0.1"
_MAX_BODY: Final = 10 * 2**20


class Server(ThreadingHTTPServer):
    """Serves one :class:`PersonalizeService` on a loopback port; 0 picks a free one."""

    daemon_threads = True
    request_queue_size = 128

    def __init__(self, service: PersonalizeService, port: int) -> None:
        self.service = service
        super().__init__((LOOPBACK, port), _Handler)

    @property
    def url(self) -> str:
        """The address to give to clients as their endpoint."""
        return f"http://{LOOPBACK}:{self.server_address[1]}"


class _Handler(BaseHTTPRequestHandler):
    server: Server
    protocol_version = "HTTP/1.1"
    # Headers and body leave in one packet; Nagle's algorithm would hold the second one back.
    wbufsize = -1
    disable_nagle_algorithm = True

    def do_POST(self) -> None:
        """Hand the request to the service."""
        length = int(self.headers.get("content-length") or 0)
        if length > _MAX_BODY:
            self.send_error(413)
            return
        path, _, query = self.path.partition("?")
        headers = {name.lower(): value for name, value in self.headers.items()}
        body = self.rfile.read(length)
        self._send(self.server.service.handle(HttpRequest("POST", path, query, headers, body)))

    def do_GET(self) -> None:
        """Tell that the server is up; the API itself only knows POST."""
        body = json.dumps({"service": "personalize", "status": "running"}).encode()
        headers = {"content-type": "application/json", "content-length": str(len(body))}
        self._send(HttpResponse(200, headers, body))

    def _send(self, response: HttpResponse) -> None:
        if response.drop:
            self.close_connection = True
            self.connection.close()
            return
        self.send_response_only(response.status)
        for name, value in response.headers.items():
            self.send_header(name, value)
        self.end_headers()
        self.wfile.write(response.body)
        self.wfile.flush()

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002
        """Stay quiet: requests are the clients' business."""
