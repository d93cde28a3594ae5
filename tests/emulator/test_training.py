"""Solutions and their versions: what trains, what does not, and what it says then."""

import threading
from collections.abc import Sequence
from typing import Any

import pytest

from personalize_emulator.service import PersonalizeService
from tests.emulator.conftest import to_csv
from tests.emulator.support.clients import Clients
from tests.emulator.support.standin import METRICS, PopularityTrainer

HEADER = ("USER_ID", "ITEM_ID", "TIMESTAMP", "EVENT_TYPE")


@pytest.fixture
def group(aws: Clients, interactions_csv: bytes) -> str:
    arn = aws.group()
    aws.import_csv(aws.dataset(arn, aws.schema()), interactions_csv)
    return arn


def held(service: PersonalizeService) -> threading.Event:
    """Let trainings wait until the event is set."""
    hold = threading.Event()
    service.backend.trainer = PopularityTrainer(hold)
    return hold


def with_rows(aws: Clients, rows: Sequence[tuple[object, ...]]) -> str:
    group = aws.group("small")
    aws.import_csv(aws.dataset(group, aws.schema(name="small")), to_csv(HEADER, rows), "small")
    return group


def test_a_trained_version_tells_its_metrics_and_hours(aws: Clients, group: str) -> None:
    version = aws.train(group, "aws-sims", tags=[{"tagKey": "a", "tagValue": "b"}])

    assert version["status"] == "ACTIVE"
    assert version["trainingHours"] == 0.1
    assert (version["trainingMode"], version["trainingType"]) == ("FULL", "MANUAL")
    arn = version["solutionVersionArn"]
    assert aws.personalize.get_solution_metrics(solutionVersionArn=arn)["metrics"] == METRICS
    solution = aws.personalize.describe_solution(solutionArn=version["solutionArn"])["solution"]
    assert solution["latestSolutionVersion"]["solutionVersionArn"] == arn
    assert solution["latestSolutionVersion"]["status"] == "ACTIVE"


def test_too_few_interactions_fail(aws: Clients) -> None:
    group = with_rows(aws, [(f"u{n % 50}", f"i{n}", n, "click") for n in range(999)])

    version = aws.train(group)

    assert version["status"] == "CREATE FAILED"
    assert "fewer than 1000 interactions" in version["failureReason"]


def test_equal_rows_count_once(aws: Clients) -> None:
    group = with_rows(aws, [("u1", "i1", 1, "click")] * 2_000)

    assert "It has 1." in aws.train(group)["failureReason"]


def test_too_few_users_with_two_interactions_fail(aws: Clients) -> None:
    rows = [(f"u{n}", "i", n, "click") for n in range(976)]
    rows += [(f"u{n}", "j", n, "click") for n in range(24)]

    version = aws.train(with_rows(aws, rows))

    reason = "Create failed. Dataset has fewer than 25 users with at least 2 interactions each."
    assert version["failureReason"] == reason


def test_the_event_type_is_filtered_before_counting(aws: Clients, group: str) -> None:
    version = aws.train(group, eventType="watch")

    assert "after filtering by event type: watch" in version["failureReason"]


@pytest.mark.parametrize(
    ("events", "status"),
    [
        ([{"eventType": "click"}], "ACTIVE"),
        ([{"eventType": "watch"}], "CREATE FAILED"),
        ([{"eventType": "watch"}, {"eventType": "click"}], "ACTIVE"),
        ([{"eventType": "click", "eventValueThreshold": 3}], "CREATE FAILED"),
    ],
)
def test_configured_events_are_filtered_before_counting(
    aws: Clients, group: str, events: list[dict[str, Any]], status: str
) -> None:
    config: Any = {"eventsConfig": {"eventParametersList": events}}

    assert aws.train(group, solutionConfig=config)["status"] == status


def test_no_interactions_dataset_fails(aws: Clients) -> None:
    assert "INTERACTIONS" in aws.train(aws.group("bare"))["failureReason"]


def test_retired_recipes_name_their_successor_and_the_switch(aws: Clients, group: str) -> None:
    told = r"aws-user-personalization-v2.*--legacy-recipes"
    with pytest.raises(aws.personalize.exceptions.ResourceNotFoundException, match=told):
        aws.train(group, "aws-hrnn")


