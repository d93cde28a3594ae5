"""The way of a workshop, with real trainings: from two CSV files to recommendations and back."""

import json
import time
from collections.abc import Callable, Iterator
from functools import partial
from pathlib import Path
from typing import Any

import boto3
import pytest
from botocore.config import Config

from personalize_emulator.evaluation.generator import World, generate
from tests.emulator.support.process import EmulatorProcess

ROLE = "arn:aws:iam::000000000000:role/PersonalizeRole"
RECIPES = ("aws-user-personalization", "aws-sims")
USER = "u007"


def schema(name: str, *fields: tuple[str, str | list[str]], categorical: str = "") -> str:
    described: list[dict[str, Any]] = [{"name": field, "type": kind} for field, kind in fields]
    for field in described:
        if field["name"] == categorical:
            field["categorical"] = True
    namespace = "com.amazonaws.personalize.schema"
    avro = {"type": "record", "name": name, "namespace": namespace, "fields": described}
    return json.dumps(avro | {"version": "1.0"})


INTERACTIONS = schema(
    "Interactions",
    ("USER_ID", "string"),
    ("ITEM_ID", "string"),
    ("TIMESTAMP", "long"),
    ("EVENT_TYPE", "string"),
)
ITEMS = schema(
    "Items", ("ITEM_ID", "string"), ("GENRES", "string"), ("YEAR", "int"), categorical="GENRES"
)


@pytest.fixture
def endpoint(tmp_path: Path) -> Iterator[str]:
    """The emulator as people start it, over a plain folder."""
    s3 = tmp_path / "s3"
    generate(3, World(users=150, items=200, events_per_user=40)).write(s3 / "bucket")
    process = EmulatorProcess(tmp_path / "state", "--s3-root", str(s3))
    yield process.endpoint
    process.end()


def client(endpoint: str, name: str) -> Any:
    session: Any = boto3.session.Session()
    return session.client(
        name,
        endpoint_url=endpoint,
        region_name="us-east-1",
        aws_access_key_id="000000000000",
        aws_secret_access_key="x",
        config=Config(retries={"max_attempts": 0}),
    )


def active(describe: Callable[[], dict[str, Any]]) -> dict[str, Any]:
    """Poll as the workshop does, only faster."""
    deadline = time.monotonic() + 120
    while time.monotonic() < deadline:
        (shown,) = (v for k, v in describe().items() if k != "ResponseMetadata")
        if shown["status"] in {"ACTIVE", "CREATE FAILED"}:
            assert shown["status"] == "ACTIVE", shown
            return dict(shown)
        time.sleep(0.05)
    raise AssertionError(shown)


def gone(personalize: Any, describe: Callable[[], Any]) -> None:
    deadline = time.monotonic() + 20
    while time.monotonic() < deadline:
        try:
            describe()
        except personalize.exceptions.ResourceNotFoundException:
            return
        time.sleep(0.02)
    raise AssertionError("still there")


