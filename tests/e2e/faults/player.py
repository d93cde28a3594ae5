"""Plays a synthesized state machine through, each task answered by a script.

The interpreter is the local cloud's own, with the extensions that it has there, in this process and
without a wait: what a task is asked is evaluated, what it answers is said here. A fault that a
service would have to make costs a fraction of a second so, and comes about in every run.
"""

import json
import os
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from ministack.services import stepfunctions

from localcloud.permissions import evidence
from localcloud.permissions.integrations.paths import Paths
from localcloud.permissions.template import as_if_deployed
from localcloud.server.extensions import (
    empty_parameters,
    expression_time,
    iteration_history,
    map_runs,
)
from localcloud.server.extensions.patching import Untyped, private, replace
from tests.e2e.faults.answers import Ask, well

EXTENSIONS = (empty_parameters, expression_time, iteration_history, map_runs)
SECONDS = 60.0


@dataclass(frozen=True)
class Raises:
    """A task that fails."""

    error: str
    cause: str = "the cause of it"


Reply = Mapping[str, Any] | Raises | Callable[[Ask], Any]
Replies = Reply | Sequence[Reply]
# A state → its replies in their order, the last one again and again.
Script = Mapping[str, Replies]


@dataclass(frozen=True)
class Played:
    """How an execution went.

    Attributes:
        states: The states entered, in their order.
        asked: A state → what its task was asked each time.
    """

    status: str
    error: str
    cause: str
    output: Any
    states: list[str]
    asked: Mapping[str, list[Any]]


@dataclass
class Scene:
    """One execution that is played."""

    script: Script
    asked: dict[str, list[Any]] = field(default_factory=dict)

    def reply(self, ask: Ask) -> Any:
        """What the task of a state answers, or raises."""
        replies = self.script.get(ask.state, [])
        listed = replies if isinstance(replies, Sequence) else [replies]
        before = self.asked.setdefault(ask.state, [])
        before.append(ask.arguments)
        if not listed:
            return well(ask)
        said = listed[min(len(before), len(listed)) - 1]
        if isinstance(said, Raises):
            raise private(stepfunctions, "_ExecutionError")(said.error, said.cause)
        return said(ask) if callable(said) else said


# Threads and children of an execution start with a copy of what it started with.
_scene: ContextVar[Scene] = ContextVar("scene")
_asking: ContextVar[tuple[str, str]] = ContextVar("asking")


@dataclass
class Player:
    """The state machines of synthesized templates, ready to be played.

    Attributes:
        arns: A machine's name → its ARN.
    """

    arns: dict[str, str] = field(default_factory=dict)
    paths: Paths = field(default_factory=Paths)
    _played: int = 0

    def load(self, template: Mapping[str, Any]) -> None:
        """Create every state machine of a template."""
        stack = as_if_deployed(template)
        create = private(stepfunctions, "_create_state_machine")
        for logical in stack.of_type("AWS::StepFunctions::StateMachine"):
            properties = stack.properties(logical)
            name = properties["StateMachineName"]
            answer = _body(
                create(
                    {
                        "name": name,
                        "definition": properties["DefinitionString"],
                        "roleArn": properties["RoleArn"],
                    }
                )
            )
            self.arns[name] = answer["stateMachineArn"]

    def play(self, machine: str, given: Mapping[str, Any], script: Script) -> Played:
        """Play one execution to its end.

        Args:
            machine: The machine's name.
            given: The execution's input.
            script: What the tasks answer that do not answer well.
        """
        start = private(stepfunctions, "_start_execution")
        scene = Scene(script)
        _scene.set(scene)
        self._played += 1
        name = f"played-{self._played}"
        started = {"stateMachineArn": self.arns[machine], "name": name, "input": json.dumps(given)}
        execution = private(stepfunctions, "_executions")[_body(start(started))["executionArn"]]
        deadline = time.monotonic() + SECONDS
        while execution["status"] == "RUNNING":
            assert time.monotonic() < deadline, (name, machine, "does not end")
            time.sleep(0.01)
        entered = (event.get("stateEnteredEventDetails") for event in execution["events"])
        return Played(
            status=execution["status"],
            error=execution.get("error", ""),
            cause=execution.get("cause", ""),
            output=json.loads(execution["output"]),
            states=[details["name"] for details in entered if details],
            asked=scene.asked,
        )

    def install(self) -> None:
        """Let tasks be answered by the scenes' scripts."""
        execute = private(stepfunctions, "_execute_task")

        def knowing(state: Untyped, given: Untyped, execution: Untyped, context: Untyped) -> Any:
            _asking.set((execution["executionArn"], context["State"]["Name"]))
            return execute(state, given, execution, context)

        def answering(resource: str, arguments: Any, *_: Untyped) -> Any:
            arn, state = _asking.get()
            asked = Ask(state=state, resource=resource, arguments=arguments, execution=arn)
            return _scene.get().reply(asked)

        replace(stepfunctions, "_execute_task", knowing)
        replace(stepfunctions, "_invoke_resource", answering)
        replace(stepfunctions, "_invoke_with_callback", answering)
        # Waits and retries in no time; executions begin at once.
        replace(stepfunctions, "_SFN_WAIT_SCALE", 0)
        self.paths.install()

    def leave_evidence(self, folder: Path) -> None:
        """Leave the paths to the verdict over all end-to-end tests."""
        seen = {"calls": 0, "denied": [], "problems": [], "granted": [], "used": []}
        machines = self.paths.evidence()
        evidence.write(folder, f"cloud-played-{os.getpid()}", {**seen, "machines": machines})


def _body(answer: Untyped) -> dict[str, Any]:
    status, _, body = answer
    assert status == 200, body
    return dict(json.loads(body))


@contextmanager
def playing(evidence_folder: Path) -> Iterator[Player]:
    """A player; at the end it leaves its evidence, and the interpreter is as it was before."""
    before = dict(vars(stepfunctions))
    player = Player()
    try:
        for extension in EXTENSIONS:
            extension.install()
        player.install()
        yield player
        player.leave_evidence(evidence_folder)
    finally:
        vars(stepfunctions).update(before)
