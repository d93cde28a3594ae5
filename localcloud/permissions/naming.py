"""How a request that gives a name, not an ARN, names its resource.

One entry a service: the variable in the form of the ARN (`reference/*.json`) → the parameters that
may hold its value, the first that is there. A resource type with a rule of its own comes first.
"""

from collections.abc import Callable, Mapping
from typing import Any, Final

Params = Mapping[str, Any]

# What a service makes up itself: no policy can name it beforehand, only a wildcard covers it.
ASSIGNED_BY_SERVICE: Final = "00000000-0000-0000-0000-assigned"

VARIABLES: Final[dict[str, dict[str, tuple[str, ...]]]] = {
    "cloudformation": {"StackName": ("StackName",)},
    "cloudwatch": {"AlarmName": ("AlarmName",), "DashboardName": ("DashboardName",)},
    "dynamodb": {"TableName": ("TableName",)},
    "events": {"RuleName": ("Rule", "Name"), "EventBusName": ("EventBusName",)},
    "iam": {"RoleNameWithPath": ("RoleName",)},
    "kms": {"KeyId": ("KeyId",)},
    "lambda": {"FunctionName": ("FunctionName",)},
    "logs": {"LogGroupName": ("logGroupName",), "LogStreamName": ("logStreamName",)},
    "personalize": {"ResourceId": ("name", "jobName")},
    "sagemaker": {
        "NotebookInstanceName": ("NotebookInstanceName",),
        "NotebookInstanceLifecycleConfigName": ("NotebookInstanceLifecycleConfigName",),
    },
    "scheduler": {"ScheduleName": ("Name",), "GroupName": ("GroupName",)},
    "sns": {"TopicName": ("Name",)},
    "sqs": {"QueueName": ("QueueName",)},
    "ssm": {"ParameterNameWithoutLeadingSlash": ("Name", "Path")},
    "states": {"StateMachineName": ("name",)},
}
DEFAULTS: Final = {("scheduler", "GroupName"): "default"}


def _dataset(params: Params) -> str:
    group = str(params["datasetGroupArn"]).rpartition("/")[2]
    return f"{group}/{str(params['datasetType']).upper().replace(' ', '_')}"


def _queue(params: Params) -> str:
    return str(params["QueueUrl"]).rpartition("/")[2]


# (service, action, resource type) → the whole of what the ARN's one variable stands for.
SPECIAL: Final[dict[tuple[str, str], Callable[[Params], str]]] = {
    ("personalize", "CreateDataset/dataset"): _dataset,
    ("personalize", "CreateEventTracker/eventTracker"): lambda _: ASSIGNED_BY_SERVICE,
}


def event_buses(params: Params, region: str, account: str) -> list[str]:
    """The buses that the entries of a PutEvents name, each once; the default one has no need to."""
    names = {entry.get("EventBusName") or "default" for entry in params["Entries"]}
    prefix = f"arn:aws:events:{region}:{account}:event-bus/"
    return sorted(name if name.startswith("arn:") else prefix + name for name in names)


def variable(service: str, name: str, params: Params) -> str | None:
    """The value of one variable of an ARN, or None where the request does not say."""
    if service == "sqs" and "QueueUrl" in params:
        return _queue(params)
    for parameter in VARIABLES.get(service, {}).get(name, ()):
        value = params.get(parameter)
        if isinstance(value, str) and value and not value.startswith("arn:"):
            return value.lstrip("/") if service == "ssm" else value
    return DEFAULTS.get((service, name))
