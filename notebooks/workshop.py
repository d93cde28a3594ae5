"""What every module of the workshop needs: the deployed stack's names, its clients, waiting.

Nothing here is specific to the laptop. boto3 reads ``AWS_ENDPOINT_URL``: with it the notebooks talk
to the local cloud, without it to AWS, and no other line differs.
"""

import json
import os
import time
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any

import boto3
import movielens
import pandas as pd
from botocore.exceptions import ClientError

# The stack's outputs. On SageMaker the instance writes them beside the notebooks when it starts, on
# a laptop `make notebooks` says where they are; `cdk deploy --outputs-file` writes the same.
STACK_FILE = Path(os.environ.get("WORKSHOP_STACK") or Path(__file__).with_name("stack.json"))
WORKSHOP_PREFIX = "workshop"
RUNNING = ("PENDING", "IN_PROGRESS", "STARTING", "STOPPING", "STOP PENDING")


class WorkshopError(Exception):
    """Something the reader can mend; the message says how."""


@dataclass(frozen=True)
class Workshop:
    """The deployed stack as the notebooks see it.

    Attributes:
        stack: Name of the CloudFormation stack.
        outputs: The stack's outputs by key.
        account: Twelve digits.
        region: For example ``eu-west-1``.
        endpoint: Address of the local cloud, or None on AWS.
    """

    stack: str
    outputs: Mapping[str, str]
    account: str
    region: str
    endpoint: str | None

    @property
    def bucket(self) -> str:
        """The data bucket."""
        return self.outputs["DataBucketName"]

    @property
    def role(self) -> str:
        """ARN of the role that Personalize assumes to read and write the bucket."""
        return self.outputs["PersonalizeRoleArn"]

    @property
    def pipeline(self) -> str:
        """The pipeline's own name: every name begins with it."""
        return self.outputs["DatasetGroupName"]

    @cached_property
    def personalize(self) -> Any:
        """The control plane."""
        return boto3.client("personalize", region_name=self.region)

    @cached_property
    def runtime(self) -> Any:
        """Recommendations in real time."""
        return boto3.client("personalize-runtime", region_name=self.region)

    @cached_property
    def events(self) -> Any:
        """Events in real time."""
        return boto3.client("personalize-events", region_name=self.region)

    @cached_property
    def s3(self) -> Any:
        """Objects."""
        return boto3.client("s3")

    @cached_property
    def states(self) -> Any:
        """Step Functions."""
        return boto3.client("stepfunctions", region_name=self.region)

    def name(self, part: str) -> str:
        """A name for a resource of the workshop: it belongs to the pipeline, and goes with it."""
        return f"{self.pipeline}-workshop-{part}"

    def arn(self, kind: str, name: str) -> str:
        """The ARN of a Personalize resource of this account: ``arn("campaign", name)``."""
        return f"arn:aws:personalize:{self.region}:{self.account}:{kind}/{name}"

    @property
    def tags(self) -> list[dict[str, str]]:
        """The tag by which ``cdk destroy`` knows what belongs to this pipeline."""
        return [{"tagKey": "pipeline", "tagValue": self.pipeline}]

    def upload(self, frame: pd.DataFrame, name: str) -> str:
        """Write a frame as CSV under the workshop's prefix; return its ``s3://`` address."""
        key = f"{WORKSHOP_PREFIX}/{name}"
        body = frame.to_csv(index=False, lineterminator="\n").encode()
        self.s3.put_object(Bucket=self.bucket, Key=key, Body=body)
        return f"s3://{self.bucket}/{key}"

    def drop(self, name: str, frames: Mapping[str, pd.DataFrame]) -> str:
        """Hand files to the pipeline: write them under a prefix, then the marker of a whole drop.

        Returns:
            The drop's id, under which ``report`` finds what became of it.
        """
        drop_id = f"{name}-{int(time.time())}"
        for file, frame in frames.items():
            body = frame.to_csv(index=False, lineterminator="\n").encode()
            self.s3.put_object(Bucket=self.bucket, Key=f"drops/{drop_id}/{file}.csv", Body=body)
        self.s3.put_object(Bucket=self.bucket, Key=f"drops/{drop_id}/_SUCCESS", Body=b"")
        return drop_id

    def report(self, drop_id: str) -> dict[str, Any]:
        """Wait for the run that a drop's marker has started; return its report."""
        key, started = f"runs/{drop_id}/report.json", time.monotonic()
        while not self.s3.list_objects_v2(Bucket=self.bucket, Prefix=key)["KeyCount"]:
            time.sleep(pause(started))
        return self.read_json(key)

    def read_json(self, key: str) -> dict[str, Any]:
        """Return an object of the data bucket."""
        body = self.s3.get_object(Bucket=self.bucket, Key=key)["Body"].read()
        return dict(json.loads(body))

    def create(self, kind: str, **request: Any) -> str:
        """Create a resource and return its ARN; the existing one's if a cell is run again.

        ``kind`` is the API's word in lower camel case: ``create("datasetGroup", name=…)`` calls
        ``create_dataset_group`` and returns ``datasetGroupArn``.
        """
        words = "".join(f"_{c.lower()}" if c.isupper() else c for c in kind)
        try:
            answer = getattr(self.personalize, f"create_{words}")(**request)
        except ClientError as error:
            if error.response["Error"]["Code"] != "ResourceAlreadyExistsException":
                raise
            return self._existing(kind, request)
        return str(answer[f"{kind}Arn"])

    def _existing(self, kind: str, request: Mapping[str, Any]) -> str:
        kebab = "".join(f"-{c.lower()}" if c.isupper() else c for c in kind)
        if kind == "dataset":  # a dataset has no name of its own: group and type are its address
            group = request["datasetGroupArn"].split("/")[-1]
            return self.arn("dataset", f"{group}/{request['datasetType'].upper()}")
        if kind == "eventTracker":  # the service ends its ARN in an identifier of its own
            pages = self.personalize.get_paginator("list_event_trackers").paginate()
            trackers = [tracker for page in pages for tracker in page["eventTrackers"]]
            return next(t["eventTrackerArn"] for t in trackers if t["name"] == request["name"])
        return self.arn(kebab, request.get("name") or request["jobName"])

    def wait(self, describe: Callable[[], Mapping[str, Any]], label: str = "") -> dict[str, Any]:
        """Ask until a resource is ACTIVE; return it. Raises WorkshopError with its failureReason.

        ``describe`` returns the resource, status and all.
        """
        started = time.monotonic()
        while True:
            resource = dict(describe())
            status = resource["status"]
            if not any(word in status for word in RUNNING):
                break
            time.sleep(pause(started))
        seconds = time.monotonic() - started
        if status != "ACTIVE":
            raise WorkshopError(f"{label or 'resource'}: {status}: {resource.get('failureReason')}")
        print(f"{label or 'resource'}: ACTIVE after {seconds:.1f} s")
        return resource

    def movielens(self) -> movielens.MovieLens:
        """MovieLens 100K: ratings, films and people."""
        return movielens.read(self.s3, self.bucket)

    def exists(self, recipe: str) -> bool:
        """Whether this endpoint offers a recipe (AWS has retired the HRNN family)."""
        return any(r["name"] == recipe for r in self._recipes())

    def _recipes(self) -> Iterator[dict[str, Any]]:
        for page in self.personalize.get_paginator("list_recipes").paginate():
            yield from page["recipes"]


def pause(started: float) -> float:
    """How long to wait before asking again: a tenth of the time already spent.

    Between a fifth of a second and a minute: quick on a laptop, quiet on AWS.
    """
    return min(60.0, max(0.2, (time.monotonic() - started) / 10))


def connect() -> Workshop:
    """Find the deployed stack's outputs; the one place that looks at the endpoint.

    Raises:
        WorkshopError: They are not there.
    """
    if not STACK_FILE.is_file():
        message = (
            f"{STACK_FILE} is missing: it has the outputs of the stack. On a laptop start with "
            "`make notebooks`; for a stack on AWS, deploy with --outputs-file notebooks/stack.json"
        )
        raise WorkshopError(message)
    [(stack, outputs)] = json.loads(STACK_FILE.read_text()).items()
    # arn:aws:states:REGION:ACCOUNT:stateMachine:NAME
    region, account = outputs["StateMachineArn"].split(":")[3:5]
    return Workshop(stack, outputs, account, region, os.environ.get("AWS_ENDPOINT_URL"))
