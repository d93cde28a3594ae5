"""Two pipelines in one dataset group: one adopts what the other made, neither touches the other's.

Between them they have what the shop has not: a key of one's own, actions, incremental imports, a
manifest with checksums, training by update, and options of a campaign.
"""

import hashlib
import json
import time
from pathlib import Path
from typing import Any

import pytest

from localcloud.clients import Clients
from tests.e2e.runs.pipelines import Deployed, Execution, deploy, interactions

KEY = "arn:aws:kms:us-east-1:000000000000:key/11111111-2222-3333-4444-555555555555"
KEYED = f"""\
name: keyed
repair: true
datasetGroup: {{kmsKeyArn: "{KEY}"}}
datasets:
  interactions:
    importMode: INCREMENTAL
    fields:
      - {{name: USER_ID, type: string}}
      - {{name: ITEM_ID, type: string}}
      - {{name: TIMESTAMP, type: long}}
  items:
    fields:
      - {{name: ITEM_ID, type: string}}
      - {{name: GENRE, type: string, categorical: true}}
  actions:
    fields:
      - {{name: ACTION_ID, type: string}}
      - {{name: VALUE, type: long}}
  actionInteractions:
    fields:
      - {{name: USER_ID, type: string}}
      - {{name: ACTION_ID, type: string}}
      - {{name: EVENT_TYPE, type: string}}
      - {{name: TIMESTAMP, type: long}}
solutions:
  - name: likes
    recipe: aws-user-personalization
    campaign:
      campaignConfig:
        enableMetadataWithRecommendations: true
        itemExplorationConfig: {{explorationWeight: "0.1", explorationItemAgeCutOff: "30"}}
  - {{name: nudges, recipe: aws-next-best-action}}
schedules: {{update: rate(1 day)}}
tags: {{team: shelves}}
eventTracker: null
notebook: null
"""
# Its name begins with the other's: what is keyed-guest-popular is not keyed's.
GUEST = """\
name: keyed-guest
datasetGroup: {name: keyed}
datasets:
  interactions:
    schemaName: keyed-interactions
    fields:
      - {name: USER_ID, type: string}
      - {name: ITEM_ID, type: string}
      - {name: TIMESTAMP, type: long}
solutions: [{name: popular, recipe: aws-popularity-count}]
eventTracker: null
notebook: null
"""
NOW = int(time.time())


def table(header: str, rows: list[str]) -> bytes:
    return "\n".join((header, *rows, "")).encode()


def files(seed: int) -> dict[str, bytes]:
    """One drop: everything that the pipeline takes."""
    taken = [
        f"u{n % 40},a{n // 40 % 4},{'Taken' if n % 3 else 'Viewed'},{NOW - n * 60}"
        for n in range(1_200)
    ]
    return {
        "interactions.csv": interactions(seed=seed),
        "items.csv": table("ITEM_ID,GENRE", [f"i{n},{'AB'[n % 2]}" for n in range(30)]),
        "actions.csv": table("ACTION_ID,VALUE", [f"a{n},{n + 1}" for n in range(4)]),
        "actionInteractions.csv": table("USER_ID,ACTION_ID,EVENT_TYPE,TIMESTAMP", taken),
    }


def drop(pipeline: Deployed, drop_id: str, seed: int, **wrong: str) -> Execution:
    """Put the files, then a manifest with their sizes and checksums; wait for the run's end."""
    objects = []
    for name, body in files(seed).items():
        pipeline.put(drop_id, name, body)
        digest = wrong.get(name.removesuffix(".csv"), hashlib.sha256(body).hexdigest())
        objects.append({"name": name, "size": len(body), "sha256": digest})
    pipeline.put(drop_id, "manifest.json", json.dumps({"objects": objects}).encode())
    [ended] = pipeline.all_ended(1)
    return ended


@pytest.fixture(scope="module")
def keyed(clients: Clients, tmp_path_factory: pytest.TempPathFactory) -> Deployed:
    """The first pipeline after its first drop."""
    folder: Path = tmp_path_factory.mktemp("keyed")
    deployed = deploy(KEYED, folder, clients)
    ended = drop(deployed, "first", 1)
    assert ended.outcome == "succeeded", ended.output
    return deployed


@pytest.fixture(scope="module")
def guest(keyed: Deployed, clients: Clients, tmp_path_factory: pytest.TempPathFactory) -> Deployed:
    """The second one, which adopts the group, the schema and the dataset, after its first drop."""
    assert keyed.known
    deployed = deploy(GUEST, tmp_path_factory.mktemp("guest"), clients)
    deployed.drop("first", interactions=interactions(seed=5))
    [ended] = deployed.all_ended(1)
    assert ended.outcome == "succeeded", ended.output
    return deployed


def fates(pipeline: Deployed) -> dict[str, str]:
    planned = pipeline.end_of(pipeline.start(plan=True)).output["plan"]["planned"]
    return {one["name"]: one["fate"] for one in planned}


