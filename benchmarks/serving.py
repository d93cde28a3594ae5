"""How fast the emulator answers, beside a handler that only says hello on the same server.

One serving process, a real User-Personalization model over 10,000 items, a load generator in this
process: one client, then eight. Four kinds of requests:

- hello: nothing is looked up, on the same server;
- kept: users that were asked for before, or that the campaign has warmed up with;
- first: every user once, in a process that has not warmed up;
- moved: every user once, each with an event since the training, so that 10,000 items are scored.

Rates and latencies depend on what else the machine does; the server's own processor time a request,
beside them, hardly does.
"""

import json
import os
import re
import socket
import statistics
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

from benchmarks.deployed import USERS, prepare, user_id
from personalize_emulator.api.http import HttpRequest, HttpResponse
from personalize_emulator.objects import FolderObjects
from personalize_emulator.server import Server
from personalize_emulator.service import PersonalizeService
from personalize_emulator.settings import EmulatorSettings

SECONDS = 4.0
HELLO = "/hello"
SPENT = "/spent"
RECOMMEND = "/recommendations"
_LENGTH = re.compile(rb"content-length: (\d+)", re.IGNORECASE)
_HEADERS = (
    "Host: 127.0.0.1\r\nContent-Type: application/json\r\nUser-Agent: Boto3/1.43\r\n"
    "X-Amz-Date: 20261125T000000Z\r\nAuthorization: AWS4-HMAC-SHA256 Credential="
    "000000000000/20261125/us-east-1/personalize/aws4_request, SignedHeaders=content-type;host;"
    "x-amz-date, Signature=0123456789abcdef\r\n"
)


@dataclass(frozen=True)
class Row:
    """One line of the table.

    Args:
        name: the kind of requests.
        clients: how many asked at the same time.
        rate: requests a second.
        p50: the latency that half of them keep to, milliseconds.
        p99: the same for 99 of 100.
        spent: the server's processor time a request, microseconds.
    """

    name: str
    clients: int
    rate: float
    p50: float
    p99: float
    spent: float


def main() -> list[Row]:
    """Prepare, serve, measure, print the table, and return its rows."""
    with tempfile.TemporaryDirectory(prefix="serving-") as folder:
        campaign = prepare(Path(folder))
        with subprocess.Popen(
            [sys.executable, "-m", "benchmarks.serving", folder],
            stdout=subprocess.PIPE,
            env=os.environ | {"OPENBLAS_NUM_THREADS": "1"},
            text=True,
        ) as server:
            try:
                rows = measure(int(read_port(server)), campaign)
            finally:
                server.terminate()
    report(rows)
    return rows


def serve(folder: Path) -> None:
    """Serve the prepared state and, beside it, a bare hello; runs in a process of its own."""
    settings = EmulatorSettings(state_dir=folder / "state", warm_up=0)
    with PersonalizeService(settings, objects=FolderObjects(folder / "s3")) as service:
        server = Server(service, 0, with_hello(service))
        server.inline |= {HELLO, SPENT}
        server.run(until_signal=True, announce=lambda url: print(url, flush=True))


def with_hello(service: PersonalizeService) -> Callable[[HttpRequest], HttpResponse]:
    """Return a handler that says hello, tells its processor time, and asks the service the rest."""
    hello = answer(b'{"hello":"world"}')

    def handle(request: HttpRequest) -> HttpResponse:
        if request.path == HELLO:
            return hello
        if request.path == SPENT:
            return answer(str(time.process_time()).encode())
        return service.handle(request)

    return handle


def answer(body: bytes) -> HttpResponse:
    """Return a 200 with a JSON body."""
    headers = {"content-type": "application/json", "content-length": str(len(body))}
    return HttpResponse(200, headers, body)


def read_port(server: "subprocess.Popen[str]") -> str:
    """Read the port that the server prints when it is ready."""
    if server.stdout is None:
        raise RuntimeError("the server's output is not piped")
    return server.stdout.readline().strip().rpartition(":")[2]


