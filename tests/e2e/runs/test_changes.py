"""A pipeline file that changes: updated in place, refused, or replaced once that is confirmed."""

from pathlib import Path
from typing import Any

import pytest

from localcloud.clients import Clients
from tests.e2e.runs.pipelines import Deployed, Execution, deploy, interactions

DATASETS = """\
datasets:
  interactions:
    fields:
      - {name: USER_ID, type: string}
      - {name: ITEM_ID, type: string}
      - {name: TIMESTAMP, type: long}
      - {name: EVENT_TYPE, type: string}
eventTracker: null
notebook: null
"""
BEFORE = """\
name: changing
solutions:
  - {name: kept, recipe: aws-popularity-count}
  - {name: turned, recipe: aws-popularity-count}
  - {name: dropped, recipe: aws-popularity-count}
filters:
  - {name: seen, filterExpression: 'EXCLUDE ItemID WHERE Interactions.EVENT_TYPE IN ("view")'}
  - {name: spare, filterExpression: 'INCLUDE ItemID WHERE Interactions.EVENT_TYPE IN ("view")'}
"""
# More capacity is an update; another recipe needs another solution; the third is not wanted any
# more; a filter that changed is made again, another is not wanted any more.
AFTER = """\
name: changing
solutions:
  - {name: kept, recipe: aws-popularity-count, campaign: {minProvisionedTPS: 2}}
  - {name: turned, recipe: aws-trending-now}
filters:
  - {name: seen, filterExpression: 'EXCLUDE ItemID WHERE Interactions.EVENT_TYPE IN ("buy")'}
"""
TURNED, DROPPED = "solution/changing-turned", "solution/changing-dropped"
SPARE = "filter/changing-spare"


def views(seed: int) -> bytes:
    """Interactions that are all views."""
    head, *rows = interactions(seed=seed).decode().splitlines()
    return "\n".join((f"{head},EVENT_TYPE", *(f"{row},view" for row in rows), "")).encode()


def fates(execution: Execution) -> dict[str, str]:
    """What a plan execution says of each resource."""
    assert execution.outcome == "planned", execution.output
    planned: list[dict[str, Any]] = execution.output["plan"]["planned"]
    return {one["name"]: one["fate"] for one in planned}


@pytest.fixture(scope="module")
def before(clients: Clients, tmp_path_factory: pytest.TempPathFactory) -> Deployed:
    return deploy(BEFORE + DATASETS, tmp_path_factory.mktemp("before"), clients)


@pytest.fixture(scope="module")
def empty(before: Deployed) -> dict[str, str]:
    """The plan before the first run."""
    return fates(before.end_of(before.start(plan=True)))


@pytest.fixture(scope="module")
def after(
    before: Deployed, empty: dict[str, str], clients: Clients, tmp_path_factory: Any
) -> Deployed:
    """The changed pipeline, deployed over the first one that has run."""
    assert empty
    before.drop("first", interactions=views(1))
    [ended] = before.all_ended(1)
    assert ended.outcome == "succeeded", ended.output
    assert set(fates(before.end_of(before.start(plan=True))).values()) == {"keep"}
    folder: Path = tmp_path_factory.mktemp("after")
    again = deploy(AFTER + DATASETS, folder, clients)
    again.known.update(before.known)
    return again


def campaigns(pipeline: Deployed) -> dict[str, dict[str, Any]]:
    """The pipeline's campaigns by name, as the service describes them."""
    service = pipeline.clients.personalize
    arns = [one["campaignArn"] for one in service.list_campaigns()["campaigns"]]
    described = [dict(service.describe_campaign(campaignArn=arn)["campaign"]) for arn in arns]
    return {str(one["name"]): one for one in described if "changing-" in str(one["name"])}


def recipe_of(pipeline: Deployed, name: str) -> str:
    arn = f"arn:aws:personalize:us-east-1:000000000000:{name}"
    described = pipeline.clients.personalize.describe_solution(solutionArn=arn)["solution"]
    return str(described["recipeArn"]).rpartition("/")[2]


def test_a_plan_says_what_a_first_run_creates(empty: dict[str, str]) -> None:
    assert set(empty.values()) == {"create"}
    assert {TURNED, "campaign/changing-turned", "filter/changing-seen"} <= set(empty)


def test_a_plan_says_what_is_updated_replaced_and_deleted(after: Deployed) -> None:
    planned = after.end_of(after.start(plan=True))

    found = fates(planned)
    assert found["campaign/changing-kept"] == "update"
    assert found["filter/changing-seen"] == "replace"
    assert found[TURNED] == "replace"
    assert {found[DROPPED], found["campaign/changing-dropped"], found[SPARE]} == {"delete"}
    assert set(planned.output["plan"]["confirm"]) == {
        TURNED,
        DROPPED,
        "campaign/changing-dropped",
        SPARE,
    }
    assert "recipeArn is" in planned.output["message"]


def test_without_a_confirmation_what_can_be_is_updated_and_what_serves_serves_on(
    after: Deployed,
) -> None:
    serving = campaigns(after)["changing-turned"]["solutionVersionArn"]

    after.drop("second", interactions=views(2))
    [ended] = after.all_ended(1)

    assert ended.status == "FAILED"
    assert "cannot be changed to what the pipeline wants: recipeArn is" in str(ended.output)
    now = campaigns(after)
    assert now["changing-kept"]["minProvisionedTPS"] == 2
    assert now["changing-turned"]["solutionVersionArn"] == serving
    assert "changing-dropped" in now
    assert recipe_of(after, TURNED) == "aws-popularity-count"


def test_what_the_plan_does_not_ask_about_cannot_be_confirmed(after: Deployed) -> None:
    refused = after.end_of(after.start(parts=["train"], confirm=["solution/changing-kept"]))

    assert refused.outcome != "succeeded"
    assert "Start the training" not in refused.states
    assert "changing-kept" in campaigns(after)


def test_a_confirmed_replacement_serves_anew_and_what_is_not_wanted_is_gone(
    after: Deployed,
) -> None:
    ended = after.end_of(after.start(parts=["train"], confirm=[TURNED, DROPPED, SPARE]))

    assert ended.outcome == "succeeded", ended.output
    assert recipe_of(after, TURNED) == "aws-trending-now"
    now = campaigns(after)
    assert set(now) == {"changing-kept", "changing-turned"}
    runtime = after.clients.client("personalize-runtime")
    answer = runtime.get_recommendations(
        campaignArn=now["changing-turned"]["campaignArn"], userId="u1"
    )
    assert answer["itemList"]
    assert set(fates(after.end_of(after.start(plan=True))).values()) == {"keep"}
