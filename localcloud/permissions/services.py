"""What AWS's services call in a role's name, where no request travels over HTTP.

Each rule names its source. A service assumes the role first: its trust policy is judged, too.
"""

from collections.abc import Iterator, Mapping
from typing import Any, Final

from localcloud.permissions.calls import Call, Principal, context_of
from localcloud.permissions.context import standing
from localcloud.permissions.derivation import derive
from localcloud.permissions.errors import RequestError
from localcloud.permissions.models import service_model
from localcloud.permissions.requests import ApiRequest

LAMBDA: Final = "lambda.amazonaws.com"
STATES: Final = "states.amazonaws.com"

# Service names of Step Functions' SDK integrations (the Java SDK's) → botocore's, IAM's.
_SDK: Final = {"sfn": ("stepfunctions", "states"), "eventbridge": ("events", "events")}
# Optimized integrations → the operation behind them.
_OPTIMIZED: Final = {
    "dynamodb:deleteItem": ("dynamodb", "DeleteItem"),
    "dynamodb:getItem": ("dynamodb", "GetItem"),
    "dynamodb:putItem": ("dynamodb", "PutItem"),
    "dynamodb:updateItem": ("dynamodb", "UpdateItem"),
    "events:putEvents": ("events", "PutEvents"),
    "lambda:invoke": ("lambda", "Invoke"),
    "sns:publish": ("sns", "Publish"),
    "sqs:sendMessage": ("sqs", "SendMessage"),
    "states:startExecution": ("stepfunctions", "StartExecution"),
}
_IAM_PREFIX: Final = {"stepfunctions": "states"}
# https://docs.aws.amazon.com/step-functions/latest/dg/cw-logs.html, "IAM Policies for logging"
_LOG_DELIVERY: Final = (
    *("logs:CreateLogDelivery", "logs:GetLogDelivery", "logs:UpdateLogDelivery"),
    *("logs:DeleteLogDelivery", "logs:ListLogDeliveries", "logs:PutResourcePolicy"),
    *("logs:DescribeResourcePolicies", "logs:DescribeLogGroups"),
)
# https://docs.aws.amazon.com/step-functions/latest/dg/concepts-xray-tracing.html, "IAM policy"
_STATES_TRACES: Final = (
    *("xray:PutTraceSegments", "xray:PutTelemetryRecords"),
    *("xray:GetSamplingRules", "xray:GetSamplingTargets"),
)
# https://docs.aws.amazon.com/lambda/latest/dg/services-xray.html, "Execution role permissions"
_LAMBDA_TRACES: Final = ("xray:PutTraceSegments", "xray:PutTelemetryRecords")
# https://docs.aws.amazon.com/lambda/latest/dg/monitoring-cloudwatchlogs.html
_LAMBDA_LOGS: Final = ("logs:CreateLogStream", "logs:PutLogEvents")


def assumed(role: Principal, service: str, region: str, source: str = "") -> Call:
    """A service taking up a role, on behalf of the resource `source`."""
    caller = Principal(service, role.account)
    about = {"aws:SourceAccount": role.account, **({"aws:SourceArn": source} if source else {})}
    context = {**standing(caller, region), **context_of(about)}
    return Call(caller, "sts:AssumeRole", role.arn, context, via=service.partition(".")[0])


def of_function(
    role: Principal, *, region: str, log_group: str, traced: bool, source: str
) -> Iterator[Call]:
    """What Lambda does in the function's name with each invocation: its log, its traces."""
    yield assumed(role, LAMBDA, region, source)
    stream = f"arn:aws:logs:{region}:{role.account}:log-group:{log_group}:log-stream:{role.session}"
    for action in _LAMBDA_LOGS:
        yield _in_its_name(role, action, stream, region, "lambda")
    for action in _LAMBDA_TRACES if traced else ():
        yield _in_its_name(role, action, "*", region, "lambda")