def measure(port: int, campaign: str) -> list[Row]:
    """Measure each kind of request, with one client and with eight."""
    users = [
        json.dumps({"campaignArn": campaign, "userId": user_id(number)})
        for number in range(1, USERS + 1)
    ]
    resting, moved = users[: USERS // 2], users[USERS // 2 :]
    load(port, RECOMMEND, users[:1], 1, "opening", seconds=0.2)
    rows = []
    for half, clients in enumerate((1, 8)):
        rows.append(load(port, HELLO, ["{}"], clients, "hello"))
        rows.append(load(port, RECOMMEND, resting[half::2], clients, "first", once=True))
        rows.append(load(port, RECOMMEND, moved[half::2], clients, "moved", once=True))
        rows.append(load(port, RECOMMEND, users[:300:2], clients, "kept"))
    return rows


def load(
    port: int,
    path: str,
    bodies: Sequence[str],
    clients: int,
    name: str,
    *,
    seconds: float = SECONDS,
    once: bool = False,
) -> Row:
    """Send requests from so many clients at the same time; ``once`` sends each body once."""
    latencies: list[float] = []
    stop = time.perf_counter() + seconds

    def run(client: int) -> None:
        mine = []
        with socket.create_connection(("127.0.0.1", port)) as connection:
            connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
            number = client
            while time.perf_counter() < stop and not (once and number >= len(bodies)):
                body = bodies[number % len(bodies)]
                number += clients
                begun = time.perf_counter()
                exchange(connection, path, body)
                mine.append(time.perf_counter() - begun)
        latencies.extend(mine)

    before, begun = spent(port), time.perf_counter()
    threads = [threading.Thread(target=run, args=(client,)) for client in range(clients)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    rate = len(latencies) / (time.perf_counter() - begun)
    each = (spent(port) - before) / len(latencies)
    cuts = statistics.quantiles(latencies, n=100)
    return Row(name, clients, rate, cuts[49] * 1_000, cuts[98] * 1_000, each * 1_000_000)


def spent(port: int) -> float:
    """Ask the server for the processor time that it has taken, in seconds."""
    with socket.create_connection(("127.0.0.1", port)) as connection:
        return float(exchange(connection, SPENT, ""))


def exchange(connection: socket.socket, path: str, body: str) -> bytes:
    """Send one request and read its answer; raises RuntimeError unless it is a 200."""
    head = f"POST {path} HTTP/1.1\r\n{_HEADERS}Content-Length: {len(body)}\r\n\r\n"
    connection.sendall((head + body).encode())
    received = b""
    while b"\r\n\r\n" not in received:
        received += connection.recv(65_536)
    told, _, rest = received.partition(b"\r\n\r\n")
    match = _LENGTH.search(told)
    if match is None or not told.startswith(b"HTTP/1.1 200"):
        raise RuntimeError(received.decode())
    while len(rest) < int(match.group(1)):
        rest += connection.recv(65_536)
    return rest


def report(rows: Sequence[Row]) -> None:
    """Print the table; the ratios are to hello with as many clients in the same run."""
    hello = {row.clients: row for row in rows if row.name == "hello"}
    print(
        f"{'answer':<8}{'clients':>8}{'per s':>9}{'of hello':>10}{'p50 ms':>9}{'p99 ms':>9}"
        f"{'cpu us':>9}{'of hello':>10}"
    )
    for row in rows:
        base = hello[row.clients]
        print(
            f"{row.name:<8}{row.clients:>8}{row.rate:>9.0f}{row.rate / base.rate:>10.2f}"
            f"{row.p50:>9.2f}{row.p99:>9.2f}{row.spent:>9.0f}{base.spent / row.spent:>10.2f}"
        )


if __name__ == "__main__":
    if len(sys.argv) > 1:
        serve(Path(sys.argv[1]))
    else:
        main()
