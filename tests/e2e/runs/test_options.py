"""Every option of solutions and campaigns: asked for, made, and found again as it was asked for."""

import random
import time
from pathlib import Path
from typing import Any

import pytest

from localcloud.clients import Clients
from tests.e2e.runs.pipelines import Deployed, deploy

OPTIONS = """\
name: options
datasets:
  interactions:
    fields:
      - {name: USER_ID, type: string}
      - {name: ITEM_ID, type: string}
      - {name: TIMESTAMP, type: long}
      - {name: EVENT_TYPE, type: string}
      - {name: EVENT_VALUE, type: float}
  items:
    fields:
      - {name: ITEM_ID, type: string}
      - {name: GENRE, type: string, categorical: true}
      - {name: PRICE, type: float}
      - {name: ABOUT, type: string, textual: true}
solutions:
  - name: searched
    recipe: aws-sims
    eventType: buy
    performHPO: true
    solutionConfig:
      eventValueThreshold: "0.1"
      algorithmHyperParameters: {popularity_discount_factor: "0.4"}
      featureTransformationParameters: {max_user_history_length_percentile: "0.99"}
      hpoConfig:
        hpoResourceConfig: {maxNumberOfTrainingJobs: "2", maxParallelTrainingJobs: "1"}
        algorithmHyperParameterRanges:
          integerHyperParameterRanges: [{name: min_cointeraction_count, minValue: 1, maxValue: 3}]
  - name: earning
    recipe: aws-user-personalization
    solutionConfig:
      optimizationObjective: {itemAttribute: PRICE, objectiveSensitivity: LOW}
      trainingDataConfig: {excludedDatasetColumns: {ITEMS: [GENRE]}}
      eventsConfig: {eventParametersList: [{eventType: buy, weight: 1}]}
    campaign:
      minProvisionedTPS: 2
      campaignConfig:
        enableMetadataWithRecommendations: true
        itemExplorationConfig: {explorationWeight: "0.2", explorationItemAgeCutOff: "20"}
  - {name: alike, recipe: aws-semantic-similarity, performIncrementalUpdate: true}
  - {name: unserved, recipe: aws-popularity-count, campaign: null}
eventTracker: null
notebook: null
"""
ARN = "arn:aws:personalize:us-east-1:000000000000:"
USERS, ITEMS = 50, 30
WORDS = ("river", "winter", "robot", "garden", "detective", "orchestra", "desert", "harbour")


def interactions() -> bytes:
    draw, now, rows = random.Random(4), int(time.time()), ["USER_ID,ITEM_ID,TIMESTAMP,EVENT_TYPE"]
    rows[0] += ",EVENT_VALUE"
    for user in range(USERS):
        for row in range(40):
            item, kind = draw.randrange(ITEMS), "buy" if row % 3 else "view"
            rows.append(
                f"u{user},i{item},{now - row * 7_200 - user},{kind},{1 + draw.random():.2f}"
            )
    return "\n".join((*rows, "")).encode()


def items() -> bytes:
    draw = random.Random(5)
    rows = (
        f"i{n},{'AB'[n % 2]},{5 + n}.5,A story of {' and '.join(draw.sample(WORDS, 3))}"
        for n in range(ITEMS)
    )
    return "\n".join(("ITEM_ID,GENRE,PRICE,ABOUT", *rows, "")).encode()


@pytest.fixture(scope="module")
def options(clients: Clients, tmp_path_factory: pytest.TempPathFactory) -> Deployed:
    """The pipeline after its first drop."""
    folder: Path = tmp_path_factory.mktemp("options")
    deployed = deploy(OPTIONS, folder, clients)
    deployed.drop("first", interactions=interactions(), items=items())
    [ended] = deployed.all_ended(1, seconds=240)
    assert ended.outcome == "succeeded", ended.output
    return deployed


def solution(deployed: Deployed, name: str) -> dict[str, Any]:
    arn = f"{ARN}solution/options-{name}"
    return dict(deployed.clients.personalize.describe_solution(solutionArn=arn)["solution"])


def test_a_solution_is_made_with_everything_that_was_asked_for(options: Deployed) -> None:
    searched, earning = solution(options, "searched"), solution(options, "earning")

    config = searched["solutionConfig"]
    assert (searched["eventType"], searched["performHPO"]) == ("buy", True)
    assert config["eventValueThreshold"] == "0.1"
    assert config["hpoConfig"]["hpoResourceConfig"]["maxNumberOfTrainingJobs"] == "2"
    assert config["algorithmHyperParameters"] == {"popularity_discount_factor": "0.4"}
    objective = earning["solutionConfig"]["optimizationObjective"]
    assert objective == {"itemAttribute": "PRICE", "objectiveSensitivity": "LOW"}
    columns = earning["solutionConfig"]["trainingDataConfig"]
    assert columns == {"excludedDatasetColumns": {"ITEMS": ["GENRE"]}}
    assert solution(options, "alike")["performIncrementalUpdate"] is True
    assert not any(solution(options, n)["performAutoTraining"] for n in ("searched", "alike"))


def test_a_campaign_is_made_with_everything_that_was_asked_for(options: Deployed) -> None:
    described = options.clients.personalize.describe_campaign(
        campaignArn=f"{ARN}campaign/options-earning"
    )["campaign"]

    assert described["minProvisionedTPS"] == 2
    assert described["campaignConfig"] == {
        "enableMetadataWithRecommendations": True,
        "syncWithLatestSolutionVersion": False,
        "itemExplorationConfig": {"explorationWeight": "0.2", "explorationItemAgeCutOff": "20"},
    }


def test_what_is_not_to_be_served_has_no_campaign(options: Deployed) -> None:
    listed = options.clients.personalize.list_campaigns(
        solutionArn=f"{ARN}solution/options-unserved"
    )["campaigns"]

    assert listed == []


def test_everything_is_found_again_as_it_was_asked_for(options: Deployed) -> None:
    planned = options.end_of(options.start(plan=True)).output["plan"]["planned"]

    assert {one["name"]: one["why"] for one in planned if one["fate"] != "keep"} == {}


def test_an_option_that_leaves_the_file_is_switched_off_in_place(
    options: Deployed, clients: Clients, tmp_path: Path
) -> None:
    metadata = "        enableMetadataWithRecommendations: true\n"
    text = OPTIONS.replace(metadata, "").replace(", performIncrementalUpdate: true", "")
    again = deploy(text, tmp_path, clients)
    again.known.update(options.known)

    ended = again.end_of(again.start(parts=["train"]), seconds=240)

    assert ended.outcome == "succeeded", ended.output
    earning = again.clients.personalize.describe_campaign(
        campaignArn=f"{ARN}campaign/options-earning"
    )["campaign"]
    assert earning["campaignConfig"]["enableMetadataWithRecommendations"] is False
    assert solution(again, "alike")["performIncrementalUpdate"] is False
