"""What the cost handler is told of campaigns, and which alarms look at them, by recipe."""

from pathlib import Path
from typing import Any

import pytest

from tests.infrastructure.conftest import Synthesized, synthesize
from tests.infrastructure.test_observability import alarms

PIPELINE = """\
name: mixed
datasets:
  interactions:
    fields:
      - { name: USER_ID, type: string }
      - { name: ITEM_ID, type: string }
      - { name: TIMESTAMP, type: long }
  actions:
    fields: [{ name: ACTION_ID, type: string }, { name: VALUE, type: long }]
  actionInteractions:
    fields:
      - { name: USER_ID, type: string }
      - { name: ACTION_ID, type: string }
      - { name: EVENT_TYPE, type: string }
      - { name: TIMESTAMP, type: long }
solutions:
  - { name: alike, recipe: aws-sims }
  - { name: nudges, recipe: aws-next-best-action }
eventTracker: null
notebook: null
"""


@pytest.fixture(scope="module")
def mixed(tmp_path_factory: pytest.TempPathFactory) -> Synthesized:
    folder: Path = tmp_path_factory.mktemp("mixed")
    file = folder / "mixed.yaml"
    file.write_text(PIPELINE)
    return synthesize(file, folder / "out")


def swept(stack: Synthesized) -> dict[str, Any]:
    """Return the campaigns that the sweep looks at, by solution."""
    look = stack.definition("mixed-sweep")["States"]["Look at the campaigns"]
    campaigns = look["Arguments"]["Payload"]["campaigns"]
    return {campaign["solution"]: campaign for campaign in campaigns}


def test_the_sweep_knows_whose_requests_nobody_counts(mixed: Synthesized) -> None:
    counted = {name: campaign["requestsCounted"] for name, campaign in swept(mixed).items()}

    assert counted == {"alike": True, "nudges": False}


def test_no_alarm_waits_for_requests_that_nobody_counts(mixed: Synthesized) -> None:
    by_campaign = {name for name in alarms(mixed) if name.startswith(("mixed-idle", "mixed-busy"))}

    assert by_campaign == {"mixed-idle-alike", "mixed-busy-alike"}
