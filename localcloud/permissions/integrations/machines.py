"""A state machine's tasks, and what Step Functions does in its role's name beside them."""

import functools
from contextvars import ContextVar
from typing import Any

from ministack.services import stepfunctions

from localcloud.permissions.calls import Principal
from localcloud.permissions.integrations.stacks import DeployedStacks
from localcloud.permissions.recorder import Recorder
from localcloud.permissions.services import of_machine, of_map_run, of_task
from localcloud.server.extensions.map_runs import machine_of
from localcloud.server.extensions.patching import Untyped, private, replace

# The role of the state machine whose task is at work; MiniStack hands its context to its threads.
_acting: ContextVar[Principal | None] = ContextVar("acting", default=None)


def install(recorder: Recorder, stacks: DeployedStacks) -> None:
    """Replace `_execute_task`, which knows the execution, and `_invoke_resource`, which acts.

    And `_run_distributed_map`, which starts executions.
    """
    _know_the_role(recorder, stacks)
    _judge_the_task(recorder)
    _judge_the_map_run(recorder)


def _know_the_role(recorder: Recorder, stacks: DeployedStacks) -> None:
    execute = private(stepfunctions, "_execute_task")
    machines = private(stepfunctions, "_state_machines")

    @functools.cache
    def beside_tasks(role: Principal, machine: str, _revision: str) -> None:
        settings = stacks.machine(machine)
        recorder.judge(
            of_machine(
                role,
                region=machine.split(":")[3],
                logged="LoggingConfiguration" in settings,
                traced=bool(settings.get("TracingConfiguration", {}).get("Enabled")),
                source=machine,
            )
        )

    def knowing(
        state: Untyped, raw_input: Untyped, execution: dict[str, Any], context: Untyped
    ) -> Untyped:
        arn = machine_of(execution)
        machine = machines[arn]
        role = _role(machine, execution)
        beside_tasks(Principal(role.arn, role.account), arn, machine["revisionId"])
        token = _acting.set(role)
        try:
            return execute(state, raw_input, execution, context)
        finally:
            _acting.reset(token)

    replace(stepfunctions, "_execute_task", knowing)


def _judge_the_task(recorder: Recorder) -> None:
    invoke = private(stepfunctions, "_invoke_resource")
    failed = private(stepfunctions, "_ExecutionError")
    region = private(stepfunctions, "get_region")

    def judging(resource: str, params: dict[str, Any]) -> Untyped:
        role = _acting.get()
        if role is not None:
            refused = recorder.attempt(
                role, resource, lambda: of_task(role, resource, params, region())
            )
            if refused:
                raise failed(_error_name(resource), refused)
        return invoke(resource, params)

    replace(stepfunctions, "_invoke_resource", judging)


def _judge_the_map_run(recorder: Recorder) -> None:
    run_map = private(stepfunctions, "_run_distributed_map")
    machines = private(stepfunctions, "_state_machines")
    failed = private(stepfunctions, "_ExecutionError")

    def judging(*arguments: Untyped) -> Untyped:
        execution = arguments[-2]
        arn = machine_of(execution)
        role = _role(machines[arn], execution)
        refused = recorder.judge(of_map_run(role, arn, arn.split(":")[3]))
        if refused:
            raise failed("States.Permissions", refused)
        return run_map(*arguments)

    replace(stepfunctions, "_run_distributed_map", judging)


def _role(machine: Untyped, execution: dict[str, Any]) -> Principal:
    return Principal(
        machine["roleArn"], machine["stateMachineArn"].split(":")[4], execution["name"]
    )


def _error_name(resource: str) -> str:
    """The error of a task that was refused. Inferred: AWS names it after the SDK's base exception.

    `AccessDeniedException` is in no service's own list of errors, and the Java SDK, which Step
    Functions calls with, throws its base exception for such: `PersonalizeException`.
    """
    service = resource.removeprefix("arn:aws:states:::").removeprefix("aws-sdk:").split(":")[0]
    if service == "lambda":
        return "Lambda.AWSLambdaException"
    prefixes = private(stepfunctions, "_AWS_SDK_ERROR_PREFIX")
    name = prefixes.get(service, service.capitalize())
    return f"{name}.{name}Exception"
