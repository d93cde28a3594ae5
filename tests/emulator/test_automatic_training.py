"""Solutions that train by themselves: when first, how often, and when no more."""

from typing import Any

import pytest

from personalize_emulator.clock import VirtualClock
from personalize_emulator.resources.autotrain import FIRST_SECONDS
from tests.emulator.support.clients import Clients

DAY = 86_400


@pytest.fixture
def group(aws: Clients, interactions_csv: bytes) -> str:
    arn = aws.group()
    aws.import_csv(aws.dataset(arn, aws.schema()), interactions_csv)
    return arn


def automatic(aws: Clients, group: str, **options: Any) -> str:
    return aws.personalize.create_solution(
        name="automatic",
        datasetGroupArn=group,
        recipeArn="arn:aws:personalize:::recipe/aws-sims",
        **options,
    )["solutionArn"]


def trainings(aws: Clients, solution: str) -> list[str]:
    def latest() -> Any:
        shown = aws.personalize.list_solution_versions(solutionArn=solution)["solutionVersions"]
        return {"status": "NONE"} if not shown else shown[-1]

    aws.settled(latest)
    shown = aws.personalize.list_solution_versions(solutionArn=solution)["solutionVersions"]
    return [version["trainingType"] for version in shown]


def test_a_solution_trains_by_itself_unless_told_not_to(
    aws: Clients, clock: VirtualClock, group: str
) -> None:
    solution = automatic(aws, group)
    shown = aws.personalize.describe_solution(solutionArn=solution)["solution"]
    assert shown["performAutoTraining"] is True
    assert shown["solutionConfig"]["autoTrainingConfig"]["schedulingExpression"] == "rate(7 days)"
    assert trainings(aws, solution) == []

    clock.advance(FIRST_SECONDS)
    assert trainings(aws, solution) == ["AUTOMATIC"]
    clock.advance(6 * DAY)
    assert trainings(aws, solution) == ["AUTOMATIC"]
    clock.advance(1 * DAY)
    assert trainings(aws, solution) == ["AUTOMATIC"] * 2


def test_a_training_by_hand_within_the_hour_takes_the_place_of_the_first(
    aws: Clients, clock: VirtualClock, group: str
) -> None:
    solution = automatic(aws, group)
    aws.version(solution)

    clock.advance(FIRST_SECONDS)
    assert trainings(aws, solution) == ["MANUAL"]
    clock.advance(7 * DAY)
    assert trainings(aws, solution) == ["MANUAL", "AUTOMATIC"]


def test_a_solution_deleted_before_its_next_training_is_gone(
    aws: Clients, clock: VirtualClock, group: str
) -> None:
    aws.personalize.delete_solution(solutionArn=automatic(aws, group))
    for seconds in (0, FIRST_SECONDS):
        clock.advance(seconds)
        assert aws.personalize.list_solutions(datasetGroupArn=group)["solutions"] == []


def test_automatic_training_can_be_turned_off_and_on(
    aws: Clients, clock: VirtualClock, group: str
) -> None:
    p = aws.personalize
    solution = automatic(aws, group)
    p.update_solution(solutionArn=solution, performAutoTraining=False)
    clock.advance(30 * DAY)
    assert trainings(aws, solution) == []

    config: Any = {"autoTrainingConfig": {"schedulingExpression": "rate(1 day)"}}
    p.update_solution(solutionArn=solution, performAutoTraining=True, solutionUpdateConfig=config)
    p.describe_solution(solutionArn=solution)
    clock.advance(FIRST_SECONDS)
    assert trainings(aws, solution) == ["AUTOMATIC"]
    clock.advance(DAY)
    assert trainings(aws, solution) == ["AUTOMATIC"] * 2


@pytest.mark.parametrize("config", [{}, {"solutionUpdateConfig": {"autoTrainingConfig": {}}}])
def test_turned_on_without_a_schedule_it_has_the_services(
    aws: Clients, clock: VirtualClock, group: str, config: Any
) -> None:
    solution = automatic(aws, group, performAutoTraining=False)

    aws.personalize.update_solution(solutionArn=solution, performAutoTraining=True, **config)
    aws.personalize.describe_solution(solutionArn=solution)

    clock.advance(FIRST_SECONDS)
    assert trainings(aws, solution) == ["AUTOMATIC"]
    clock.advance(7 * DAY)
    assert trainings(aws, solution) == ["AUTOMATIC"] * 2
