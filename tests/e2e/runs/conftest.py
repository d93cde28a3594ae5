"""A local cloud for runs, and the smallest pipeline on it."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from localcloud.clients import Clients
from localcloud.server.process import running_cloud
from localcloud.settings import CloudSettings
from tests.e2e.runs.pipelines import Deployed, deploy

TURNS = """\
name: turns
solutions: [{name: popular, recipe: aws-popularity-count}]
eventTracker: null
notebook: null
"""


@pytest.fixture(scope="session")
def clients(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Clients]:
    folder = tmp_path_factory.mktemp("cloud")
    # An account's five dataset groups can be made more on request: so many pipelines share it here.
    quotas = ("dataset_groups=20",)
    settings = CloudSettings(port=0, state_dir=folder, permissions="enforce", quotas=quotas)
    with running_cloud(settings) as cloud:
        yield Clients(endpoint=cloud.endpoint)


@pytest.fixture(scope="session")
def turns(clients: Clients, tmp_path_factory: pytest.TempPathFactory) -> Deployed:
    """One pipeline with one solution; its runs take a few seconds."""
    folder: Path = tmp_path_factory.mktemp("turns")
    return deploy(TURNS, folder, clients)
