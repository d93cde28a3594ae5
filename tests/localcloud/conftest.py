from collections.abc import Iterator

import pytest

from localcloud.clients import Clients
from localcloud.server.process import RunningCloud, running_cloud
from localcloud.settings import CloudSettings
from tests.localcloud.templates import Deployer


@pytest.fixture(scope="session")
def cloud(tmp_path_factory: pytest.TempPathFactory) -> Iterator[RunningCloud]:
    settings = CloudSettings(port=0, state_dir=tmp_path_factory.mktemp("cloud"))
    with running_cloud(settings) as running:
        yield running


@pytest.fixture(scope="session")
def clients(cloud: RunningCloud) -> Clients:
    return Clients(endpoint=cloud.endpoint)


@pytest.fixture
def deployer(clients: Clients) -> Iterator[Deployer]:
    deployer = Deployer(clients)
    yield deployer
    deployer.delete_all()
