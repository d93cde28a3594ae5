"""State over restarts, and over kills at any moment."""

import json
import os
import random
import signal
import subprocess
import sys
import threading
import time
import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import boto3
import pytest
from botocore.config import Config
from botocore.exceptions import BotoCoreError

from personalize_emulator.clock import VirtualClock
from personalize_emulator.objects import FolderObjects
from personalize_emulator.resources.backend import INTERRUPTED
from personalize_emulator.service import PersonalizeService
from personalize_emulator.settings import INSTANT, EmulatorSettings
from tests.emulator.support.clients import INTERACTIONS, Clients
from tests.emulator.support.standin import PopularityTrainer, load_popularity


@contextmanager
def opened(tmp_path: Path, trainer: PopularityTrainer | None = None) -> Iterator[Clients]:
    with PersonalizeService(
        EmulatorSettings(state_dir=tmp_path / "state", pace=INSTANT),
        objects=FolderObjects(tmp_path / "s3"),
        clock=VirtualClock(),
        trainer=trainer or PopularityTrainer(),
        load_model=load_popularity,
    ) as service:
        yield Clients(service, tmp_path / "s3")


def test_everything_is_there_after_a_restart(
    tmp_path: Path, s3_root: Path, interactions_csv: bytes
) -> None:
    assert s3_root
    with opened(tmp_path) as aws:
        group = aws.group(tags=[{"tagKey": "a", "tagValue": "b"}])
        aws.import_csv(aws.dataset(group, aws.schema()), interactions_csv)
        version = aws.train(group)["solutionVersionArn"]
        campaign = aws.campaign(version)
        tracking = aws.personalize.create_event_tracker(name="t", datasetGroupArn=group)
        aws.events.put_events(
            trackingId=tracking["trackingId"],
            userId="u1",
            sessionId="s",
            eventList=[{"eventType": "click", "itemId": "i70", "sentAt": "2026-01-01"}],
        )
        before = aws.runtime.get_recommendations(campaignArn=campaign, userId="u1")["itemList"]

    with opened(tmp_path) as aws:
        after = aws.runtime.get_recommendations(campaignArn=campaign, userId="u1")["itemList"]
        assert after == before
        assert after[0]["itemId"] == "i70"
        assert aws.personalize.list_tags_for_resource(resourceArn=group)["tags"]
        assert aws.train(group, "aws-sims")["status"] == "ACTIVE"


def test_an_interrupted_training_has_failed_and_says_so(
    tmp_path: Path, s3_root: Path, interactions_csv: bytes
) -> None:
    assert s3_root
    with opened(tmp_path, PopularityTrainer(hold=threading.Event())) as aws:
        p = aws.personalize
        group = aws.group()
        aws.import_csv(aws.dataset(group, aws.schema()), interactions_csv)
        solution = p.create_solution(
            name="s",
            datasetGroupArn=group,
            recipeArn="arn:aws:personalize:::recipe/aws-sims",
            performAutoTraining=False,
        )["solutionArn"]
        version = p.create_solution_version(solutionArn=solution)["solutionVersionArn"]

    with opened(tmp_path) as aws:
        shown = aws.personalize.describe_solution_version(solutionVersionArn=version)
        assert shown["solutionVersion"]["status"] == "CREATE FAILED"
        assert shown["solutionVersion"]["failureReason"] == INTERRUPTED
        assert aws.version(solution)["status"] == "ACTIVE"


