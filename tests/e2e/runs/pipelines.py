"""Pipelines on a local cloud: synthesized, deployed, fed and watched by tests."""

import io
import json
import random
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import Any

from localcloud.clients import Clients
from localcloud.deploy import stack
from localcloud.deploy.assets import publish
from localcloud.deploy.synthesis import synthesize
from localcloud.settings import PROJECT_ROOT

SECONDS = 120.0
_ZIPS = PROJECT_ROOT / "build" / "asset-zips"


def interactions(*, users: int = 40, items: int = 30, seed: int = 1) -> bytes:
    """Return an interactions.csv that every check lets pass: 30 rows a user, in the last year."""
    draw, now = random.Random(seed), int(time.time())
    out = io.StringIO()
    out.write("USER_ID,ITEM_ID,TIMESTAMP\n")
    for user in range(users):
        for row in range(30):
            out.write(f"u{user},i{draw.randrange(items)},{now - row * 86_400 - user}\n")
    return out.getvalue().encode()


@dataclass(frozen=True, kw_only=True)
class Execution:
    """One execution of the state machine, as it ended."""

    arn: str
    began: datetime
    ended: datetime
    status: str
    given: dict[str, Any]
    output: dict[str, Any]
    error: str
    cause: str
    states: list[str]

    @property
    def is_run(self) -> bool:
        """Return whether it had the turn: only then did it look at data."""
        return "Does it bring data?" in self.states

    @property
    def outcome(self) -> str:
        return str(self.output.get("outcome", self.error))


@dataclass(frozen=True, kw_only=True)
class Deployed:
    """A deployed pipeline."""

    name: str
    clients: Clients
    outputs: dict[str, str]
    known: set[str] = field(default_factory=set)

    @property
    def bucket(self) -> str:
        return self.outputs["DataBucketName"]

    @property
    def machine(self) -> str:
        return self.outputs["StateMachineArn"]

    def put(self, drop_id: str, name: str = "interactions.csv", body: bytes | None = None) -> None:
        content = interactions() if body is None else body
        self.clients.s3.put_object(Bucket=self.bucket, Key=f"drops/{drop_id}/{name}", Body=content)

    def drop(self, drop_id: str, **files: bytes) -> None:
        """Put the interactions (or the given files), then the marker."""
        for name, body in (files or {"interactions": interactions()}).items():
            self.put(drop_id, f"{name}.csv", body)
        self.put(drop_id, "_SUCCESS", b"")

    def start(self, **given: Any) -> str:
        """Start a run by hand and return its ARN."""
        started = self.clients.stepfunctions.start_execution(
            stateMachineArn=self.machine, input=json.dumps(given)
        )
        return started["executionArn"]

    def start_other(self, kind: str) -> str:
        """Start another of the pipeline's state machines by hand, and return its ARN."""
        started = self.clients.stepfunctions.start_execution(
            stateMachineArn=f"{self.machine}-{kind}", input="{}"
        )
        return started["executionArn"]

    def end_of(self, arn: str, seconds: float = SECONDS) -> Execution:
        """Wait for the end of one execution."""
        await_that(lambda: self._status(arn) != "RUNNING", seconds)
        return self._read(arn)

    def all_ended(self, count: int, seconds: float = SECONDS) -> list[Execution]:
        """Wait until this many executions beyond those seen before exist and none runs."""

        def ended() -> bool:
            arns = self._new()
            return len(arns) >= count and all(self._status(arn) != "RUNNING" for arn in arns)

        await_that(ended, seconds)
        # A follow-up starts right before its predecessor ends: what runs now is awaited as well.
        await_that(ended, seconds)
        arns = self._new()
        self.known.update(arns)
        return [self._read(arn) for arn in arns]

    def _new(self) -> list[str]:
        pages = self.clients.stepfunctions.get_paginator("list_executions").paginate(
            stateMachineArn=self.machine
        )
        listed = [one for page in pages for one in page["executions"]]
        listed.sort(key=lambda one: one["startDate"])
        return [one["executionArn"] for one in listed if one["executionArn"] not in self.known]

    def event_of(self, arn: str) -> dict[str, Any]:
        """Return what started an execution: of one that the rule started, the event."""
        described = self.clients.stepfunctions.describe_execution(executionArn=arn)
        given: dict[str, Any] = json.loads(described["input"])
        return given

    def _status(self, arn: str) -> str:
        return self.clients.stepfunctions.describe_execution(executionArn=arn)["status"]

    def _read(self, arn: str) -> Execution:
        self.known.add(arn)
        described: dict[str, Any] = dict(
            self.clients.stepfunctions.describe_execution(executionArn=arn)
        )
        return Execution(
            arn=arn,
            began=described["startDate"],
            ended=described["stopDate"],
            status=described["status"],
            given=json.loads(described["input"]),
            output=json.loads(described.get("output") or "{}"),
            error=str(described.get("error", "")),
            cause=str(described.get("cause", "")),
            states=self.states_of(arn),
        )

    def states_of(self, arn: str) -> list[str]:
        """Return the names of the states that an execution has entered so far."""
        pages = self.clients.stepfunctions.get_paginator("get_execution_history").paginate(
            executionArn=arn
        )
        details = (e.get("stateEnteredEventDetails") for page in pages for e in page["events"])
        return [str(detail["name"]) for detail in details if detail]

    def results_of(self, arn: str) -> Iterator[tuple[str, str, Any]]:
        """Yield each task that succeeded: its state, its resource, its result."""
        pages = self.clients.stepfunctions.get_paginator("get_execution_history").paginate(
            executionArn=arn
        )
        states: dict[int, str] = {}
        for event in (one for page in pages for one in page["events"]):
            entered = event.get("stateEnteredEventDetails")
            before = states.get(event.get("previousEventId", 0), "")
            states[event["id"]] = str(entered["name"]) if entered else before
            done = event.get("taskSucceededEventDetails")
            if done:
                yield states[event["id"]], done["resource"], json.loads(done["output"])

    def await_state(self, arn: str, name: str) -> None:
        """Wait until an execution has entered a state."""
        await_that(lambda: name in self.states_of(arn), SECONDS)

    def has_run(self) -> str:
        """Wait for a running execution and return its ARN."""
        found: list[str] = []

        def look() -> bool:
            found[:] = [arn for arn in self._new() if self._status(arn) == "RUNNING"]
            return bool(found)

        await_that(look, SECONDS)
        return found[0]


def await_that(holds: Callable[[], bool], seconds: float) -> None:
    """Wait until something holds.

    Raises:
        TimeoutError: It did not hold in time.
    """
    deadline = time.monotonic() + seconds
    while not holds():
        if time.monotonic() > deadline:
            raise TimeoutError(f"it did not come to hold within {seconds:.0f} s")
        time.sleep(0.1)


def deploy(text: str, folder: Path, clients: Clients) -> Deployed:
    """Synthesize and deploy a pipeline file's text."""
    name = text.split("\n", 1)[0].removeprefix("name: ").strip()
    file = folder / f"{name}.yaml"
    file.write_text(text)
    assembly = synthesize(file, folder / f"{name}.out")
    publish(assembly, clients, zips=_ZIPS)
    return Deployed(name=name, clients=clients, outputs=stack.deploy(assembly, clients))
