"""The steps of the jobs stage, as the state machine asks for them."""

import tempfile
from collections.abc import Mapping
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Literal

import boto3
from botocore.exceptions import ClientError

from lambdas.jobs.inputs import Subject, write_input
from lambdas.shared.clients import Client
from lambdas.shared.ensure import Ensured, ensure
from lambdas.shared.errors import ResourceMissingError, named_errors
from lambdas.shared.settings.filters import Filter
from lambdas.shared.settings.names import unique_name
from lambdas.shared.strict import Strict


class Job(Strict):
    """A job of any kind.

    The request is known at synthesis but for what depends on the run: the job's name, and what the
    steps below add.
    """

    step: Literal["job"] = "job"
    kind: str
    """A key of ``lambdas.shared.resources.KINDS``."""
    word: str
    """The API's word in ARNs: ``batch-inference-job``."""
    name: str
    """The name in the account, the run aside."""
    run: str
    arn_prefix: str
    request: dict[str, Any]

    def start(self, client: Client, **more: Any) -> dict[str, Any]:  # noqa: ANN401
        """Return the run's job, the same if it was started before."""
        name = unique_name(self.name, self.name, self.run)
        arn = f"{self.arn_prefix}:{self.word}/{name}"
        ensured: Ensured = ensure(self.kind, arn, {"jobName": name, **self.request, **more}, client)
        return ensured.model_dump()


class DataFile(Strict):
    """The interactions of the newest drop, pinned."""

    bucket: str
    key: str
    version_id: str


class Batch(Job):
    """A batch inference or batch segment job."""

    step: Literal["batch"]  # type: ignore[assignment]
    solution_arn: str
    campaign_arn: str
    """The solution's campaign; empty where it has none."""
    subject: Subject
    """What each line of the input asks about."""
    input: str
    """Key of an input of the user's own; empty where it is made from the data."""
    prefix: str
    """Where the input is put and the output goes: ``batch/<name>/<run>``."""
    data: DataFile
    filter: Filter | None = None
    own: str
    """What the names of this pipeline begin with, the hyphen included."""
    started_at: int

    def begin(self, client: Client) -> dict[str, Any]:
        """Make the input where there is none, and start the job on the version that serves."""
        version = _serving_version(client, self.campaign_arn) or _newest(client, self.solution_arn)
        bucket, key = self.data.bucket, self.input or self._made_input()
        more: dict[str, Any] = {
            "solutionVersionArn": version,
            "jobInput": {"s3DataSource": {"path": f"s3://{bucket}/{key}"}},
            "jobOutput": {"s3DataDestination": {"path": f"s3://{bucket}/{self.prefix}/"}},
        }
        if self.filter:
            moment = datetime.fromtimestamp(self.started_at / 1000, UTC)
            name = self.own + self.filter.name_at(moment)
            more["filterArn"] = f"{self.arn_prefix}:filter/{name}"
        return self.start(client, **more) | {"output": f"{self.prefix}/"}

    def _made_input(self) -> str:
        s3: Client = boto3.client("s3")
        key = f"{self.prefix.replace('batch/', 'inputs/', 1)}.jsonl"
        with tempfile.TemporaryDirectory() as folder, named_errors():
            interactions, lines = Path(folder) / "interactions.csv", Path(folder) / "input.jsonl"
            s3.download_file(
                self.data.bucket,
                self.data.key,
                str(interactions),
                ExtraArgs={"VersionId": self.data.version_id},
            )
            write_input(interactions, lines, self.subject)
            s3.upload_file(str(lines), self.data.bucket, key)
        return key


def _serving_version(client: Client, campaign_arn: str) -> str:
    """Return the version that a campaign serves; empty where there is no campaign."""
    if not campaign_arn:
        return ""
    with named_errors():
        try:
            campaign = client.describe_campaign(campaignArn=campaign_arn)["campaign"]
        except ClientError as error:
            if error.response["Error"]["Code"] == "ResourceNotFoundException":
                return ""
            raise
    return str(campaign["solutionVersionArn"])


def _newest(client: Client, solution_arn: str) -> str:
    """Return the newest trained version of a solution.

    Raises:
        ResourceMissingError: None is trained yet.
    """
    with named_errors():
        pages = client.get_paginator("list_solution_versions").paginate(solutionArn=solution_arn)
        versions = [version for page in pages for version in page["solutionVersions"]]
    trained = [version for version in versions if version["status"] == "ACTIVE"]
    if not trained:
        raise ResourceMissingError(f"{solution_arn} has no trained version yet")
    newest = max(trained, key=lambda version: version["creationDateTime"])
    return str(newest["solutionVersionArn"])


def take(event: Mapping[str, Any]) -> dict[str, Any]:
    """Start the job that ``event`` describes.

    Raises:
        PipelineError: The service refused, by the names of ``lambdas.shared.errors``.
    """
    client: Client = boto3.client("personalize")
    if event["step"] == "batch":
        return Batch.model_validate(dict(event)).begin(client)
    return Job.model_validate(dict(event)).start(client) | {"output": ""}