def of_machine(
    role: Principal, *, region: str, logged: bool, traced: bool, source: str
) -> Iterator[Call]:
    """What Step Functions does in the state machine's name beside its tasks."""
    yield assumed(role, STATES, region, source)
    for action in (*(_LOG_DELIVERY if logged else ()), *(_STATES_TRACES if traced else ())):
        yield _in_its_name(role, action, "*", region, "states")


def of_map_run(role: Principal, machine: str, region: str) -> list[Call]:
    """What a Distributed Map does in the name of its machine's role: a child is an execution.

    https://docs.aws.amazon.com/step-functions/latest/dg/iam-policies-eg-dist-map.html
    """
    children = f"{machine.replace(':stateMachine:', ':execution:')}:children"
    return [
        _in_its_name(role, "states:StartExecution", machine, region, "states"),
        _in_its_name(role, "states:DescribeExecution", children, region, "states"),
    ]


def _in_its_name(role: Principal, action: str, resource: str, region: str, via: str) -> Call:
    return Call(role, action, resource, standing(role, region), via)


def of_task(role: Principal, resource: str, params: Mapping[str, Any], region: str) -> list[Call]:
    """What a Task state does.

    Args:
        role: The state machine's role.
        resource: The state's Resource.
        params: Its evaluated Arguments.
        region: Where it runs.

    Raises:
        RequestError: An integration that is not in the table.
    """
    service, operation = _integration(resource)
    request = ApiRequest(
        service=_IAM_PREFIX.get(service, service),
        operation=operation,
        region=region,
        params=_members(service, operation, params),
    )
    calls = derive(request, role, via="states")
    if ".sync" in resource:
        calls += _awaited(role, region)
    return calls


def _integration(resource: str) -> tuple[str, str]:
    """The service, by botocore's name, and operation behind a Resource of `aws-sdk` and others."""
    name = resource.removeprefix("arn:aws:states:::").partition(".")[0]
    if name.startswith("aws-sdk:"):
        _, service, operation = name.split(":")
        return _SDK.get(service, (service, service))[0], operation[0].upper() + operation[1:]
    if name not in _OPTIMIZED:
        raise RequestError(f"The permissions of a Task on {resource} are not in the table.")
    return _OPTIMIZED[name]


def _members(service: str, operation: str, params: Mapping[str, Any]) -> dict[str, Any]:
    """Parameters under the model's own names: Step Functions spells them in Pascal case."""
    shape = service_model(service).operation_model(operation).input_shape
    names = {name.lower(): name for name in (shape.members if shape else {})}
    return {names.get(name.lower(), name): value for name, value in params.items()}


def _awaited(role: Principal, region: str) -> list[Call]:
    """A `.sync` task follows what it started: by polling, and by a rule of its own.

    https://docs.aws.amazon.com/step-functions/latest/dg/connect-stepfunctions.html, "IAM policies"
    """
    name = "StepFunctionsGetEventsForStepFunctionsExecutionRule"
    rule = f"arn:aws:events:{region}:{role.account}:rule/{name}"
    actions = ("events:PutTargets", "events:PutRule", "events:DescribeRule")
    return [_in_its_name(role, action, rule, region, "states") for action in actions]


def of_target(caller: Principal, target: str, *, region: str, source: str) -> Call:
    """What a rule or a schedule does to its target.

    Args:
        caller: The role of the target, or the service itself where it has none.
        target: The target's ARN.
        region: Where the rule is.
        source: The rule's or schedule's ARN.

    Raises:
        RequestError: A kind of target that is not in the table.
    """
    actions = {
        "lambda": "lambda:InvokeFunction",
        "sns": "sns:Publish",
        "sqs": "sqs:SendMessage",
        "states": "states:StartExecution",
    }
    service = target.split(":")[2]
    if service not in actions:
        raise RequestError(f"The permission to reach {target} is not in the table.")
    about = context_of({"aws:SourceArn": source, "aws:SourceAccount": caller.account})
    context = {**standing(caller, region), **(about if caller.is_service else {})}
    return Call(caller, actions[service], target, context, via="events")
