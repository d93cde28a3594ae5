"""A domain's group under a key of one's own, fed from files with names as people give them."""

import random
import time
from typing import Any

import pytest

from localcloud.clients import Clients
from tests.e2e.runs.pipelines import Deployed, deploy

KEY = "arn:aws:kms:us-east-1:000000000000:key/11111111-2222-3333-4444-555555555555"
CINEMA = f"""\
name: cinema
datasetGroup: {{domain: VIDEO_ON_DEMAND, kmsKeyArn: "{KEY}"}}
datasets:
  interactions:
    fields:
      - {{name: USER_ID, type: string}}
      - {{name: ITEM_ID, type: string}}
      - {{name: TIMESTAMP, type: long}}
      - {{name: EVENT_TYPE, type: string}}
recommenders: [{{name: popular, recipe: aws-vod-most-popular}}]
eventTracker: null
notebook: null
"""
ARN = "arn:aws:personalize:us-east-1:000000000000:"
DROP = "April & Mai 2026+Größe 日本 100%"
PARTS = ("part 1+2.csv", "Größe-日本.csv", "100%20sure.csv", "a&b=c;d'e.csv")


def part(number: int) -> bytes:
    """Return a share of the interactions, with a header of its own."""
    draw, now = random.Random(number), int(time.time())
    rows = [
        f"u{user},i{draw.randrange(20)},{now - row * 3_600 - user},Watch"
        for user in range(number * 20, number * 20 + 20)
        for row in range(20)
    ]
    return "\n".join(("USER_ID,ITEM_ID,TIMESTAMP,EVENT_TYPE", *rows, "")).encode()


@pytest.fixture(scope="module")
def cinema(clients: Clients, tmp_path_factory: pytest.TempPathFactory) -> Deployed:
    """The pipeline after a drop of part files."""
    deployed = deploy(CINEMA, tmp_path_factory.mktemp("cinema"), clients)
    for number, name in enumerate(PARTS):
        deployed.put(DROP, f"interactions/{name}", part(number))
    deployed.put(DROP, "_SUCCESS", b"")
    [ended] = deployed.all_ended(1)
    assert ended.outcome == "succeeded", ended.output
    return deployed


def test_the_domains_group_has_the_key(cinema: Deployed) -> None:
    group: Any = cinema.clients.personalize.describe_dataset_group(
        datasetGroupArn=f"{ARN}dataset-group/cinema"
    )["datasetGroup"]

    assert (group["domain"], group["kmsKeyArn"]) == ("VIDEO_ON_DEMAND", KEY)
    assert ":role/" in group["roleArn"]


def test_every_part_is_imported_whatever_it_is_called(cinema: Deployed) -> None:
    dataset = f"{ARN}dataset/cinema/INTERACTIONS"
    [job] = cinema.clients.personalize.list_dataset_import_jobs(datasetArn=dataset)[
        "datasetImportJobs"
    ]
    runtime = cinema.clients.personalize_runtime
    recommended = runtime.get_recommendations(
        recommenderArn=f"{ARN}recommender/cinema-popular", userId="u79", numResults=20
    )["itemList"]

    assert job["status"] == "ACTIVE"
    assert {one["itemId"] for one in recommended} == {f"i{number}" for number in range(20)}


def test_the_run_has_its_report_under_the_drops_own_name(cinema: Deployed) -> None:
    keys = cinema.clients.s3.list_objects_v2(Bucket=cinema.bucket, Prefix=f"runs/{DROP}/")

    assert {f"runs/{DROP}/report.json", f"runs/{DROP}/report.html"} <= {
        one["Key"] for one in keys["Contents"]
    }
