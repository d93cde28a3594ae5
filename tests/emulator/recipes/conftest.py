from pathlib import Path

import pytest

from personalize_emulator.evaluation.generator import World, generate

SMALL_WORLD = World(users=300, items=250, events_per_user=40)


@pytest.fixture(scope="session")
def data_folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The data folder of a training job, generated once."""
    folder = tmp_path_factory.mktemp("data")
    generate(seed=11, world=SMALL_WORLD).write_columns(folder)
    return folder
