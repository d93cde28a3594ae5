"""The HTTP server: real sockets, real clients, several at a time."""

import gzip
import json
import socket
import threading
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from email.utils import parsedate_to_datetime
from typing import Any

import boto3
import pytest
from botocore.config import Config
from botocore.exceptions import ConnectionClosedError

from personalize_emulator.errors import CannotStart
from personalize_emulator.scenarios.scripts import CallFault
from personalize_emulator.server import Server
from personalize_emulator.service import PersonalizeService


@pytest.fixture
def server(service: PersonalizeService) -> Iterator[Server]:
    with Server(service, 0) as running:
        yield running


def client(server: Server, name: str = "personalize") -> Any:
    session: Any = boto3.session.Session()
    return session.client(
        name,
        region_name="us-east-1",
        endpoint_url=server.url,
        aws_access_key_id="000000000000",
        aws_secret_access_key="x",
        config=Config(retries={"max_attempts": 0}),
    )


def exchange(server: Server, *sent: bytes) -> bytes:
    port = int(server.url.rpartition(":")[2])
    with socket.create_connection(("127.0.0.1", port), timeout=5) as connection:
        for part in sent:
            connection.sendall(part)
        connection.shutdown(socket.SHUT_WR)
        received = b""
        while part := connection.recv(65_536):
            received += part
    return received


def request(body: bytes, *headers: str, target: str = "ListSchemas") -> bytes:
    lines = [
        "POST / HTTP/1.1",
        "Host: x",
        f"X-Amz-Target: AmazonPersonalize.{target}",
        f"Content-Length: {len(body)}",
        *headers,
    ]
    return "\r\n".join(lines).encode() + b"\r\n\r\n" + body


def test_answers_tell_the_time(server: Server) -> None:
    told = client(server).list_schemas()["ResponseMetadata"]["HTTPHeaders"]["date"]

    assert told.endswith("GMT")
    assert abs(datetime.now(UTC) - parsedate_to_datetime(told)) < timedelta(minutes=1)


def test_clients_of_all_three_services_use_one_port(server: Server) -> None:
    assert client(server).list_schemas()["schemas"] == []
    runtime = client(server, "personalize-runtime")
    with pytest.raises(runtime.exceptions.ResourceNotFoundException) as error:
        runtime.get_recommendations(campaignArn="arn:aws:personalize:us-east-1:000000000000:c/x")
    assert error.value.response["ResponseMetadata"]["HTTPStatusCode"] == 404
    events = client(server, "personalize-events")
    with pytest.raises(events.exceptions.InvalidInputException):
        events.put_events(
            trackingId="x", sessionId="s", eventList=[{"eventType": "e", "sentAt": 0}]
        )