class Workshop:
    """One run through it; each step leaves names for the next."""

    def __init__(self, endpoint: str) -> None:
        self.p = client(endpoint, "personalize")
        self.runtime = client(endpoint, "personalize-runtime")
        self.events = client(endpoint, "personalize-events")
        self.schemas: list[str] = []
        self.datasets: list[str] = []
        self.solutions: dict[str, str] = {}
        self.versions: dict[str, str] = {}
        self.campaigns: dict[str, str] = {}
        self.filters: dict[str, str] = {}
        self.tracker: dict[str, str] = {}

    def import_data(self) -> None:
        p = self.p
        self.group = p.create_dataset_group(name="workshop")["datasetGroupArn"]
        active(lambda: p.describe_dataset_group(datasetGroupArn=self.group))
        for kind, avro in (("interactions", INTERACTIONS), ("items", ITEMS)):
            self.schemas.append(p.create_schema(name=kind, schema=avro)["schemaArn"])
            dataset = p.create_dataset(
                name=kind,
                datasetType=kind.upper(),
                datasetGroupArn=self.group,
                schemaArn=self.schemas[-1],
            )["datasetArn"]
            self.datasets.append(dataset)
            job = p.create_dataset_import_job(
                jobName=f"{kind}-import",
                datasetArn=dataset,
                dataSource={"dataLocation": f"s3://bucket/{kind}.csv"},
                roleArn=ROLE,
            )["datasetImportJobArn"]
            active(partial(p.describe_dataset_import_job, datasetImportJobArn=job))

    def train(self) -> None:
        p = self.p
        for recipe in RECIPES:
            self.solutions[recipe] = p.create_solution(
                name=recipe,
                datasetGroupArn=self.group,
                recipeArn=f"arn:aws:personalize:::recipe/{recipe}",
            )["solutionArn"]
            self.versions[recipe] = p.create_solution_version(solutionArn=self.solutions[recipe])[
                "solutionVersionArn"
            ]
        for version in self.versions.values():
            active(partial(p.describe_solution_version, solutionVersionArn=version))
            metrics = p.get_solution_metrics(solutionVersionArn=version)["metrics"]
            assert 0 < metrics["normalized_discounted_cumulative_gain_at_10"] < 1

    def deploy(self) -> None:
        p = self.p
        for recipe, version in self.versions.items():
            self.campaigns[recipe] = p.create_campaign(
                name=recipe, solutionVersionArn=version, minProvisionedTPS=1
            )["campaignArn"]
        for campaign in self.campaigns.values():
            active(partial(p.describe_campaign, campaignArn=campaign))
        for name, expression in (
            ("Comedy", 'INCLUDE ItemID WHERE Items.GENRES IN ("Comedy")'),
            ("watched", 'INCLUDE ItemID WHERE Interactions.event_type IN ("watch")'),
            ("unwatched", 'EXCLUDE ItemID WHERE Interactions.event_type IN ("watch")'),
            ("1970s", "INCLUDE ItemID WHERE Items.YEAR >= 1970 AND Items.YEAR < 1980"),
        ):
            self.filters[name] = p.create_filter(
                name=name, datasetGroupArn=self.group, filterExpression=expression
            )["filterArn"]

    def recommend(self, **request: Any) -> list[str]:
        answer = self.runtime.get_recommendations(
            campaignArn=self.campaigns[RECIPES[0]], userId=USER, **request
        )
        return [item["itemId"] for item in answer["itemList"]]

    def click(self, item: str, event: str = "click") -> None:
        """Send an event in the way of early SDKs: the item among the properties."""
        self.events.put_events(
            trackingId=self.tracker["trackingId"],
            userId=USER,
            sessionId="visit",
            eventList=[
                {
                    "sentAt": int(time.time()),
                    "eventType": event,
                    "properties": json.dumps({"itemId": item}),
                }
            ],
        )

    def batch(self, folder: Path) -> list[Any]:
        (folder / "users.json").write_text('{"userId": "u001"}\n{"userId": "u002"}\n')
        job = self.p.create_batch_inference_job(
            jobName="batch",
            solutionVersionArn=self.versions[RECIPES[0]],
            roleArn=ROLE,
            jobInput={"s3DataSource": {"path": "s3://bucket/users.json"}},
            jobOutput={"s3DataDestination": {"path": "s3://bucket/"}},
        )["batchInferenceJobArn"]
        active(lambda: self.p.describe_batch_inference_job(batchInferenceJobArn=job))
        return [json.loads(line) for line in (folder / "users.json.out").read_text().splitlines()]

    def clean_up(self) -> None:
        p = self.p
        for arn in self.campaigns.values():
            p.delete_campaign(campaignArn=arn)
            gone(p, partial(p.describe_campaign, campaignArn=arn))
        p.delete_event_tracker(eventTrackerArn=self.tracker["eventTrackerArn"])
        for arn in self.filters.values():
            p.delete_filter(filterArn=arn)
        for arn in self.solutions.values():
            p.delete_solution(solutionArn=arn)
        for arn in self.datasets:
            p.delete_dataset(datasetArn=arn)
        for arn in self.schemas:
            p.delete_schema(schemaArn=arn)
        p.delete_dataset_group(datasetGroupArn=self.group)
        gone(p, lambda: p.describe_dataset_group(datasetGroupArn=self.group))


def test_the_workshop_runs_from_its_first_call_to_its_clean_up(
    endpoint: str, tmp_path: Path
) -> None:
    workshop = Workshop(endpoint)
    workshop.import_data()
    workshop.train()
    workshop.deploy()

    assert len(workshop.recommend()) == 25
    years = workshop.recommend(filterArn=workshop.filters["1970s"], numResults=5)
    assert years
    watched = workshop.recommend(filterArn=workshop.filters["watched"])
    unwatched = workshop.recommend(filterArn=workshop.filters["unwatched"])
    assert not set(watched) & set(unwatched)
    similar = workshop.runtime.get_recommendations(
        campaignArn=workshop.campaigns["aws-sims"], itemId=watched[0]
    )["itemList"]
    assert watched[0] not in [item["itemId"] for item in similar]

    workshop.tracker = workshop.p.create_event_tracker(
        name="tracker", datasetGroupArn=workshop.group
    )
    before = workshop.recommend()
    for item in unwatched[20:23]:
        workshop.click(item)
    assert workshop.recommend() != before
    workshop.click(unwatched[0], "watch")
    assert unwatched[0] not in workshop.recommend(filterArn=workshop.filters["unwatched"])

    lines = workshop.batch(tmp_path / "s3" / "bucket")
    assert [line["input"]["userId"] for line in lines] == ["u001", "u002"]
    assert all(len(line["output"]["recommendedItems"]) == 25 for line in lines)

    workshop.clean_up()
    for kind in ("schemas", "dataset_groups", "datasets", "solutions", "campaigns"):
        (left,) = (v for v in getattr(workshop.p, f"list_{kind}")().values() if isinstance(v, list))
        assert left == []
