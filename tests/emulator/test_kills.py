"""Killed at random points while it imports, trains, hears and answers: what it said, holds."""

import csv
import io
import json
import random
import threading
import time
from collections import Counter
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from botocore.exceptions import BotoCoreError

from personalize_emulator.resources.backend import INTERRUPTED
from tests.emulator.conftest import to_csv
from tests.emulator.support.clients import INTERACTIONS, ROLE
from tests.emulator.support.process import EmulatorProcess

KILLS = 2
HEADER = ("USER_ID", "ITEM_ID", "TIMESTAMP", "EVENT_TYPE")
FINAL = {"ACTIVE", "CREATE FAILED"}


@pytest.fixture
def process(tmp_path: Path, s3_root: Path) -> Iterator[EmulatorProcess]:
    options = ("--pace", "instant", "--s3-root", str(s3_root), "--quota", "pending_import_jobs=99")
    running = EmulatorProcess(tmp_path / "state", *options)
    yield running
    running.end()


class Shop:
    """A dataset group at work; it remembers what it was told and what it saw ACTIVE."""

    def __init__(self, process: EmulatorProcess, bucket: Path, content: bytes) -> None:
        self.process = process
        self.bucket = bucket
        self.told: dict[str, str] = {}
        self.seen_active: set[str] = set()
        self.imported: set[str] = set()
        self.clicked: set[str] = set()
        self.interrupted: set[str] = set()
        p = self.personalize = process.client("personalize")
        self.group = p.create_dataset_group(name="shop")["datasetGroupArn"]
        schema = p.create_schema(name="shop", schema=json.dumps(INTERACTIONS))["schemaArn"]
        named = {"name": "shop", "datasetGroupArn": self.group}
        self.dataset = p.create_dataset(**named, schemaArn=schema, datasetType="Interactions")[
            "datasetArn"
        ]
        self.bring("first", content, "FULL")
        self.tracking = p.create_event_tracker(name="shop", datasetGroupArn=self.group)[
            "trackingId"
        ]
        recipe = "arn:aws:personalize:::recipe/aws-popularity-count"
        self.solution = p.create_solution(**named, recipeArn=recipe, performAutoTraining=False)[
            "solutionArn"
        ]
        version = self.train()
        self.campaign = p.create_campaign(name="shop", solutionVersionArn=version)["campaignArn"]
        self.told[self.campaign] = "campaign"
        self.await_final("campaign", self.campaign)
        self.answer = self.recommend()

    def bring(self, name: str, content: bytes, mode: str) -> None:
        (self.bucket / f"{name}.csv").write_bytes(content)
        job = self.personalize.create_dataset_import_job(
            jobName=name,
            datasetArn=self.dataset,
            dataSource={"dataLocation": f"s3://bucket/{name}.csv"},
            roleArn=ROLE,
            importMode=mode,
        )["datasetImportJobArn"]
        self.told[job] = "dataset_import_job"
        self.await_final("dataset_import_job", job)
        self.imported.add(name)

    def bring_more(self, name: str) -> None:
        """Import one row, whose item has the name of the job."""
        self.bring(name, to_csv(HEADER, [("u1", name, 1, "click")]), "INCREMENTAL")

    def click(self, name: str) -> None:
        """Send three events at once, whose items have the name: all are kept, or none."""
        events = self.process.client("personalize-events")
        clicks = {f"{name}-{number}" for number in range(3)}
        events.put_events(
            trackingId=self.tracking,
            userId="u2",
            sessionId="s",
            eventList=[{"eventType": "click", "itemId": item, "sentAt": 1} for item in clicks],
        )
        self.clicked |= clicks

    def begin_training(self) -> str:
        version = self.personalize.create_solution_version(solutionArn=self.solution)
        arn = str(version["solutionVersionArn"])
        self.told[arn] = "solution_version"
        return arn

    def train(self, name: str = "") -> str:
        del name
        arn = self.begin_training()
        self.await_final("solution_version", arn)
        return arn

    def describe(self, kind: str, arn: str) -> Any:
        member = "".join(word.title() for word in kind.split("_"))
        argument = member[0].lower() + member[1:]
        answer = getattr(self.personalize, f"describe_{kind}")(**{f"{argument}Arn": arn})
        return answer[argument]

    def await_final(self, kind: str, arn: str) -> Any:
        deadline = time.monotonic() + 60
        while (shown := self.describe(kind, arn))["status"] not in FINAL:
            assert time.monotonic() < deadline, shown
            time.sleep(0.01)
        if shown["status"] == "ACTIVE":
            self.seen_active.add(arn)
        return shown

    def recommend(self) -> list[str]:
        runtime = self.process.client("personalize-runtime")
        found = runtime.get_recommendations(campaignArn=self.campaign, userId="u1")["itemList"]
        return [item["itemId"] for item in found]

    def exported(self, name: str) -> set[str]:
        """Return the items of the dataset, imported and clicked, by an export."""
        job = self.personalize.create_dataset_export_job(
            jobName=name,
            datasetArn=self.dataset,
            ingestionMode="ALL",
            roleArn=ROLE,
            jobOutput={"s3DataDestination": {"path": "s3://bucket/out"}},
        )["datasetExportJobArn"]
        self.await_final("dataset_export_job", job)
        (path,) = self.bucket.glob(f"out/{name}_*/interactions.csv")
        return {row["ITEM_ID"] for row in csv.DictReader(io.StringIO(path.read_text()))}


def busily(act: Callable[[str], object], names: Iterator[str]) -> threading.Thread:
    """Act again and again in a thread, until the service is gone."""

    def work() -> None:
        try:
            for name in names:
                act(name)
        except BotoCoreError:
            return

    thread = threading.Thread(target=work)
    thread.start()
    return thread


def check(shop: Shop, kill: int) -> None:
    """Everything that was answered is there; what was ACTIVE is; the rest says what happened."""
    for arn, kind in shop.told.items():
        shown = shop.await_final(kind, arn)
        if shown["status"] != "ACTIVE":
            assert arn not in shop.seen_active
            assert shown["failureReason"] == INTERRUPTED
            shop.interrupted.add(kind)
    assert shop.recommend() == shop.answer
    exported = shop.exported(f"export{kill}")
    assert shop.imported - {"first"} <= exported
    assert shop.clicked <= exported
    heard = Counter(item.rpartition("-")[0] for item in exported if item.startswith("clicks-"))
    assert set(heard.values()) <= {3}


def test_a_kill_at_any_moment_loses_nothing_that_was_active(
    process: EmulatorProcess, s3_root: Path, interactions_csv: bytes
) -> None:
    shop = Shop(process, s3_root / "bucket", interactions_csv)
    chance = random.Random(4)
    for kill in range(KILLS):
        shop.personalize = process.client("personalize")
        importing = (f"more-{kill}-{number}" for number in range(1_000_000))
        clicking = (f"clicks-{kill}-{number}" for number in range(1_000_000))
        threads = [
            busily(shop.bring_more, importing),
            busily(shop.click, clicking),
            busily(shop.train, iter(["again"] * 9)),
        ]
        time.sleep(chance.uniform(0.1, 2.5))
        process.kill()
        for thread in threads:
            thread.join()
        process.start()
        shop.personalize = process.client("personalize")
        check(shop, kill)
    # However fast trainings are: none is over as soon as it has begun.
    shop.begin_training()
    process.kill()
    process.start()
    shop.personalize = process.client("personalize")
    check(shop, KILLS)
    assert "solution_version" in shop.interrupted
    assert shop.train() in shop.seen_active