def test_many_clients_at_a_time_create_each_thing_once(server: Server) -> None:
    taken: list[str] = []

    def create() -> None:
        personalize = client(server)
        for number in range(5):
            try:
                personalize.create_dataset_group(name=f"group{number}")
            except personalize.exceptions.ResourceAlreadyExistsException:
                taken.append(f"group{number}")

    threads = [threading.Thread(target=create) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert len(client(server).list_dataset_groups()["datasetGroups"]) == 5
    assert len(taken) == 15


def test_requests_on_one_connection_are_answered_in_turn(server: Server) -> None:
    answers = exchange(server, request(b"{}") + request(b"[]") + request(b"{}"))

    assert answers.count(b"HTTP/1.1 200") == 2
    assert answers.count(b"HTTP/1.1 400") == 1
    assert answers.index(b"200") < answers.index(b"400") < answers.rindex(b"200")


def test_chunks_and_expectations_are_understood(server: Server) -> None:
    head = request(b"").replace(b"Content-Length: 0", b"Transfer-Encoding: chunked")
    assert b"HTTP/1.1 200" in exchange(server, head, b"2\r\n{}\r\n", b"0\r\n\r\n")


@pytest.mark.parametrize(("cut", "status"), [(0, b"200"), (9, b"400")], ids=["whole", "cut off"])
def test_compressed_bodies_are_read(server: Server, cut: int, status: bytes) -> None:
    whole = gzip.compress(b"{}")
    sent = request(whole[: len(whole) - cut], "Content-Encoding: gzip")
    assert b"HTTP/1.1 " + status in exchange(server, sent)


def test_the_address_may_be_written_out_and_the_protocol_be_old(server: Server) -> None:
    whole = request(b"{}").replace(b"POST / HTTP/1.1", b"POST http://x/ HTTP/1.1")
    old = request(b"{}", "Connection: keep-alive").replace(b"HTTP/1.1", b"HTTP/1.0")

    for sent in (whole, old):
        assert b'{"schemas":[]}' in exchange(server, sent)


def test_a_head_is_answered_without_a_body(server: Server) -> None:
    head = b"HEAD / HTTP/1.1\r\nHost: x\r\n\r\n"

    answers = exchange(server, head, request(b"{}"))

    assert answers.count(b"HTTP/1.1 200") == 2
    assert b"running" not in answers


def test_web_pages_may_call_it_and_read_its_answers(server: Server) -> None:
    preflight = (
        b"OPTIONS /events HTTP/1.1\r\nHost: x\r\nOrigin: http://shop.example\r\n"
        b"Access-Control-Request-Method: POST\r\n"
        b"Access-Control-Request-Headers: authorization,content-type,x-amz-date\r\n\r\n"
    )

    allowed, answer, elsewhere = (
        exchange(server, sent).lower()
        for sent in (preflight, request(b"{}", "Origin: http://shop.example"), request(b"{}"))
    )

    assert allowed.startswith(b"http/1.1 200")
    assert b"access-control-allow-methods: post\r\n" in allowed
    assert b"access-control-allow-headers: *, authorization\r\n" in allowed
    for told in (allowed, answer):
        assert told.count(b"access-control-allow-origin: *\r\n") == 1
    assert b'{"schemas":[]}' in answer
    assert b"access-control" not in elsewhere


def test_who_asks_whether_to_go_on_is_told_so(server: Server) -> None:
    port = int(server.url.rpartition(":")[2])
    with socket.create_connection(("127.0.0.1", port), timeout=5) as connection:
        connection.sendall(request(b"{}", "Expect: 100-continue")[:-2])
        assert connection.recv(65_536).startswith(b"HTTP/1.1 100")
        connection.sendall(b"{}")
        assert connection.recv(65_536).startswith(b"HTTP/1.1 200")


def test_what_is_no_http_is_refused_and_ended(server: Server) -> None:
    assert b"HTTP/1.1 400" in exchange(server, b"nonsense\r\n\r\n")


def test_bodies_have_a_limit(server: Server) -> None:
    assert b"HTTP/1.1 413" in exchange(server, request(b"x" * (10 * 2**20 + 1)))


def test_a_get_tells_that_it_is_up(server: Server) -> None:
    answer = exchange(server, b"GET / HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n")

    assert json.loads(answer.partition(b"\r\n\r\n")[2])["status"] == "running"


def test_a_dropped_connection_is_seen_by_the_client_and_the_deed_is_done(
    server: Server, service: PersonalizeService
) -> None:
    service.scenarios.add(CallFault(operation="CreateDatasetGroup", fault="drop"))
    personalize = client(server)

    with pytest.raises(ConnectionClosedError):
        personalize.create_dataset_group(name="made")

    assert [g["name"] for g in personalize.list_dataset_groups()["datasetGroups"]] == ["made"]


def test_it_listens_on_loopback_only(server: Server) -> None:
    assert server.url.startswith("http://127.0.0.1:")
    port = int(server.url.rpartition(":")[2])
    outside = socket.gethostbyname(socket.gethostname())
    if not outside.startswith("127."):
        with pytest.raises(ConnectionRefusedError):
            socket.create_connection((outside, port), timeout=2)


def test_used_as_a_context_manager_it_tells_that_its_port_is_taken(
    service: PersonalizeService,
) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]

        with (
            pytest.raises(CannotStart, match=f"Port {port} can not be used"),
            Server(service, port),
        ):
            pytest.fail("it serves on a port that somebody else has")
