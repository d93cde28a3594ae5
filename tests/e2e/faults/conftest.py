"""The shop with everything else that a pipeline file can ask for, ready to be played."""

import json
from collections.abc import Iterator
from pathlib import Path

import pytest

from localcloud.deploy.synthesis import synthesize
from localcloud.settings import PROJECT_ROOT
from tests.e2e.faults.player import Player, playing

SHOP = (PROJECT_ROOT / "pipelines" / "shop.yaml").read_text()
# What the shop does not ask for: people who agree, budgets, files without a marker.
MORE = """
promotion: { approval: { required: true, timeoutHours: 1 } }
cost: { budget: { perMonth: 500 } }
runs: { debounceSeconds: 60 }
"""


@pytest.fixture(scope="session")
def player(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Player]:
    folder: Path = tmp_path_factory.mktemp("faults")
    file = folder / "shop.yaml"
    file.write_text(SHOP + MORE)
    assembly = synthesize(file, folder / "shop.out")
    with playing() as player:
        player.load(json.loads(assembly.template.read_text()))
        yield player
