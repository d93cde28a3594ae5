"""Real boto3 clients whose requests go straight to a service, without a socket."""

import json
import time
from collections.abc import Callable
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

import boto3
from botocore.awsrequest import AWSPreparedRequest, AWSResponse
from botocore.config import Config

from personalize_emulator.api.http import HttpRequest
from personalize_emulator.service import PersonalizeService

if TYPE_CHECKING:
    from types_boto3_personalize import PersonalizeClient
    from types_boto3_personalize_events import PersonalizeEventsClient
    from types_boto3_personalize_runtime import PersonalizeRuntimeClient

ROLE = "arn:aws:iam::000000000000:role/personalize"
INTERACTIONS: dict[str, Any] = {
    "type": "record",
    "name": "Interactions",
    "namespace": "com.amazonaws.personalize.schema",
    "fields": [
        {"name": "USER_ID", "type": "string"},
        {"name": "ITEM_ID", "type": "string"},
        {"name": "TIMESTAMP", "type": "long"},
        {"name": "EVENT_TYPE", "type": "string"},
    ],
    "version": "1.0",
}


class _Raw:
    def __init__(self, body: bytes) -> None:
        self._body = body

    def stream(self, *_: object, **__: object) -> list[bytes]:
        return [self._body]


@cache
def _session() -> Any:
    """One session for all clients: it reads each service model once."""
    return boto3.session.Session()


def client(name: str, service: PersonalizeService, *, validate: bool = True, **options: Any) -> Any:
    """Return a boto3 client of ``service``; without ``validate`` it sends what botocore refuses."""
    made = _session().client(
        name,
        region_name=options.get("region", "us-east-1"),
        endpoint_url="http://emulator",
        aws_access_key_id=options.get("key", "000000000000"),
        aws_secret_access_key="secret",
        config=Config(parameter_validation=validate, retries={"max_attempts": 0}),
    )

    def send(request: AWSPreparedRequest, **_: object) -> AWSResponse:
        url: Any = request.url
        path, _query, query = url.removeprefix("http://emulator").partition("?")
        headers = {k.lower(): _text(v) for k, v in request.headers.items()}
        body: Any = request.body or b""
        raw = body.encode() if isinstance(body, str) else body
        response = service.handle(HttpRequest(request.method, path, query, headers, raw))
        told: Any = response.headers
        return AWSResponse(url, response.status, told, _Raw(response.body))

    made.meta.events.register(f"before-send.{name}", send)
    return made


def _text(value: str | bytes) -> str:
    return value.decode() if isinstance(value, bytes) else value


class Clients:
    """The three clients, and steps that many tests take."""

    def __init__(self, service: PersonalizeService, s3_root: Path) -> None:
        self.service = service
        self.s3_root = s3_root
        self.personalize: PersonalizeClient = client("personalize", service)
        self.runtime: PersonalizeRuntimeClient = client("personalize-runtime", service)
        self.events: PersonalizeEventsClient = client("personalize-events", service)

    def put(self, key: str, content: bytes) -> str:
        path = self.s3_root / "bucket" / key
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content)
        return f"s3://bucket/{key}"

    def settled(self, describe: Callable[[], Any]) -> Any:
        """Describe until the status is a final one; fails after 20 seconds."""
        deadline = time.monotonic() + 20
        while time.monotonic() < deadline:
            shown = describe()
            if not shown["status"].endswith(("PENDING", "IN_PROGRESS", "STOPPING")):
                return shown
            time.sleep(0.005)
        raise AssertionError(f"still {shown['status']}: {shown}")

    def group(self, name: str = "group", **options: Any) -> str:
        return self.personalize.create_dataset_group(name=name, **options)["datasetGroupArn"]

    def schema(self, avro: dict[str, Any] = INTERACTIONS, name: str = "schema", **more: Any) -> str:
        return self.personalize.create_schema(name=name, schema=json.dumps(avro), **more)[
            "schemaArn"
        ]

    def dataset(self, group: str, schema: str, kind: str = "INTERACTIONS") -> str:
        return self.personalize.create_dataset(
            name=kind.lower(), schemaArn=schema, datasetGroupArn=group, datasetType=kind
        )["datasetArn"]

    def import_csv(self, dataset: str, content: bytes, name: str = "import", **more: Any) -> Any:
        """Import a CSV file and return the job as it ended."""
        uri = self.put(f"{name}.csv", content)
        arn = self.personalize.create_dataset_import_job(
            jobName=name,
            datasetArn=dataset,
            dataSource={"dataLocation": uri},
            roleArn=ROLE,
            **more,
        )["datasetImportJobArn"]
        return self.settled(
            lambda: self.personalize.describe_dataset_import_job(datasetImportJobArn=arn)[
                "datasetImportJob"
            ]
        )

    def train(self, group: str, recipe: str = "aws-user-personalization", **options: Any) -> Any:
        """Create a solution, train one version and return it as it ended."""
        name = options.pop("name", recipe)
        solution = self.personalize.create_solution(
            name=name,
            datasetGroupArn=group,
            recipeArn=f"arn:aws:personalize:::recipe/{recipe}",
            performAutoTraining=options.pop("performAutoTraining", False),
            **options,
        )["solutionArn"]
        return self.version(solution)

    def version(self, solution: str, **options: Any) -> Any:
        arn = self.personalize.create_solution_version(solutionArn=solution, **options)[
            "solutionVersionArn"
        ]
        return self.settled(
            lambda: self.personalize.describe_solution_version(solutionVersionArn=arn)[
                "solutionVersion"
            ]
        )

    def campaign(self, version: str, name: str = "campaign", **options: Any) -> str:
        arn = self.personalize.create_campaign(name=name, solutionVersionArn=version, **options)[
            "campaignArn"
        ]
        shown = self.settled(
            lambda: self.personalize.describe_campaign(campaignArn=arn)["campaign"]
        )
        assert shown["status"] == "ACTIVE", shown
        return arn
