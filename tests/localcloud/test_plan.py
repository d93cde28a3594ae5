"""The plan says what a run would do, and refuses what a run would refuse."""

from dataclasses import replace
from io import StringIO
from pathlib import Path

import pytest
from rich.console import Console

from lambdas.shared.settings.loader import parse_pipeline
from localcloud.clients import Clients
from localcloud.errors import RunError
from localcloud.plan import plan
from localcloud.settings import CloudSettings

PIPELINE = """\
name: planned
datasets:
  items:
    fields:
      - { name: ITEM_ID, type: string }
      - { name: YEAR, type: long }
solutions:
  - { name: popular, recipe: aws-popularity-count }
"""
ITEMS = (
    '{"type": "record", "name": "Items", "namespace": "com.amazonaws.personalize.schema",'
    ' "fields": [{"name": "ITEM_ID", "type": "string"}, {"name": "YEAR", "type": %s}],'
    ' "version": "1.0"}'
)


def planned(clients: Clients, tmp_path: Path) -> list[str]:
    printed = StringIO()
    pipeline = parse_pipeline(PIPELINE, source="planned.yaml")
    settings = replace(CloudSettings(), state_dir=tmp_path)
    try:
        plan(pipeline, clients.endpoint, settings, Console(file=printed, width=200))
    finally:
        lines = printed.getvalue().splitlines()
    return lines


def test_in_an_empty_account_everything_is_created(clients: Clients, tmp_path: Path) -> None:
    lines = planned(clients, tmp_path)

    assert {line.split()[0] for line in lines} == {"create"}
    assert [line.split()[1] for line in lines] == [
        "dataset-group/planned",
        "schema/planned-interactions",
        "dataset/planned/INTERACTIONS",
        "schema/planned-items",
        "dataset/planned/ITEMS",
        "event-tracker/planned-events",
        "solution/planned-popular",
        "campaign/planned-popular",
    ]


def test_what_fits_is_kept(clients: Clients, tmp_path: Path) -> None:
    arn = clients.personalize.create_schema(name="planned-items", schema=ITEMS % '"long"')
    try:
        lines = planned(clients, tmp_path)
    finally:
        clients.personalize.delete_schema(schemaArn=arn["schemaArn"])

    assert "keep    schema/planned-items" in lines


def test_what_cannot_become_what_is_wanted_is_refused_with_the_column(
    clients: Clients, tmp_path: Path
) -> None:
    arn = clients.personalize.create_schema(name="planned-items", schema=ITEMS % '"int"')
    try:
        with pytest.raises(RunError, match="would refuse schema/planned-items"):
            planned(clients, tmp_path)
    finally:
        clients.personalize.delete_schema(schemaArn=arn["schemaArn"])
