"""Solutions over time: what an update may say and moves, how a training is stopped."""

import threading
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from personalize_emulator.clock import VirtualClock
from personalize_emulator.objects import FolderObjects
from personalize_emulator.service import PersonalizeService
from personalize_emulator.settings import EmulatorSettings, Pace
from tests.emulator.support.clients import Clients
from tests.emulator.support.standin import PopularityTrainer, load_popularity

SEMANTIC = "arn:aws:personalize:::recipe/aws-semantic-similarity"
SIMS = "arn:aws:personalize:::recipe/aws-sims"


@pytest.fixture
def group(aws: Clients, interactions_csv: bytes) -> str:
    arn = aws.group()
    aws.import_csv(aws.dataset(arn, aws.schema()), interactions_csv)
    return arn


def solution(aws: Clients, group: str, **members: Any) -> str:
    arn = aws.personalize.create_solution(
        name="solution", datasetGroupArn=group, performAutoTraining=False, **members
    )["solutionArn"]
    shown = aws.settled(lambda: described(aws, arn))
    assert shown["status"] == "ACTIVE"
    return arn


def described(aws: Clients, arn: str) -> Any:
    return aws.personalize.describe_solution(solutionArn=arn)["solution"]


def test_incremental_updates_are_for_one_recipe_in_an_update_too(aws: Clients, group: str) -> None:
    p = aws.personalize
    sims = solution(aws, group, recipeArn=SIMS)

    with pytest.raises(p.exceptions.InvalidInputException, match="performIncrementalUpdate"):
        p.update_solution(solutionArn=sims, performIncrementalUpdate=True)
    assert "latestSolutionUpdate" not in described(aws, sims)
    p.update_solution(solutionArn=sims, performIncrementalUpdate=False)


def test_the_semantic_recipe_may_turn_incremental_updates_on(aws: Clients, group: str) -> None:
    semantic = solution(aws, group, recipeArn=SEMANTIC)

    aws.personalize.update_solution(solutionArn=semantic, performIncrementalUpdate=True)

    aws.settled(lambda: described(aws, semantic)["latestSolutionUpdate"])
    assert described(aws, semantic)["performIncrementalUpdate"] is True


def test_automl_has_no_incremental_updates_and_always_tunes(aws: Clients, group: str) -> None:
    p = aws.personalize
    automatic = solution(aws, group, performAutoML=True, performHPO=False)

    assert described(aws, automatic)["performHPO"] is True
    with pytest.raises(p.exceptions.InvalidInputException, match="performIncrementalUpdate"):
        p.update_solution(solutionArn=automatic, performIncrementalUpdate=True)


def test_a_finished_update_is_when_the_solution_was_last_updated(
    aws: Clients, clock: VirtualClock, group: str
) -> None:
    sims = solution(aws, group, recipeArn=SIMS)
    created = described(aws, sims)
    clock.advance(600)

    aws.personalize.update_solution(solutionArn=sims, performAutoTraining=True)

    update = aws.settled(lambda: described(aws, sims)["latestSolutionUpdate"])
    shown = described(aws, sims)
    assert shown["creationDateTime"] == created["creationDateTime"]
    assert shown["lastUpdatedDateTime"] == update["lastUpdatedDateTime"]
    assert (shown["lastUpdatedDateTime"] - created["lastUpdatedDateTime"]).total_seconds() >= 600


class Slow:
    """A service whose trainings are pending for a minute, then in progress for an hour."""

    def __init__(self, state: Path, s3_root: Path) -> None:
        self.clock = VirtualClock()
        self.hold = threading.Event()
        self.service = PersonalizeService(
            EmulatorSettings(state_dir=state, pace=Pace(0, 0, {"SolutionVersion": (60, 3_600)})),
            objects=FolderObjects(s3_root),
            clock=self.clock,
            trainer=PopularityTrainer(self.hold),
            load_model=load_popularity,
        )
        self.aws = Clients(self.service, s3_root)

    def begin(self, csv: bytes) -> str:
        """Begin a training; return its version's ARN once it has files."""
        p = self.aws.personalize
        group = self.aws.group()
        self.aws.import_csv(self.aws.dataset(group, self.aws.schema()), csv)
        arn = solution(self.aws, group, recipeArn=SIMS)
        version = p.create_solution_version(solutionArn=arn)["solutionVersionArn"]
        until(lambda: "model" in self.files(version))
        return version

    def files(self, version: str) -> set[str]:
        """Return what lies in the folder of a version."""
        sequence = self.service.backend.store.get(version).sequence
        return {path.name for path in self.service.backend.folder("versions", sequence).glob("*")}

    def status(self, version: str) -> str:
        shown = self.aws.personalize.describe_solution_version(solutionVersionArn=version)
        return shown["solutionVersion"]["status"]


def until(holds: Callable[[], bool]) -> None:
    deadline = time.monotonic() + 20
    while not holds():
        assert time.monotonic() < deadline
        time.sleep(0.005)


@pytest.fixture
def slow(tmp_path: Path, s3_root: Path) -> Iterator[Slow]:
    made = Slow(tmp_path / "slow", s3_root)
    with made.service:
        yield made
        made.hold.set()


def test_a_pending_training_is_stopped_at_once(slow: Slow, interactions_csv: bytes) -> None:
    p = slow.aws.personalize
    version = slow.begin(interactions_csv)
    assert slow.status(version) == "CREATE PENDING"

    p.stop_solution_version_creation(solutionVersionArn=version)

    assert slow.status(version) == "CREATE STOPPED"
    until(lambda: not slow.service.backend.jobs.running(version))
    until(lambda: slow.files(version) <= {"job.json"})
    slow.clock.advance(10_000)
    assert slow.status(version) == "CREATE STOPPED"
    with pytest.raises(p.exceptions.ResourceInUseException):
        p.stop_solution_version_creation(solutionVersionArn=version)
    p.delete_solution(solutionArn=version.rpartition("/")[0])


def test_a_training_in_progress_is_stopping_before_it_has_stopped(
    slow: Slow, interactions_csv: bytes
) -> None:
    version = slow.begin(interactions_csv)
    slow.clock.advance(61)
    assert slow.status(version) == "CREATE IN_PROGRESS"

    slow.aws.personalize.stop_solution_version_creation(solutionVersionArn=version)

    assert slow.status(version) == "CREATE STOPPING"
    until(lambda: not slow.service.backend.jobs.running(version))
    slow.clock.advance(3_600)
    until(lambda: slow.status(version) == "CREATE STOPPED")
    assert slow.files(version) <= {"job.json"}
