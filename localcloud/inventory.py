"""What a pipeline has in the cloud, service by service: everything that carries its name."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any, Protocol


class Services(Protocol):
    """A cloud, as far as its services' clients go."""

    def client(self, service: str) -> Any:  # noqa: ANN401 - any client
        """A boto3 client."""


@dataclass(frozen=True, order=True)
class Found:
    """One resource: what it is, and its name or ARN."""

    kind: str
    name: str


@dataclass(frozen=True)
class _Listing:
    """How one kind is listed: service, operation, the answer's list, and the field of the name."""

    kind: str
    service: str
    operation: str
    members: str
    name: str


_PERSONALIZE = (
    ("dataset group", "list_dataset_groups", "datasetGroups", "name"),
    ("schema", "list_schemas", "schemas", "name"),
    ("dataset", "list_datasets", "datasets", "name"),
    ("solution", "list_solutions", "solutions", "name"),
    ("campaign", "list_campaigns", "campaigns", "name"),
    ("recommender", "list_recommenders", "recommenders", "name"),
    ("event tracker", "list_event_trackers", "eventTrackers", "name"),
    ("filter", "list_filters", "Filters", "name"),
    ("metric attribution", "list_metric_attributions", "metricAttributions", "name"),
)
_LISTINGS = (
    *(_Listing(kind, "personalize", *rest) for kind, *rest in _PERSONALIZE),
    _Listing("bucket", "s3", "list_buckets", "Buckets", "Name"),
    _Listing("log group", "logs", "describe_log_groups", "logGroups", "logGroupName"),
    _Listing("rule", "events", "list_rules", "Rules", "Name"),
    _Listing("schedule", "scheduler", "list_schedules", "Schedules", "Name"),
    _Listing("function", "lambda", "list_functions", "Functions", "FunctionName"),
    _Listing("role", "iam", "list_roles", "Roles", "RoleName"),
    _Listing("table", "dynamodb", "list_tables", "TableNames", ""),
    _Listing("queue", "sqs", "list_queues", "QueueUrls", ""),
    _Listing("topic", "sns", "list_topics", "Topics", "TopicArn"),
    _Listing("alarm", "cloudwatch", "describe_alarms", "MetricAlarms", "AlarmName"),
    _Listing("dashboard", "cloudwatch", "list_dashboards", "DashboardEntries", "DashboardName"),
    _Listing("state machine", "stepfunctions", "list_state_machines", "stateMachines", "name"),
    _Listing(
        "notebook instance",
        "sagemaker",
        "list_notebook_instances",
        "NotebookInstances",
        "NotebookInstanceName",
    ),
    _Listing("stack", "cloudformation", "list_stacks", "StackSummaries", "StackName"),
)
_GONE = "DELETE_COMPLETE"


def inventory(clients: Services, pipeline: str, *, others: Sequence[str] = ()) -> list[Found]:
    """Everything in the cloud that carries a pipeline's name.

    Args:
        clients: The cloud.
        pipeline: The pipeline's name.
        others: Names of other pipelines, whose resources are theirs even if they begin alike.
    """
    longer = [other for other in others if other.startswith(f"{pipeline}-")]
    found = (
        Found(listing.kind, name)
        for listing in _LISTINGS
        for name in _names(clients, listing)
        if _carries(name, pipeline) and not any(_carries(name, other) for other in longer)
    )
    return sorted(found)


def pipelines(clients: Services) -> list[str]:
    """The names of all pipelines that have a stack here."""
    stacks = _names(clients, _LISTINGS[-1])
    return [name.removesuffix("-pipeline") for name in stacks if name.endswith("-pipeline")]


def _names(clients: Services, listing: _Listing) -> Iterator[str]:
    client = clients.client(listing.service)
    for page in _pages(client, listing.operation):
        for member in page.get(listing.members) or ():
            if isinstance(member, str):
                yield member
            elif member.get("StackStatus") != _GONE:
                yield str(member[listing.name])


def _pages(client: Any, operation: str) -> Iterator[dict[str, Any]]:  # noqa: ANN401 - any client
    if client.can_paginate(operation):
        yield from client.get_paginator(operation).paginate()
    else:
        yield getattr(client, operation)()


def _carries(name: str, pipeline: str) -> bool:
    """Whether the last part of a name (`/aws/lambda/NAME`, `arn:…:NAME`) is the pipeline's."""
    last = name.replace(":", "/").rsplit("/", 1)[-1]
    return last == pipeline or last.startswith(f"{pipeline}-")
