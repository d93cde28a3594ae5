"""The shop with all else that a pipeline file can ask for, and two plain ones, to be played."""

import json
from collections.abc import Iterator
from pathlib import Path

import pytest

from localcloud.deploy.synthesis import synthesize
from localcloud.settings import PROJECT_ROOT
from tests.e2e.faults.player import Player, playing
from tests.e2e.verdict import keep_evidence

SHOP = (PROJECT_ROOT / "pipelines" / "shop.yaml").read_text()
# What the shop does not ask for: people who agree, budgets, files without a marker.
MORE = """
promotion: { approval: { required: true, timeoutHours: 1 } }
cost: { budget: { perMonth: 500 } }
runs: { debounceSeconds: 60 }
"""


# The least there is: parts lead to other parts where there are none between.
PLAIN = """\
name: plain
solutions: [{name: popular, recipe: aws-popularity-count}]
notebook: null
"""
PLAIN_DOMAIN = """\
name: domain
datasetGroup: {domain: VIDEO_ON_DEMAND}
datasets:
  interactions:
    fields:
      - {name: USER_ID, type: string}
      - {name: ITEM_ID, type: string}
      - {name: TIMESTAMP, type: long}
      - {name: EVENT_TYPE, type: string}
recommenders: [{name: popular, recipe: aws-vod-most-popular}]
notebook: null
"""


@pytest.fixture(scope="session")
def player(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Player]:
    folder: Path = tmp_path_factory.mktemp("faults")
    # Named here: what tells the clouds of this folder's tests is gone when other tests come last.
    with playing(keep_evidence()) as player:
        texts = {"shop": SHOP + MORE, "plain": PLAIN, "domain": PLAIN_DOMAIN}
        for name, text in texts.items():
            file = folder / f"{name}.yaml"
            file.write_text(text)
            assembly = synthesize(file, folder / f"{name}.out")
            player.load(json.loads(assembly.template.read_text()))
        yield player
