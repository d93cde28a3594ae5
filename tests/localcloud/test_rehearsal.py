"""Faults and time on demand, on the local cloud's own port."""

import asyncio
import json
import urllib.request
from collections.abc import Iterator
from typing import Any

import pytest
from botocore.exceptions import ClientError

from localcloud.clients import Clients
from localcloud.server.process import RunningCloud
from localcloud.server.rehearsal import tick_until


class Endpoint:
    """The emulator's own endpoint of a running cloud."""

    def __init__(self, cloud: RunningCloud) -> None:
        self._address = f"{cloud.endpoint}/_emulator"

    def ask(self, method: str, path: str, body: Any = None) -> Any:
        content = None if body is None else json.dumps(body).encode()
        request = urllib.request.Request(f"{self._address}/{path}", content, method=method)
        with urllib.request.urlopen(request) as answer:
            return json.loads(answer.read())


@pytest.fixture
def emulator(cloud: RunningCloud) -> Iterator[Endpoint]:
    endpoint = Endpoint(cloud)
    yield endpoint
    endpoint.ask("DELETE", "scenarios")


def test_a_scripted_fault_strikes_the_next_call(emulator: Endpoint, clients: Clients) -> None:
    fault = {"operation": "ListSchemas", "code": "ResourceInUseException", "message": "Busy"}
    waiting = emulator.ask("POST", "scenarios", {"calls": [fault]})

    with pytest.raises(ClientError, match="Busy") as error:
        clients.personalize.list_schemas()

    assert error.value.response["Error"]["Code"] == "ResourceInUseException"
    assert [call["operation"] for call in waiting["calls"]] == ["ListSchemas"]
    assert emulator.ask("GET", "scenarios") == {"calls": [], "jobs": []}
    clients.personalize.list_schemas()


def test_a_dropped_answer_is_retried_by_the_client(emulator: Endpoint, clients: Clients) -> None:
    emulator.ask("POST", "scenarios", {"calls": [{"operation": "ListSchemas", "fault": "drop"}]})

    answer = clients.personalize.list_schemas()

    assert answer["ResponseMetadata"]["RetryAttempts"] == 1


def test_time_can_be_set_forward(emulator: Endpoint) -> None:
    before = emulator.ask("GET", "clock")["now"]

    after = emulator.ask("POST", "clock", {"advance": 3_600})["now"]

    assert after >= before + 3_600


def test_time_passes_without_requests_until_the_end() -> None:
    async def count() -> int:
        stopped, ticks = asyncio.Event(), 0
        loop = asyncio.get_running_loop()

        def tick() -> None:
            nonlocal ticks
            ticks += 1
            if ticks == 3:
                loop.call_soon_threadsafe(stopped.set)

        await tick_until(stopped, tick, seconds=0.001)
        return ticks

    assert asyncio.run(count()) >= 3
