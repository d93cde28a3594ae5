"""The jobs that the state machine asks for: batch inference and segments, exports, deletions."""

from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Annotated, Any, Literal

import boto3
from pydantic import Field

from lambdas.jobs.data import Interactions, make_input
from lambdas.jobs.inputs import Subject
from lambdas.jobs.versions import version_for
from lambdas.shared.clients import Client
from lambdas.shared.ensure import ensure
from lambdas.shared.settings.filters import Filter
from lambdas.shared.settings.names import unique_name
from lambdas.shared.strict import Strict


class Job(Strict):
    """What jobs of every kind have; the request is known at synthesis but for what a run adds."""

    kind: str
    """A key of ``lambdas.shared.resources.KINDS``."""
    word: str
    """The API's word in ARNs: ``batch-inference-job``."""
    name: str
    """The name in the account, the run aside."""
    folder: str
    """Where results go: ``batch/<name>``."""
    arn_prefix: str
    request: dict[str, Any]


class Export(Job):
    """A copy of a dataset."""

    step: Literal["job"]
    output: str


class Deletion(Job):
    """The erasure of users, named in a file."""

    step: Literal["deletion"]


class Batch(Job):
    """A batch inference or batch segment job."""

    step: Literal["batch"]
    solution_arn: str
    campaign_arn: str
    """The solution's campaign; empty where it has none."""
    subject: Subject
    """What each line of the input asks about."""
    input: str
    """Key of an input of the user's own; empty where it is made from the data."""
    filter: Filter | None = None
    own: str
    """What the names of this pipeline begin with, the hyphen included."""


class Order(Strict):
    """One job, for one run."""

    job: Annotated[Export | Deletion | Batch, Field(discriminator="step")]
    run: str
    drop_id: str
    started_at: int
    """The run's start, milliseconds since 1970."""
    objects: list[dict[str, Any]]
    """The files that were imported last."""
    bucket: str
    deletion: str
    """Key of the file that names the users to erase; empty where none is asked for."""


def take(event: Mapping[str, Any]) -> dict[str, Any]:
    """Start the job, or find that the run has started it before; return its ARN and its output.

    Raises:
        PipelineError: The service refused, by the names of ``lambdas.shared.errors``.
    """
    order, client = Order.model_validate(dict(event)), boto3.client("personalize")
    if isinstance(order.job, Batch):
        return _start(client, order, *_batch(client, order, order.job))
    if isinstance(order.job, Deletion):
        source = {"dataLocation": f"s3://{order.bucket}/{order.deletion}"}
        return _start(client, order, {"dataSource": source}, "")
    return _start(client, order, {}, order.job.output)


def _start(client: Client, order: Order, more: dict[str, Any], output: str) -> dict[str, Any]:
    job = order.job
    name = unique_name(job.name, job.name, order.run)
    arn = f"{job.arn_prefix}:{job.word}/{name}"
    ensured = ensure(job.kind, arn, {"jobName": name, **job.request, **more}, client)
    return {**ensured.model_dump(), "output": output}


def _batch(client: Client, order: Order, job: Batch) -> tuple[dict[str, Any], str]:
    """Return what a run adds to a batch job's request, and where its results go."""
    output = f"{job.folder}/{order.run}/"
    more: dict[str, Any] = {
        "solutionVersionArn": version_for(client, job.campaign_arn, job.solution_arn),
        "jobInput": {"s3DataSource": {"path": f"s3://{order.bucket}/{_input(order, job)}"}},
        "jobOutput": {"s3DataDestination": {"path": f"s3://{order.bucket}/{output}"}},
    }
    if job.filter:
        moment = datetime.fromtimestamp(order.started_at / 1000, UTC)
        name = job.own + job.filter.name_at(moment)
        more["filterArn"] = f"{job.arn_prefix}:filter/{name}"
    return more, output


def _input(order: Order, job: Batch) -> str:
    if job.input:
        return job.input
    key = f"inputs/{job.folder}/{order.run}.jsonl"
    return make_input(Interactions.among(order.bucket, order.objects), key, job.subject)
