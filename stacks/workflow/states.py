"""Words for states: what every Task of the machine has in common, said once.

States are plain dictionaries in the Amazon States Language with JSONata. A stage is a function that
returns its states; each state writes variables of its own name, nothing overwrites the whole.
"""

from collections.abc import Mapping
from typing import Any

from lambdas.shared.invocation import CALLER

State = dict[str, Any]
States = dict[str, State]

# Names of lambdas.shared.errors (a test holds the two together) and of the services.
TRANSIENT = ("TransientError", "Lambda.TooManyRequestsException", "Lambda.ServiceException")
LAMBDA_LOST = ("Lambda.SdkClientException", "Lambda.Unknown", "States.Timeout")
# What a service that is asked too much, or for too many, calls it.
_LIMIT = {"Personalize": "LimitExceededException", "Sfn": "ExecutionLimitExceededException"}
BUSY = "ResourceBusyError"
MISSING = "ResourceMissingError"


def expression(jsonata: str) -> str:
    """Return a JSONata expression as a value of the language."""
    return f"{{% {jsonata} %}}"


def retries() -> list[State]:
    """Return what is worth another try, for how long, and with which patience."""
    return [
        _retry(*TRANSIENT, *LAMBDA_LOST, interval=2, attempts=6, rate=2.0),
        # Eventually consistent: a resource may be unknown for a moment after its creation.
        _retry(MISSING, interval=5, attempts=3, rate=2.0),
        # An update or a deletion under way: the service takes minutes over it.
        _retry(BUSY, interval=60, attempts=30, rate=1.0),
    ]


def service_retries(prefix: str) -> list[State]:
    """Return the same for a task that calls a service without a Lambda."""
    passing = (f"{prefix}.SdkClientException", f"{prefix}.{prefix}Exception", "States.Timeout")
    limits = [f"{prefix}.{_LIMIT[prefix]}", f"{prefix}.ThrottlingException"]
    return [
        _retry(*passing, *limits, interval=5, attempts=8, rate=2.0),
        _retry(f"{prefix}.ResourceNotFoundException", interval=5, attempts=3, rate=2.0),
    ]


def awaiting_a_place(task: State) -> State:
    """Return a task that starts a job, and waits for hours until the service takes one more.

    A region has five imports at work at most, which nothing raises, and few jobs of other kinds.
    Other pipelines' jobs count too, and an import may take an hour.
    """
    others = [retry for retry in task["Retry"] if BUSY not in retry["ErrorEquals"]]
    place = _retry(BUSY, interval=60, attempts=40, rate=1.5, at_most=600)
    return {**task, "Retry": [*others, place]}


def _retry(*errors: str, interval: int, attempts: int, rate: float, at_most: int = 120) -> State:
    retry: State = {
        "ErrorEquals": list(errors),
        "IntervalSeconds": interval,
        "MaxAttempts": attempts,
        "BackoffRate": rate,
    }
    if rate > 1:
        retry |= {"MaxDelaySeconds": at_most, "JitterStrategy": "FULL"}
    return retry


def catch(then: str, *, step: str) -> list[State]:
    """Return a catch that keeps the error under ``failure`` and says where it happened."""
    failure = {
        "step": step,
        "error": expression("$states.errorOutput.Error"),
        "cause": expression("$string($states.errorOutput.Cause)"),
    }
    return [{"ErrorEquals": ["States.ALL"], "Assign": {"failure": failure}, "Next": then}]


def invoke(
    function_arn: str,
    payload: Mapping[str, Any],
    *,
    assign: Mapping[str, Any],
    then: str,
    failed: str,
    step: str,
    seconds: int = 60,
) -> State:
    """Return a task that calls a handler and keeps parts of its answer.

    Args:
        function_arn: The function.
        payload: What it gets, beside the execution that asks.
        assign: Variables and their expressions over ``$states.result.Payload``.
        then: The next state.
        failed: Where an error leads that is not worth another try.
        step: What the step is called in a message.
        seconds: Its time-out.
    """
    return {
        "Type": "Task",
        "Resource": "arn:aws:states:::lambda:invoke",
        "Arguments": {
            "FunctionName": function_arn,
            "Payload": {**payload, CALLER: expression("$states.context.Execution.Id")},
        },
        "TimeoutSeconds": seconds,
        "Retry": retries(),
        "Catch": catch(failed, step=step),
        "Assign": dict(assign),
        "Output": expression("$states.input"),
        "Next": then,
    }


def call(
    action: str,
    arguments: Mapping[str, Any],
    *,
    assign: Mapping[str, Any],
    then: str,
    failed: str,
    step: str,
) -> State:
    """Return a task that calls ``service:action`` without a Lambda."""
    service = action.split(":", maxsplit=1)[0]
    return {
        "Type": "Task",
        "Resource": f"arn:aws:states:::aws-sdk:{action}",
        "Arguments": dict(arguments),
        "TimeoutSeconds": 60,
        "Retry": service_retries(service.capitalize()),
        "Catch": catch(failed, step=step),
        "Assign": dict(assign),
        "Output": expression("$states.input"),
        "Next": then,
    }


def choice(*branches: tuple[str, str], otherwise: str) -> State:
    """Return a choice: the first condition that holds names the next state."""
    choices = [{"Condition": expression(when), "Next": then} for when, then in branches]
    return {"Type": "Choice", "Choices": choices, "Default": otherwise}
