"""A solution's configuration, through the service and real trainings, to the answers."""

import csv
import io
import json
import threading
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from personalize_emulator.clock import VirtualClock
from personalize_emulator.data.schema import parse_schema
from personalize_emulator.data.table import Table
from personalize_emulator.objects import FolderObjects
from personalize_emulator.recipes.train import main as train
from personalize_emulator.service import PersonalizeService
from personalize_emulator.settings import INSTANT, EmulatorSettings
from personalize_emulator.training.run import choose_columns
from tests.emulator.recipes.tastes import NEWEST, Columns, interactions, items_table
from tests.emulator.support.clients import INTERACTIONS, Clients

MOMENT = {"name": "MOMENT", "type": "string", "categorical": True}
EVENTS = {**INTERACTIONS, "fields": [*INTERACTIONS["fields"], MOMENT]}
ITEMS: dict[str, Any] = {
    **INTERACTIONS,
    "name": "Items",
    "fields": [
        {"name": "ITEM_ID", "type": "string"},
        {"name": "GENRES", "type": "string", "categorical": True},
        {"name": "PRICE", "type": "float"},
        {"name": "CREATION_TIMESTAMP", "type": "long"},
    ],
}


KEPT = {"ITEM_ID", "CREATION_TIMESTAMP"}
"""Of the items when everything is excluded by name that can be: the key stays."""


class InProcessTrainer:
    """The real training, without the start of a process."""

    def train(self, job: Path, stop: threading.Event) -> None:
        del stop
        train([str(job)])


@pytest.fixture
def service(tmp_path: Path, s3_root: Path) -> Iterator[PersonalizeService]:
    settings = EmulatorSettings(state_dir=tmp_path / "state", pace=INSTANT)
    with PersonalizeService(
        settings,
        objects=FolderObjects(s3_root),
        clock=VirtualClock(float(NEWEST)),
        trainer=InProcessTrainer(),
    ) as running:
        yield running


def csv_of(columns: Mapping[str, Any]) -> bytes:
    text = io.StringIO()
    writer = csv.writer(text)
    writer.writerow(columns)
    writer.writerows(
        zip(*(np.asarray(column).tolist() for column in columns.values()), strict=True)
    )
    return text.getvalue().encode()


def events() -> Columns:
    """Even items in the evening, odd ones in the morning."""
    columns = interactions()
    even = np.array([int(name[1:]) % 2 == 0 for name in columns["ITEM_ID"]])
    moments = np.where(even, "evening", "morning")
    return columns | {"EVENT_TYPE": np.full(len(even), "View"), "MOMENT": moments}


def items() -> Columns:
    """A hundred times as dear as cheap, alternating; all old."""
    table = items_table({})
    prices = np.where(np.arange(len(table.ids)) // 2 % 2 == 0, 1.0, 100.0)
    created = np.full(len(table.ids), NEWEST - 90 * 86_400)
    return {
        "ITEM_ID": table.ids,
        **table.columns,
        "PRICE": prices,
        "CREATION_TIMESTAMP": created,
    }


@pytest.fixture
def group(aws: Clients) -> str:
    arn = aws.group()
    for kind, schema, columns in (("INTERACTIONS", EVENTS, events()), ("ITEMS", ITEMS, items())):
        dataset = aws.dataset(arn, aws.schema(schema, name=kind), kind)
        job = aws.import_csv(dataset, csv_of(columns), kind.lower())
        assert job["status"] == "ACTIVE", job
    return arn


def recommended(aws: Clients, campaign: str, **more: Any) -> list[str]:
    answer = aws.runtime.get_recommendations(
        campaignArn=campaign, userId="u001", numResults=5, **more
    )
    return [item["itemId"] for item in answer["itemList"]]


def test_from_the_configuration_to_the_answers(aws: Clients, group: str) -> None:
    ranges: Any = {"integerHyperParameterRanges": [{"name": "bptt", "minValue": 4, "maxValue": 8}]}
    config: Any = {
        "hpoConfig": {
            "algorithmHyperParameterRanges": ranges,
            "hpoResourceConfig": {"maxNumberOfTrainingJobs": "2"},
        },
        "optimizationObjective": {"itemAttribute": "PRICE", "objectiveSensitivity": "HIGH"},
    }
    quiet: Any = {"itemExplorationConfig": {"explorationWeight": "0"}}

    version = aws.train(group, performHPO=True, solutionConfig=config)

    assert version["status"] == "ACTIVE", version
    tuned = version["tunedHPOParams"]["algorithmHyperParameters"]
    assert tuned.keys() == {"bptt"}
    assert 4 <= int(tuned["bptt"]) <= 8

    campaign = aws.campaign(version["solutionVersionArn"], campaignConfig=quiet)
    evening = recommended(aws, campaign, context={"MOMENT": "evening"})
    morning = recommended(aws, campaign, context={"MOMENT": "morning"})
    dear = {name for name, price in zip(*_prices(), strict=True) if price > 1}
    assert [int(name[1:]) % 2 for name in evening[:3]] == [0] * 3
    assert [int(name[1:]) % 2 for name in morning[:3]] == [1] * 3
    assert set(evening[:2]) <= dear
    assert set(morning[:2]) <= dear

    aws.events.put_items(
        datasetArn=f"{group.replace('dataset-group', 'dataset')}/ITEMS",
        items=[
            {
                "itemId": "new",
                "properties": f'{{"genres": "g1", "price": 50, "creationTimestamp": {NEWEST}}}',
            }
        ],
    )
    update = aws.version(version["solutionArn"], trainingMode="UPDATE")
    assert update["status"] == "ACTIVE", update
    assert update["tunedHPOParams"] == version["tunedHPOParams"]
    curious: Any = {
        "itemExplorationConfig": {"explorationWeight": "1", "explorationItemAgeCutOff": "30"}
    }
    campaign = aws.campaign(update["solutionVersionArn"], "curious", campaignConfig=curious)
    assert "new" in recommended(aws, campaign)


@pytest.mark.parametrize(
    ("chosen", "kept"),
    [
        ({}, {"ITEM_ID", "GENRES", "PRICE", "CREATION_TIMESTAMP"}),
        (
            {"excludedDatasetColumns": {"ITEMS": ["PRICE"]}},
            {"ITEM_ID", "GENRES", "CREATION_TIMESTAMP"},
        ),
        ({"includedDatasetColumns": {"ITEMS": ["GENRES"]}}, {"ITEM_ID", "GENRES"}),
        ({"excludedDatasetColumns": {"ITEMS": ["ITEM_ID", "GENRES", "PRICE"]}}, KEPT),
        (
            {"includedDatasetColumns": {"INTERACTIONS": ["EVENT_TYPE"]}},
            {"ITEM_ID", "GENRES", "PRICE", "CREATION_TIMESTAMP"},
        ),
    ],
)
def test_only_chosen_columns_are_trained_on(chosen: dict[str, Any], kept: set[str]) -> None:
    table = Table(parse_schema(json.dumps(ITEMS)), items())

    found = choose_columns(table, chosen)

    assert found.columns.keys() == kept
    assert {field["name"] for field in found.schema.avro["fields"]} == kept


def _prices() -> tuple[list[str], list[float]]:
    columns = items()
    return columns["ITEM_ID"].tolist(), columns["PRICE"].tolist()
