"""State over restarts."""

import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest
from botocore.exceptions import ClientError

from personalize_emulator.clock import VirtualClock
from personalize_emulator.objects import FolderObjects
from personalize_emulator.recipes.contract import Model
from personalize_emulator.recipes.errors import ModelFormatError
from personalize_emulator.resources.backend import INTERRUPTED
from personalize_emulator.runtime.deployments import LoadModel
from personalize_emulator.service import PersonalizeService
from personalize_emulator.settings import INSTANT, EmulatorSettings
from tests.emulator.support.clients import Clients
from tests.emulator.support.standin import PopularityTrainer, load_popularity


@contextmanager
def opened(
    tmp_path: Path,
    trainer: PopularityTrainer | None = None,
    load_model: LoadModel = load_popularity,
) -> Iterator[Clients]:
    with PersonalizeService(
        EmulatorSettings(state_dir=tmp_path / "state", pace=INSTANT),
        objects=FolderObjects(tmp_path / "s3"),
        clock=VirtualClock(),
        trainer=trainer or PopularityTrainer(),
        load_model=load_model,
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


def test_a_model_of_another_version_of_the_emulator_is_to_be_trained_again(
    tmp_path: Path, s3_root: Path, interactions_csv: bytes, caplog: pytest.LogCaptureFixture
) -> None:
    def refuse(folder: Path) -> Model:
        raise ModelFormatError(f"The model in {folder} is of another version: train it again.")

    assert s3_root
    with opened(tmp_path) as aws:
        group = aws.group()
        aws.import_csv(aws.dataset(group, aws.schema()), interactions_csv)
        version = aws.train(group)["solutionVersionArn"]
        campaign = aws.campaign(version)

    with opened(tmp_path, load_model=refuse) as aws:
        with pytest.raises(ClientError, match="train it again") as error:
            aws.runtime.get_recommendations(campaignArn=campaign, userId="u1")
        made = aws.personalize.create_campaign(name="new", solutionVersionArn=version)
        failed = settled(aws, made["campaignArn"])

    assert error.value.response["Error"]["Code"] == "InvalidInputException"
    assert failed["status"] == "CREATE FAILED"
    assert "train it again" in failed["failureReason"]
    assert not [record for record in caplog.records if record.exc_info]


def settled(aws: Clients, campaign: str) -> dict[str, Any]:
    """Return a campaign once it has left its waiting room."""
    while True:
        shown = aws.personalize.describe_campaign(campaignArn=campaign)["campaign"]
        if shown["status"] not in {"CREATE PENDING", "CREATE IN_PROGRESS"}:
            return dict(shown)
        time.sleep(0.01)


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