def test_an_interrupted_stop_ends_as_stopped(
    tmp_path: Path, s3_root: Path, interactions_csv: bytes, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert s3_root
    with opened(tmp_path, PopularityTrainer(hold=threading.Event())) as aws:
        p = aws.personalize
        group = aws.group()
        aws.import_csv(aws.dataset(group, aws.schema()), interactions_csv)
        solution = p.create_solution(
            name="s", datasetGroupArn=group, recipeArn="arn:aws:personalize:::recipe/aws-sims"
        )["solutionArn"]
        version = p.create_solution_version(solutionArn=solution)["solutionVersionArn"]
        # The worker hears of the stop only after the service has been closed.
        monkeypatch.setattr(aws.service.backend.jobs, "stop", lambda _: None)
        p.stop_solution_version_creation(solutionVersionArn=version)

    with opened(tmp_path) as aws:
        shown = aws.personalize.describe_solution_version(solutionVersionArn=version)
        assert shown["solutionVersion"]["status"] == "CREATE STOPPED"


class Process:
    """The emulator in a process of its own, which a test may kill."""

    def __init__(self, tmp_path: Path) -> None:
        self._arguments = [
            *(sys.executable, "-m", "personalize_emulator", "--pace", "instant"),
            *("--state", str(tmp_path / "state"), "--s3-root", str(tmp_path / "s3")),
        ]
        self.start()

    def start(self) -> None:
        self._process = subprocess.Popen(
            self._arguments, stdout=subprocess.PIPE, text=True, env=dict(os.environ)
        )
        assert self._process.stdout
        self._ready = self._process.stdout.readline().split()
        assert self._ready[0] == "ready"

    def client(self, service: str) -> Any:
        session: Any = boto3.session.Session()
        return session.client(
            service,
            region_name="us-east-1",
            endpoint_url=self._ready[1],
            aws_access_key_id="000000000000",
            aws_secret_access_key="x",
            config=Config(retries={"max_attempts": 0}, connect_timeout=2, read_timeout=10),
        )

    def kill(self) -> None:
        self._process.send_signal(signal.SIGKILL)
        self._end()

    def end(self) -> None:
        self._process.terminate()
        self._end()
        assert self._process.returncode == 0

    def _end(self) -> None:
        self._process.wait(20)
        if self._process.stdout:
            self._process.stdout.close()


@pytest.fixture
def process(tmp_path: Path, s3_root: Path) -> Iterator[Process]:
    assert s3_root
    running = Process(tmp_path)
    yield running
    running.end()


def test_a_kill_in_the_middle_of_a_training_leaves_nothing_half_done(
    process: Process, tmp_path: Path, interactions_csv: bytes
) -> None:
    (tmp_path / "s3" / "bucket" / "i.csv").write_bytes(interactions_csv)
    p = process.client("personalize")
    group = p.create_dataset_group(name="g")["datasetGroupArn"]
    schema = p.create_schema(name="s", schema=json.dumps(INTERACTIONS))["schemaArn"]
    named = {"name": "x", "datasetGroupArn": group}
    dataset = p.create_dataset(**named, schemaArn=schema, datasetType="Interactions")["datasetArn"]
    job = p.create_dataset_import_job(
        jobName="i",
        datasetArn=dataset,
        dataSource={"dataLocation": "s3://bucket/i.csv"},
        roleArn="arn:aws:iam::000000000000:role/x",
    )
    assert final(lambda: p.describe_dataset_import_job(**only_arn(job)))["status"] == "ACTIVE"
    recipe = "arn:aws:personalize:::recipe/aws-popularity-count"
    solution = only_arn(p.create_solution(**named, recipeArn=recipe, performAutoTraining=False))
    version = only_arn(p.create_solution_version(**solution))

    process.kill()
    process.start()

    p = process.client("personalize")
    shown = final(lambda: p.describe_solution_version(**version))
    assert (shown["status"], shown["failureReason"]) == ("CREATE FAILED", INTERRUPTED)
    again = only_arn(p.create_solution_version(**solution))
    assert final(lambda: p.describe_solution_version(**again))["status"] == "ACTIVE"


def only_arn(answer: dict[str, Any]) -> dict[str, str]:
    return {name: value for name, value in answer.items() if name.endswith("Arn")}


def final(describe: Any) -> Any:
    deadline = time.monotonic() + 60
    while time.monotonic() < deadline:
        (shown,) = (v for k, v in describe().items() if k != "ResponseMetadata")
        if shown["status"] in {"ACTIVE", "CREATE FAILED"}:
            return shown
        time.sleep(0.02)
    raise AssertionError(shown)


def create_until_killed(personalize: Any, created: list[str], end: threading.Event) -> None:
    """Create schemas; each one that is answered must be there for ever."""
    while not end.is_set():
        name = f"s{uuid.uuid4().hex}"
        try:
            answer = personalize.create_schema(name=name, schema=json.dumps(INTERACTIONS))
        except BotoCoreError:
            return
        created.append(answer["schemaArn"])


@pytest.mark.parametrize("seed", [1, 2])
def test_a_kill_at_any_moment_loses_nothing_that_was_answered(
    process: Process, tmp_path: Path, seed: int
) -> None:
    del tmp_path
    created: list[str] = []
    group = process.client("personalize").create_dataset_group(name="kept")["datasetGroupArn"]
    chance = random.Random(seed)
    for answers in chance.sample(range(5, 60), 2):
        end = threading.Event()
        writer = threading.Thread(
            target=create_until_killed, args=(process.client("personalize"), created, end)
        )
        writer.start()
        wanted, deadline = len(created) + answers, time.monotonic() + 30
        while len(created) < wanted and time.monotonic() < deadline:
            time.sleep(chance.random() / 1000)
        process.kill()
        end.set()
        writer.join()
        process.start()
        personalize = process.client("personalize")
        pages = personalize.get_paginator("list_schemas").paginate()
        assert set(created) <= {s["schemaArn"] for page in pages for s in page["schemas"]}
        shown = personalize.describe_dataset_group(datasetGroupArn=group)["datasetGroup"]
        assert shown["status"] == "ACTIVE"
