"""What exists is adopted under the name that it has: a group, a schema, a solution, a campaign."""

import json
from pathlib import Path
from typing import Any

import pytest

from lambdas.shared.settings.loader import parse_pipeline
from localcloud.clients import Clients
from localcloud.deploy import stack
from tests.e2e.runs.pipelines import SECONDS, Deployed, await_that, deploy, interactions

GIVEN = """\
name: given
datasetGroup: {name: theirs}
datasets:
  interactions:
    schemaName: their-schema
    name: their-interactions
    fields:
      - {name: USER_ID, type: string}
      - {name: ITEM_ID, type: string}
      - {name: TIMESTAMP, type: long}
solutions:
  - {name: popular, recipe: aws-popularity-count, campaign: {name: front-page}}
eventTracker: {name: their-clicks}
notebook: null
"""
ARN = "arn:aws:personalize:us-east-1:000000000000:"


def by_hand(clients: Clients) -> None:
    """Make in the account what somebody had before there was a pipeline."""
    service = clients.personalize
    group = service.create_dataset_group(name="theirs")["datasetGroupArn"]

    def is_there() -> bool:
        described = service.describe_dataset_group(datasetGroupArn=group)["datasetGroup"]
        return described["status"] == "ACTIVE"

    await_that(is_there, SECONDS)
    pipeline = parse_pipeline(GIVEN, source="given.yaml")
    schema = service.create_schema(
        name="their-schema",
        schema=pipeline.datasets.interactions.schema_text("interactions"),
    )["schemaArn"]
    service.create_dataset(
        name="their-interactions",
        schemaArn=schema,
        datasetGroupArn=group,
        datasetType="Interactions",
    )
    service.create_solution(
        name="given-popular",
        datasetGroupArn=group,
        recipeArn="arn:aws:personalize:::recipe/aws-popularity-count",
        performAutoTraining=True,
    )
    service.create_event_tracker(name="their-clicks", datasetGroupArn=group)


@pytest.fixture(scope="module")
def given(clients: Clients, tmp_path_factory: pytest.TempPathFactory) -> Deployed:
    """The pipeline after its first drop."""
    by_hand(clients)
    folder: Path = tmp_path_factory.mktemp("given")
    deployed = deploy(GIVEN, folder, clients)
    deployed.drop("first")
    [ended] = deployed.all_ended(1)
    assert ended.outcome == "succeeded", ended.output
    return deployed


def campaign(deployed: Deployed) -> dict[str, Any]:
    described = deployed.clients.personalize.describe_campaign(
        campaignArn=f"{ARN}campaign/front-page"
    )
    return dict(described["campaign"])


def test_there_is_one_of_each_and_it_is_the_one_that_was_there(given: Deployed) -> None:
    service, group = given.clients.personalize, f"{ARN}dataset-group/theirs"
    solutions = service.list_solutions(datasetGroupArn=group)["solutions"]
    trackers = service.list_event_trackers(datasetGroupArn=group)["eventTrackers"]
    dataset = service.describe_dataset(datasetArn=f"{ARN}dataset/theirs/INTERACTIONS")["dataset"]

    assert [one["name"] for one in solutions] == ["given-popular"]
    assert [one["name"] for one in trackers] == ["their-clicks"]
    assert (dataset["name"], dataset["schemaArn"]) == (
        "their-interactions",
        f"{ARN}schema/their-schema",
    )
    described = service.describe_solution(solutionArn=solutions[0]["solutionArn"])["solution"]
    assert described["performAutoTraining"] is False, "the file does not ask for it"


def test_the_campaign_has_the_name_that_was_given_and_serves_each_new_version(
    given: Deployed,
) -> None:
    first = campaign(given)["solutionVersionArn"]

    given.drop("second", interactions=interactions(seed=2))
    [ended] = given.all_ended(1)

    assert ended.outcome == "succeeded", ended.output
    assert campaign(given)["solutionVersionArn"] != first
    planned = given.end_of(given.start(plan=True)).output["plan"]["planned"]
    assert {one["name"]: one["why"] for one in planned if one["fate"] != "keep"} == {}


def test_a_campaign_of_that_name_is_rolled_back(given: Deployed) -> None:
    before, states = campaign(given)["solutionVersionArn"], given.clients.stepfunctions
    started = states.start_execution(
        stateMachineArn=given.outputs["RollbackStateMachineArn"],
        input=json.dumps({"solution": "popular", "reason": "a test"}),
    )["executionArn"]

    def status() -> str:
        return str(states.describe_execution(executionArn=started)["status"])

    await_that(lambda: status() != "RUNNING", SECONDS)

    assert status() == "SUCCEEDED"
    assert campaign(given)["solutionVersionArn"] != before


def test_it_goes_with_a_solution_that_is_replaced_and_comes_again(
    given: Deployed, clients: Clients, tmp_path: Path
) -> None:
    changed = GIVEN.replace("aws-popularity-count", "aws-trending-now")
    again = deploy(changed, tmp_path, clients)

    ended = again.end_of(again.start(parts=["train"], confirm=["solution/given-popular"]))

    assert ended.outcome == "succeeded", ended.output
    solution = again.clients.personalize.describe_solution(
        solutionArn=f"{ARN}solution/given-popular"
    )["solution"]
    assert solution["recipeArn"].endswith("/aws-trending-now")
    assert campaign(given)["status"] == "ACTIVE"


def test_what_the_pipeline_did_not_make_outlives_it(given: Deployed) -> None:
    stack.delete("given-pipeline", given.clients)

    service = given.clients.personalize
    groups = {one["name"] for one in service.list_dataset_groups()["datasetGroups"]}
    campaigns = {one["name"] for one in service.list_campaigns()["campaigns"]}
    datasets = {one["name"] for one in service.list_datasets()["datasets"]}
    assert "theirs" in groups
    assert "their-interactions" in datasets
    assert "front-page" not in campaigns, "the pipeline made it"
