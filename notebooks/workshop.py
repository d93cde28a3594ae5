"""What every module of the workshop needs: the deployed stack's names, its clients, waiting.

Nothing here is specific to the laptop. boto3 reads ``AWS_ENDPOINT_URL``: with it the notebooks talk
to the local cloud, without it to AWS, and no other line differs.
"""

import io
import json
import os
import time
import zipfile
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any
from urllib.request import urlopen

import boto3
import pandas as pd
from botocore.exceptions import ClientError

# Beside the notebooks on SageMaker; written when the instance starts.
STACK_FILE = Path(__file__).with_name("stack.json")
DEFAULT_STACK = "movielens-pipeline"
MOVIELENS_URL = "https://files.grouplens.org/datasets/movielens/ml-100k.zip"
WORKSHOP_PREFIX = "workshop"
RUNNING = ("PENDING", "IN_PROGRESS", "STARTING", "STOPPING", "STOP PENDING")


class WorkshopError(Exception):
    """Something the reader can mend; the message says how."""


def _stack_name() -> str:
    if STACK_FILE.is_file():
        return str(json.loads(STACK_FILE.read_text())["stack"])
    return os.environ.get("PIPELINE_STACK", DEFAULT_STACK)


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
        return boto3.client("personalize")

    @cached_property
    def runtime(self) -> Any:
        """Recommendations in real time."""
        return boto3.client("personalize-runtime")

    @cached_property
    def events(self) -> Any:
        """Events in real time."""
        return boto3.client("personalize-events")

    @cached_property
    def s3(self) -> Any:
        """Objects."""
        return boto3.client("s3")

    @cached_property
    def states(self) -> Any:
        """Step Functions."""
        return boto3.client("stepfunctions")

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
        return self.arn(
            kebab if kind != "datasetImportJob" else "dataset-import-job",
            request.get("name") or request["jobName"],
        )

    def wait(self, describe: Callable[[], Mapping[str, Any]], label: str = "") -> dict[str, Any]:
        """Ask until a resource is ACTIVE; return it. Raises WorkshopError with its failureReason.

        ``describe`` returns the resource, status and all. The pause is a tenth of the time already
        spent, between a fifth of a second and a minute: quick on a laptop, quiet on AWS.
        """
        started = time.monotonic()
        while True:
            resource = dict(describe())
            status = resource["status"]
            if not any(word in status for word in RUNNING):
                break
            time.sleep(min(60.0, max(0.2, (time.monotonic() - started) / 10)))
        seconds = time.monotonic() - started
        if status != "ACTIVE":
            raise WorkshopError(f"{label or 'resource'}: {status}: {resource.get('failureReason')}")
        print(f"{label or 'resource'}: ACTIVE after {seconds:.1f} s")
        return resource

    def exists(self, recipe: str) -> bool:
        """Whether this endpoint offers a recipe (AWS has retired the HRNN family)."""
        return any(r["name"] == recipe for r in self._recipes())

    def _recipes(self) -> Iterator[dict[str, Any]]:
        for page in self.personalize.get_paginator("list_recipes").paginate():
            yield from page["recipes"]


def connect() -> Workshop:
    """Find the deployed stack and read its outputs; the one place that looks at the endpoint."""
    stack = _stack_name()
    session = boto3.Session()
    try:
        found = session.client("cloudformation").describe_stacks(StackName=stack)["Stacks"][0]
    except ClientError as error:
        message = f"no stack {stack!r} here: deploy it first (make notebooks, or cdk deploy)"
        raise WorkshopError(message) from error
    outputs = {o["OutputKey"]: o["OutputValue"] for o in found.get("Outputs", [])}
    account = session.client("sts").get_caller_identity()["Account"]
    endpoint = os.environ.get("AWS_ENDPOINT_URL")
    return Workshop(stack, outputs, account, str(session.region_name), endpoint)


@dataclass(frozen=True)
class MovieLens:
    """MovieLens 100K as three frames: ratings, films (genres joined by ``|``), people."""

    ratings: pd.DataFrame
    films: pd.DataFrame
    people: pd.DataFrame


GENRES = (
    "unknown",
    "Action",
    "Adventure",
    "Animation",
    "Children's",
    "Comedy",
    "Crime",
    "Documentary",
    "Drama",
    "Fantasy",
    "Film-Noir",
    "Horror",
    "Musical",
    "Mystery",
    "Romance",
    "Sci-Fi",
    "Thriller",
    "War",
    "Western",
)


def movielens() -> MovieLens:
    """Load MovieLens 100K: from ``MOVIELENS_DIR`` if set, else from GroupLens.

    Its licence lets everyone use it for research and nobody pass it on, so it is fetched by whoever
    runs the notebook, and is nowhere in this repository.
    """
    folder = os.environ.get("MOVIELENS_DIR")
    read = _folder_reader(Path(folder)) if folder else _archive_reader()
    ratings = pd.read_csv(read("u.data"), sep="\t",
                          names=["user", "film", "rating", "timestamp"],
                          dtype={"user": str, "film": str})  # fmt: skip
    return MovieLens(ratings, _films(read("u.item")), _people(read("u.user")))


def _folder_reader(folder: Path) -> Callable[[str], io.BytesIO]:
    return lambda name: io.BytesIO((folder / name).read_bytes())


def _archive_reader() -> Callable[[str], io.BytesIO]:
    with urlopen(MOVIELENS_URL, timeout=30) as answer:
        archive = zipfile.ZipFile(io.BytesIO(answer.read()))
    return lambda name: io.BytesIO(archive.read(f"ml-100k/{name}"))


def _films(source: io.BytesIO) -> pd.DataFrame:
    names = ["film", "title", "released", "video", "url", *GENRES]
    raw = pd.read_csv(source, sep="|", encoding="latin-1", names=names, dtype={"film": str})
    flags = raw[list(GENRES)].to_numpy() == 1
    genres = ["|".join(g for g, on in zip(GENRES, row, strict=True) if on) for row in flags]
    year = raw["title"].str.extract(r"\((\d{4})\)\s*$")[0].astype("Int64")
    return pd.DataFrame(
        {"film": raw["film"], "title": raw["title"], "genres": genres, "year": year}
    )


def _people(source: io.BytesIO) -> pd.DataFrame:
    names = ["user", "age", "gender", "occupation", "zip"]
    return pd.read_csv(source, sep="|", names=names, dtype={"user": str, "zip": str})
