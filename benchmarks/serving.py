"""How fast the emulator answers, beside a handler that only says hello on the same server.

One serving process, a real User-Personalization model over 10,000 items, a load generator in this
process: one client, then eight. Four kinds of requests:

- hello: nothing is looked up, on the same server;
- kept: users that were asked for before, or that the campaign has warmed up with;
- first: every user once, in a process that has not warmed up;
- moved: every user once, each with an event since the training, so that 10,000 items are scored.
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
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from personalize_emulator.api.http import HttpRequest, HttpResponse
from personalize_emulator.evaluation.generator import World, generate
from personalize_emulator.objects import FolderObjects
from personalize_emulator.server import Server
from personalize_emulator.service import PersonalizeService
from personalize_emulator.settings import EmulatorSettings

ITEMS = 10_000
USERS = 2_000
SECONDS = 4.0
HELLO = "/hello"
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
    """One line of the table: requests a second, and latencies in milliseconds."""

    name: str
    clients: int
    rate: float
    p50: float
    p99: float


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


def prepare(folder: Path) -> str:
    """Import generated data, train, deploy; return the campaign's ARN."""
    bucket = folder / "s3" / "bucket"
    generate(1, World(users=USERS, items=ITEMS)).write(bucket)
    settings = EmulatorSettings(state_dir=folder / "state")
    with PersonalizeService(settings, objects=FolderObjects(folder / "s3")) as service:
        return deploy(service)


def deploy(service: PersonalizeService) -> str:
    """Go the way from a CSV file to a campaign by the API."""
    group = call(service, "CreateDatasetGroup", name="serving")["datasetGroupArn"]
    wait(service, "DatasetGroup", datasetGroupArn=group)
    fields = [{"name": name, "type": "string"} for name in ("USER_ID", "ITEM_ID", "EVENT_TYPE")]
    fields.append({"name": "TIMESTAMP", "type": "long"})
    avro = json.dumps({"type": "record", "name": "Interactions", "fields": fields})
    schema = call(service, "CreateSchema", name="serving", schema=avro)["schemaArn"]
    named = {"name": "serving", "datasetGroupArn": group}
    dataset = call(service, "CreateDataset", **named, schemaArn=schema, datasetType="Interactions")[
        "datasetArn"
    ]
    job = call(
        service,
        "CreateDatasetImportJob",
        jobName="serving",
        datasetArn=dataset,
        dataSource={"dataLocation": "s3://bucket/interactions.csv"},
        roleArn="arn:aws:iam::000000000000:role/serving",
    )
    wait(service, "DatasetImportJob", **job)
    recipe = "arn:aws:personalize:::recipe/aws-user-personalization"
    solution = call(service, "CreateSolution", **named, recipeArn=recipe, performAutoTraining=False)
    version = call(service, "CreateSolutionVersion", **solution)
    wait(service, "SolutionVersion", **version)
    campaign = call(service, "CreateCampaign", name="serving", **version)
    wait(service, "Campaign", **campaign)
    move(service, call(service, "CreateEventTracker", **named)["trackingId"])
    return str(campaign["campaignArn"])


def move(service: PersonalizeService, tracking_id: str) -> None:
    """Give the second half of the users one event each, after the training."""
    for number in range(USERS // 2 + 1, USERS + 1):
        event = {"eventType": "click", "itemId": f"i{number:05d}", "sentAt": time.time()}
        request = {
            "trackingId": tracking_id,
            "userId": user_id(number),
            "sessionId": user_id(number),
            "eventList": [event],
        }
        answer = service.handle(
            HttpRequest("POST", "/events", "", {}, json.dumps(request).encode())
        )
        if answer.status != 200:
            raise RuntimeError(answer.body.decode())


def user_id(number: int) -> str:
    """Return a user's id in the generated data; the first has the number 1."""
    return f"u{number:04d}"


def call(service: PersonalizeService, operation: str, **request: Any) -> Any:  # noqa: ANN401
    """Call a control-plane operation; raises RuntimeError with the service's answer."""
    headers = {"x-amz-target": f"AmazonPersonalize.{operation}"}
    body = json.dumps(request).encode()
    answer = service.handle(HttpRequest("POST", "/", "", headers, body))
    if answer.status != 200:
        raise RuntimeError(answer.body.decode())
    return json.loads(answer.body)


def wait(service: PersonalizeService, kind: str, **arn: str) -> None:
    """Wait until a resource is ACTIVE; raises RuntimeError if it fails."""
    while True:
        (shown,) = call(service, f"Describe{kind}", **arn).values()
        if shown["status"] == "ACTIVE":
            return
        if "FAILED" in shown["status"]:
            raise RuntimeError(shown["failureReason"])
        time.sleep(0.05)


def serve(folder: Path) -> None:
    """Serve the prepared state and, beside it, a bare hello; runs in a process of its own."""
    settings = EmulatorSettings(state_dir=folder / "state", warm_up=0)
    with PersonalizeService(settings, objects=FolderObjects(folder / "s3")) as service:
        server = Server(service, 0, with_hello(service))
        server.inline.add(HELLO)
        server.run(until_signal=True, announce=lambda url: print(url, flush=True))


def with_hello(service: PersonalizeService) -> Any:  # noqa: ANN401
    """Return a handler that says hello on one path and asks the service on all others."""
    body = b'{"hello":"world"}'
    headers = {"content-type": "application/json", "content-length": str(len(body))}
    hello = HttpResponse(200, headers, body)
    return lambda request: hello if request.path == HELLO else service.handle(request)


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

    begun = time.perf_counter()
    threads = [threading.Thread(target=run, args=(client,)) for client in range(clients)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    rate = len(latencies) / (time.perf_counter() - begun)
    cuts = statistics.quantiles(latencies, n=100)
    return Row(name, clients, rate, cuts[49] * 1_000, cuts[98] * 1_000)


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
    """Print the table; the ratio is to hello with as many clients in the same run."""
    hello = {row.clients: row.rate for row in rows if row.name == "hello"}
    print(f"{'answer':<8}{'clients':>8}{'per s':>9}{'p50 ms':>9}{'p99 ms':>9}{'of hello':>10}")
    for row in rows:
        share = row.rate / hello[row.clients]
        print(
            f"{row.name:<8}{row.clients:>8}{row.rate:>9.0f}{row.p50:>9.2f}{row.p99:>9.2f}"
            f"{share:>10.2f}"
        )


if __name__ == "__main__":
    if len(sys.argv) > 1:
        serve(Path(sys.argv[1]))
    else:
        main()
