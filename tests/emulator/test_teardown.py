"""The teardown's looks against the emulated service: its own rules of deletion, its own states."""

import threading
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from lambdas.shared.teardown_settings import TeardownScope
from lambdas.teardown.personalize.account import PersonalizeAccount
from lambdas.teardown.personalize.look import look
from lambdas.teardown.progress import Progress
from personalize_emulator.clock import VirtualClock
from personalize_emulator.objects import FolderObjects
from personalize_emulator.resources.kinds import KINDS
from personalize_emulator.service import PersonalizeService
from personalize_emulator.settings import INSTANT, REALISTIC, EmulatorSettings, Pace
from tests.emulator.support.clients import ROLE, Clients
from tests.emulator.support.standin import PopularityTrainer, load_popularity
from tests.emulator.support.world import SCHEMAS, World

SCOPE = TeardownScope(
    pipeline="custom",
    dataset_group="custom",
    names={
        "schema": (*(f"custom-{kind}" for kind in SCHEMAS), "free", "shop"),
        "metricAttribution": ("attribution",),
    },
)
UNTAGGED = {"Schema", "MetricAttribution"}
Opener = Callable[[Pace], Clients]


@pytest.fixture
def opened(tmp_path: Path, s3_root: Path, clock: VirtualClock) -> Iterator[Opener]:
    """Open the same state at another pace, as a restart would."""
    running: list[PersonalizeService] = []

    def close() -> None:
        while running:
            running.pop().close()

    def open_at(pace: Pace) -> Clients:
        close()
        service = PersonalizeService(
            EmulatorSettings(state_dir=tmp_path / "kept", pace=pace),
            objects=FolderObjects(s3_root),
            clock=clock,
            trainer=PopularityTrainer(),
            load_model=load_popularity,
        )
        running.append(service)
        return Clients(service, s3_root)

    yield open_at
    close()


def world(aws: Clients, interactions_csv: bytes) -> World:
    """One of everything, all of it the pipeline's."""
    made = World(aws, interactions_csv)
    for resource in aws.service.backend.store.all(*KINDS.values()):
        if resource.kind.name not in UNTAGGED:
            tags = [{"tagKey": "pipeline", "tagValue": "custom"}]
            aws.personalize.tag_resource(resourceArn=resource.arn, tags=tags)  # type: ignore[arg-type]
    return made


def step(aws: Clients, going: tuple[Any, ...] = ()) -> Progress:
    return look(PersonalizeAccount(aws.personalize, SCOPE), SCOPE, going=going)


def teardown(
    aws: Clients, clock: VirtualClock, wait: float = 60.0, looks: int = 400
) -> list[Progress]:
    done: list[Progress] = []
    while not done or done[-1].remaining:
        assert len(done) < looks, f"still at {done[-1].stage}: {done[-1].pending}"
        done.append(step(aws, done[-1].going if done else ()))
        clock.advance(wait)
    return done


def left(aws: Clients) -> list[str]:
    return [resource.arn for resource in aws.service.backend.store.all(*KINDS.values())]


def test_one_of_everything_goes(
    opened: Opener, clock: VirtualClock, interactions_csv: bytes
) -> None:
    aws = opened(INSTANT)
    world(aws, interactions_csv)

    done = teardown(aws, clock)

    assert left(aws) == []
    assert {entry.kind for progress in done for entry in progress.deleted} == {
        "campaign", "recommender", "event tracker", "metric attribution", "filter", "solution",
        "dataset", "schema", "dataset group",
    }  # fmt: skip
    assert step(aws).deleted == ()


def test_at_the_services_own_pace_each_stage_is_waited_for(
    opened: Opener, clock: VirtualClock, interactions_csv: bytes
) -> None:
    world(opened(INSTANT), interactions_csv)
    aws = opened(REALISTIC)

    done = teardown(aws, clock, wait=30.0)

    assert left(aws) == []
    stages = list(dict.fromkeys(progress.stage for progress in done))
    assert stages == [
        "campaigns and recommenders", "event trackers", "metric attributions", "filters",
        "solutions", "datasets", "schemas", "dataset groups", "nothing left",
    ]  # fmt: skip


def test_a_training_in_flight_is_stopped_and_everything_goes(
    opened: Opener, clock: VirtualClock, interactions_csv: bytes
) -> None:
    aws = opened(INSTANT)
    made = world(aws, interactions_csv)
    aws.service.backend.trainer = PopularityTrainer(hold=threading.Event())
    training = aws.personalize.create_solution_version(solutionArn=made.solution)

    done = teardown(aws, clock)

    stopped = {entry.arn for progress in done for entry in progress.stopped}
    assert stopped == {training["solutionVersionArn"]}
    assert left(aws) == []


def test_an_import_in_flight_is_waited_for_and_everything_goes(
    opened: Opener, clock: VirtualClock, interactions_csv: bytes
) -> None:
    made = world(opened(INSTANT), interactions_csv)
    two_hours = {**REALISTIC.kinds, "DatasetImportJob": (60.0, 7200.0)}
    aws = opened(replace(REALISTIC, kinds=two_hours))
    aws.personalize.create_dataset_import_job(
        jobName="slow",
        datasetArn=made.datasets["INTERACTIONS"],
        dataSource={"dataLocation": "s3://bucket/import.csv"},
        roleArn=ROLE,
    )

    done = teardown(aws, clock, wait=30.0)

    waits = {entry.reason for progress in done for entry in progress.pending}
    assert any(reason.startswith("dataset import job slow is CREATE") for reason in waits)
    assert left(aws) == []


def test_killed_after_each_look_and_restarted_with_the_service_it_ends_the_same(
    opened: Opener, clock: VirtualClock, interactions_csv: bytes
) -> None:
    world(opened(INSTANT), interactions_csv)
    remaining, looks = 1, 0
    while remaining:
        looks += 1
        assert looks < 100
        remaining = step(opened(INSTANT)).remaining
        clock.advance(60)

    assert left(opened(INSTANT)) == []


def test_what_another_pipeline_made_in_the_same_account_stays_and_answers(
    opened: Opener, clock: VirtualClock, interactions_csv: bytes
) -> None:
    aws = opened(INSTANT)
    made = world(aws, interactions_csv)
    theirs = aws.group("custom-eu", tags=[{"tagKey": "pipeline", "tagValue": "custom-eu"}])
    schema = aws.schema(name="custom-eu-INTERACTIONS")
    dataset = aws.dataset(theirs, schema)
    aws.import_csv(dataset, interactions_csv, "theirs")
    version = aws.train(theirs, name="custom-eu-users")
    campaign = aws.campaign(version["solutionVersionArn"], "custom-eu-users")

    teardown(aws, clock)

    assert made.campaign not in left(aws)
    assert campaign in left(aws)
    answer = aws.runtime.get_recommendations(campaignArn=campaign, userId="u1", numResults=3)
    assert len(answer["itemList"]) == 3
