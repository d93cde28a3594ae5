"""Every name in Retry and Catch is an error that can be raised."""

import inspect
from collections.abc import Iterator

import botocore.session
import pytest

from lambdas.shared import errors
from tests.infrastructure.asl import all_states
from tests.infrastructure.conftest import Synthesized
from tests.infrastructure.test_state_machine_structure import machines

# https://docs.aws.amazon.com/step-functions/latest/dg/concepts-error-handling.html
LANGUAGE = frozenset(
    {
        *("States.ALL", "States.Timeout", "States.TaskFailed", "States.Permissions"),
        *("States.DataLimitExceeded", "States.Runtime", "States.HeartbeatTimeout"),
        *("States.ItemReaderFailed", "States.ResultWriterFailed", "States.QueryEvaluationError"),
        *("States.ExceedToleratedFailureThreshold", "States.NoChoiceMatched"),
    }
)
# https://docs.aws.amazon.com/step-functions/latest/dg/connect-lambda.html, and "Handle transient
# Lambda service exceptions" in the best practices.
LAMBDA = frozenset(
    {
        *("Lambda.ServiceException", "Lambda.AWSLambdaException", "Lambda.SdkClientException"),
        *("Lambda.TooManyRequestsException", "Lambda.ClientExecutionTimeoutException"),
        "Lambda.Unknown",
    }
)
# Prefix of an integration's errors → botocore's model. Step Functions calls with the Java SDK,
# whose classes all end in "Exception"; it adds its client's failures and a base exception for
# errors that no model lists.
MODELS = {
    "CloudWatch": "cloudwatch",
    "DynamoDB": "dynamodb",
    "EventBridge": "events",
    "Personalize": "personalize",
    "Sfn": "stepfunctions",
    "Sns": "sns",
    "SNS": "sns",
}
UNMODELLED = ("SdkClientException", "ThrottlingException")


def named(stack: Synthesized) -> Iterator[tuple[str, str]]:
    for _, definition in machines(stack):
        for name, state in all_states(definition):
            for rule in (*state.get("Retry", ()), *state.get("Catch", ())):
                for error in rule["ErrorEquals"]:
                    yield name, error


def own_errors() -> set[str]:
    members = inspect.getmembers(errors, inspect.isclass)
    return {name for name, kind in members if issubclass(kind, errors.PipelineError)}


def of_service(prefix: str) -> set[str]:
    model = botocore.session.get_session().get_service_model(MODELS[prefix])
    modelled = {shape.name for shape in model.error_shapes}
    classes = {f"{name.removesuffix('Exception')}Exception" for name in modelled}
    # DynamoDB's optimized integration passes the names of its own interface on.
    own = modelled if prefix == "DynamoDB" else set()
    names = {*classes, *own, *UNMODELLED, f"{prefix}Exception"}
    return {f"{prefix}.{name}" for name in names}


def known() -> set[str]:
    services = (of_service(prefix) for prefix in MODELS)
    return own_errors() | LANGUAGE | LAMBDA | set().union(*services)


def test_every_error_that_is_retried_or_caught_can_be_raised(stack: Synthesized) -> None:
    can_be_raised = known()

    unknown = sorted({pair for pair in named(stack) if pair[1] not in can_be_raised})

    assert unknown == []


def test_a_refused_access_is_not_tried_again(stack: Synthesized) -> None:
    hopeless = {"AccessRefusedError", "RequestRefusedError", "ResourceConflictError"}

    tried_again = [
        (name, error)
        for _, definition in machines(stack)
        for name, state in all_states(definition)
        for retry in state.get("Retry", ())
        for error in retry["ErrorEquals"]
        if error in hopeless
    ]

    assert tried_again == []


def test_what_starts_a_job_waits_for_hours_for_a_place(stack: Synthesized) -> None:
    tasks = [task for _, definition in machines(stack) for task in all_states(definition)]
    starts = {
        name: state
        for name, state in tasks
        if name.startswith("Start the ") and "lambda:invoke" in state.get("Resource", "")
    }

    assert {"Start the import", "Start the deletion"} <= starts.keys()
    for name, state in starts.items():
        [busy] = [r for r in state["Retry"] if "ResourceBusyError" in r["ErrorEquals"]]
        waits = [
            min(busy["IntervalSeconds"] * busy["BackoffRate"] ** number, busy["MaxDelaySeconds"])
            for number in range(busy["MaxAttempts"])
        ]
        # Full jitter halves them on average; an import may take an hour, a run must end.
        assert 2 * 3600 <= sum(waits) / 2 <= 12 * 3600, name


def test_every_error_of_the_handlers_is_answered_by_every_task(stack: Synthesized) -> None:
    for _, definition in machines(stack):
        for name, state in all_states(definition):
            if state["Type"] == "Task":
                assert "States.ALL" in [e for c in state["Catch"] for e in c["ErrorEquals"]], name


def test_the_tables_of_this_test_would_miss_a_misspelt_name() -> None:
    for misspelt in ("ResourceBusy", "Personalize.ResourceInUse", "States.TimeOut"):
        assert misspelt not in known()
    with pytest.raises(KeyError):
        of_service("Nosuchservice")