def group_of(pipeline: Deployed) -> dict[str, Any]:
    listed = pipeline.clients.personalize.list_dataset_groups()["datasetGroups"]
    [arn] = [one["datasetGroupArn"] for one in listed if one["name"] == "keyed"]
    described = pipeline.clients.personalize.describe_dataset_group(datasetGroupArn=arn)
    return dict(described["datasetGroup"])


def campaign_of(pipeline: Deployed, name: str) -> dict[str, Any]:
    arn = f"arn:aws:personalize:us-east-1:000000000000:campaign/{name}"
    return dict(pipeline.clients.personalize.describe_campaign(campaignArn=arn)["campaign"])


def test_the_group_has_the_key_and_everything_the_tags(keyed: Deployed) -> None:
    group = group_of(keyed)
    arn = campaign_of(keyed, "keyed-likes")["campaignArn"]
    tags = keyed.clients.personalize.list_tags_for_resource(resourceArn=arn)["tags"]

    assert group["kmsKeyArn"] == KEY
    assert {"tagKey": "team", "tagValue": "shelves"} in tags


def test_actions_are_recommended(keyed: Deployed) -> None:
    runtime = keyed.clients.client("personalize-runtime")
    arn = campaign_of(keyed, "keyed-nudges")["campaignArn"]

    answer = runtime.get_action_recommendations(campaignArn=arn, userId="u1")

    assert {one["actionId"] for one in answer["actionList"]} <= {"a0", "a1", "a2", "a3"}
    assert answer["actionList"]


def test_a_campaign_has_its_options(keyed: Deployed) -> None:
    runtime = keyed.clients.client("personalize-runtime")
    campaign = campaign_of(keyed, "keyed-likes")

    answer = runtime.get_recommendations(
        campaignArn=campaign["campaignArn"],
        userId="u1",
        metadataColumns={"ITEMS": ["GENRE"]},
    )

    assert campaign["campaignConfig"]["itemExplorationConfig"]["explorationWeight"] == "0.1"
    assert set(answer["itemList"][0]["metadata"].values()) <= {"A", "B"}


def test_a_file_that_is_not_what_the_manifest_sums_up_is_refused(keyed: Deployed) -> None:
    before = campaign_of(keyed, "keyed-likes")["solutionVersionArn"]

    ended = drop(keyed, "torn", 2, items="0" * 64)

    assert ended.status == "FAILED"
    assert "sha256 of items.csv" in str(ended.output)
    assert "Start the import" not in ended.states
    assert campaign_of(keyed, "keyed-likes")["solutionVersionArn"] == before


def test_a_later_drop_adds_to_the_interactions_and_replaces_the_items(keyed: Deployed) -> None:
    ended = drop(keyed, "second", 3)

    assert ended.outcome == "succeeded", ended.output
    service = keyed.clients.personalize
    modes = {}
    for kind in ("INTERACTIONS", "ITEMS"):
        arn = f"arn:aws:personalize:us-east-1:000000000000:dataset/keyed/{kind}"
        jobs = service.list_dataset_import_jobs(datasetArn=arn)["datasetImportJobs"]
        jobs.sort(key=lambda one: one["creationDateTime"])
        modes[kind] = [one["importMode"] for one in jobs]
    assert modes == {"INTERACTIONS": ["FULL", "INCREMENTAL"], "ITEMS": ["FULL", "FULL"]}


def test_the_schedule_of_updates_trains_what_can_be_updated(keyed: Deployed) -> None:
    schedule = keyed.clients.client("scheduler").get_schedule(Name="keyed-update")

    ended = keyed.end_of(keyed.start(**json.loads(schedule["Target"]["Input"])))

    assert ended.outcome == "succeeded", ended.output
    assert ended.states.count("Start the training") == 1
    arn = "arn:aws:personalize:us-east-1:000000000000:solution/keyed-likes"
    listed = keyed.clients.personalize.list_solution_versions(solutionArn=arn)["solutionVersions"]
    newest = max(listed, key=lambda one: one["creationDateTime"])
    assert (newest["trainingMode"], newest["status"]) == ("UPDATE", "ACTIVE")


def test_an_existing_group_is_adopted_with_what_it_holds(guest: Deployed) -> None:
    service = guest.clients.personalize
    names = [one["name"] for one in service.list_dataset_groups()["datasetGroups"]]

    assert names.count("keyed") == 1
    assert "keyed-guest" not in names
    assert campaign_of(guest, "keyed-guest-popular")["status"] == "ACTIVE"
    assert set(fates(guest).values()) == {"keep"}


def test_neither_touches_what_the_others_file_names(keyed: Deployed, guest: Deployed) -> None:
    mine = campaign_of(keyed, "keyed-likes")["lastUpdatedDateTime"]

    again = guest.end_of(guest.start(parts=["train"]))

    assert again.outcome == "succeeded", again.output
    assert campaign_of(keyed, "keyed-likes")["lastUpdatedDateTime"] == mine
    # Not even asked about, although the names begin alike.
    assert set(fates(keyed).values()) == {"keep"}
    assert not [name for name in fates(keyed) if "guest" in name]