@pytest.mark.parametrize(
    ("members", "reason"),
    [
        ({}, "Either recipeArn"),
        ({"recipeArn": "arn:aws:personalize:::recipe/aws-sims", "performAutoML": True}, "Either"),
        ({"recipeArn": "arn:aws:personalize:::recipe/aws-vod-top-picks"}, "domain use case"),
        (
            {
                "recipeArn": "arn:aws:personalize:::recipe/aws-sims",
                "solutionConfig": {"algorithmHyperParameters": {"bptt": "3"}},
            },
            "used in the algorithm: arn:aws:personalize:::algorithm/aws-sims.*parameter bptt",
        ),
        (
            {
                "recipeArn": "arn:aws:personalize:::recipe/aws-sims",
                "performHPO": True,
                "solutionConfig": {
                    "hpoConfig": {
                        "algorithmHyperParameterRanges": {
                            "integerHyperParameterRanges": [
                                {"name": "model.width", "minValue": 1, "maxValue": 2}
                            ]
                        }
                    }
                },
            },
            "no hyperparameter model.width",
        ),
        (
            {
                "recipeArn": "arn:aws:personalize:::recipe/aws-sims",
                "solutionConfig": {"autoTrainingConfig": {"schedulingExpression": "rate(31 days)"}},
            },
            "between 1 and 30 days",
        ),
        (
            {
                "recipeArn": "arn:aws:personalize:::recipe/aws-sims",
                "solutionConfig": {"eventValueThreshold": "much"},
            },
            "must be a number",
        ),
        (
            {
                "recipeArn": "arn:aws:personalize:::recipe/aws-sims",
                "solutionConfig": {"optimizationObjective": {"itemAttribute": "PRICE"}},
            },
            "takes no optimizationObjective",
        ),
        (
            {
                "recipeArn": "arn:aws:personalize:::recipe/aws-sims",
                "solutionConfig": {"featureTransformationParameters": {"cold_start": "5"}},
            },
            "no feature parameter cold_start",
        ),
        (
            {
                "recipeArn": "arn:aws:personalize:::recipe/aws-sims",
                "solutionConfig": {"eventsConfig": {"eventParametersList": [{"weight": 0.5}]}},
            },
            "needs an eventType",
        ),
    ],
)
def test_solutions_that_can_not_train_are_refused(
    aws: Clients, group: str, members: Any, reason: str
) -> None:
    with pytest.raises(aws.personalize.exceptions.InvalidInputException, match=reason):
        aws.personalize.create_solution(name="s", datasetGroupArn=group, **members)


def test_update_needs_a_full_version_of_user_personalization(aws: Clients, group: str) -> None:
    p = aws.personalize
    sims = aws.train(group, "aws-sims")["solutionArn"]
    with pytest.raises(p.exceptions.InvalidInputException, match="UPDATE is not available"):
        p.create_solution_version(solutionArn=sims, trainingMode="UPDATE")
    fresh = p.create_solution(
        name="fresh",
        datasetGroupArn=group,
        recipeArn="arn:aws:personalize:::recipe/aws-user-personalization",
        performAutoTraining=False,
    )["solutionArn"]
    with pytest.raises(p.exceptions.InvalidInputException, match="needs an active"):
        p.create_solution_version(solutionArn=fresh, trainingMode="UPDATE")

    assert aws.version(fresh)["trainingMode"] == "FULL"
    assert aws.version(fresh, trainingMode="UPDATE")["status"] == "ACTIVE"


def test_a_training_can_be_stopped(aws: Clients, service: PersonalizeService, group: str) -> None:
    p = aws.personalize
    solution = aws.train(group)["solutionArn"]
    held(service)
    arn = p.create_solution_version(solutionArn=solution)["solutionVersionArn"]

    p.stop_solution_version_creation(solutionVersionArn=arn)
    version = aws.settled(
        lambda: p.describe_solution_version(solutionVersionArn=arn)["solutionVersion"]
    )

    assert version["status"] == "CREATE STOPPED"
    with pytest.raises(p.exceptions.ResourceInUseException):
        p.stop_solution_version_creation(solutionVersionArn=arn)
    with pytest.raises(p.exceptions.ResourceInUseException):
        p.get_solution_metrics(solutionVersionArn=arn)


def test_excluded_columns_do_not_reach_the_trainer(
    aws: Clients, service: PersonalizeService, group: str
) -> None:
    seen: list[set[str]] = []

    class Spy(PopularityTrainer):
        def train(self, job: Any, stop: Any) -> None:
            seen.append({path.stem for path in (job.parent / "data/interactions").iterdir()})
            super().train(job, stop)

    service.backend.trainer = Spy()
    config: Any = {
        "trainingDataConfig": {"excludedDatasetColumns": {"INTERACTIONS": ["EVENT_TYPE"]}}
    }

    aws.train(group, solutionConfig=config)

    assert seen == [{"USER_ID", "ITEM_ID", "TIMESTAMP"}]


def test_a_deletion_of_users_reaches_the_next_training(
    aws: Clients, service: PersonalizeService, group: str
) -> None:
    p = aws.personalize
    users = {f"u{n}" for n in range(10)}
    uri = aws.put("gone.csv", to_csv(("USER_ID",), [(user,) for user in users]))
    arn = p.create_data_deletion_job(
        jobName="gone",
        datasetGroupArn=group,
        dataSource={"dataLocation": uri},
        roleArn="arn:aws:iam::000000000000:role/x",
    )["dataDeletionJobArn"]
    job = aws.settled(
        lambda: p.describe_data_deletion_job(dataDeletionJobArn=arn)["dataDeletionJob"]
    )

    assert (job["status"], job["numDeleted"] > 100) == ("COMPLETED", True)
    version = aws.train(group)["solutionVersionArn"]
    sequence = service.backend.store.get(version).sequence
    model = service.backend.deployments.model(service.backend.folder("versions", sequence, "model"))
    trained = set(model.users.tolist())  # type: ignore[attr-defined]
    assert trained
    assert not trained & users
