"""A local cloud that refuses what no policy allows, and pipelines with one solution on it."""

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from localcloud.clients import Clients
from localcloud.server.process import running_cloud
from localcloud.settings import CloudSettings
from tests.e2e.promotion.world import Shop
from tests.e2e.runs.pipelines import deploy

PIPELINE = """\
name: {name}
solutions: [{solutions}]
eventTracker: null
notebook: null
"""
Opening = Callable[..., Shop]


@pytest.fixture(scope="session")
def cloud(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Clients]:
    folder = tmp_path_factory.mktemp("cloud")
    with running_cloud(CloudSettings(port=0, state_dir=folder, permissions="enforce")) as running:
        yield Clients(endpoint=running.endpoint)


@pytest.fixture(scope="session")
def opened(cloud: Clients, tmp_path_factory: pytest.TempPathFactory) -> Opening:
    """Return how to deploy a pipeline of a name, with more in its file."""
    folder: Path = tmp_path_factory.mktemp("pipelines")

    def opening(name: str, *more: str, second: str = "") -> Shop:
        solutions = "{name: alike, recipe: aws-sims}"
        if second:
            solutions += f", {{name: {second}, recipe: aws-popularity-count}}"
        text = PIPELINE.format(name=name, solutions=solutions)
        text += "".join(f"{line}\n" for line in more)
        return Shop(deploy(text, folder, cloud))

    return opening
