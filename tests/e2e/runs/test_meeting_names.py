"""Two pipelines whose names meet in one resource's: the second to come leaves it alone."""

from pathlib import Path
from typing import Any

import pytest

from localcloud.clients import Clients
from tests.e2e.runs.pipelines import Deployed, deploy, interactions

# near + by-popular, and near-by + popular: both are near-by-popular in the account.
PIPELINE = """\
name: {name}
datasetGroup: {{name: near-by}}
solutions: [{{name: {prefix}popular, recipe: aws-popularity-count, campaign: {campaign}}}]
datasets:
  interactions:
    schemaName: near-by-interactions
    fields:
      - {{name: USER_ID, type: string}}
      - {{name: ITEM_ID, type: string}}
      - {{name: TIMESTAMP, type: long}}
      - {{name: EVENT_TYPE, type: string}}
filters:
  - name: {prefix}seen
    filterExpression: EXCLUDE ItemID WHERE Interactions.EVENT_TYPE IN ("{event}")
eventTracker: null
notebook: null
"""
ARN = "arn:aws:personalize:us-east-1:000000000000:"


def views() -> bytes:
    head, *rows = interactions().decode().splitlines()
    return "\n".join((f"{head},EVENT_TYPE", *(f"{row},view" for row in rows), "")).encode()


@pytest.fixture(scope="module")
def longer(clients: Clients, tmp_path_factory: pytest.TempPathFactory) -> Deployed:
    """The pipeline near-by, after its first drop."""
    text = PIPELINE.format(name="near-by", prefix="", campaign="{}", event="view")
    deployed = deploy(text, tmp_path_factory.mktemp("near-by"), clients)
    deployed.drop("first", interactions=views())
    [ended] = deployed.all_ended(1)
    assert ended.outcome == "succeeded", ended.output
    return deployed


@pytest.fixture(scope="module")
def shorter(longer: Deployed, clients: Clients, tmp_path_factory: Any) -> Deployed:
    """The pipeline near, which would give its resources the same names, and more capacity."""
    assert longer.known
    folder: Path = tmp_path_factory.mktemp("near")
    text = PIPELINE.format(
        name="near", prefix="by-", campaign="{minProvisionedTPS: 3}", event="buy"
    )
    return deploy(text, folder, clients)


def theirs(deployed: Deployed) -> list[dict[str, Any]]:
    """What the service says of the three resources."""
    service = deployed.clients.personalize
    solution = service.describe_solution(solutionArn=f"{ARN}solution/near-by-popular")["solution"]
    campaign = service.describe_campaign(campaignArn=f"{ARN}campaign/near-by-popular")["campaign"]
    filtering = service.describe_filter(filterArn=f"{ARN}filter/near-by-seen")["filter"]
    return [dict(solution), dict(campaign), dict(filtering)]


def test_a_plan_says_that_they_are_anothers(shorter: Deployed) -> None:
    plan = shorter.end_of(shorter.start(plan=True)).output["plan"]

    names = {"solution/near-by-popular", "campaign/near-by-popular", "filter/near-by-seen"}
    assert set(plan["refused"]) == names
    refused = [line for line in plan["lines"] if line.startswith("refuse")]
    assert all("another pipeline's: its tag pipeline is near-by" in line for line in refused)


def test_a_run_leaves_them_as_they_are_and_says_why(shorter: Deployed) -> None:
    before = theirs(shorter)

    shorter.drop("first", interactions=views())
    [ended] = shorter.all_ended(1)
    alone = shorter.end_of(shorter.start(parts=["train"], force=True))

    assert (ended.status, alone.status) == ("FAILED", "FAILED")
    words = "it is another pipeline's: its tag pipeline is near-by"
    assert words in str(ended.output) + ended.cause
    assert words in str(alone.output) + alone.cause
    assert theirs(shorter) == before
