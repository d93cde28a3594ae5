"""The workshop, executed top to bottom on real data against one local cloud."""

import os
import time
from collections.abc import Iterator
from pathlib import Path

import nbformat
import pytest
from nbclient import NotebookClient

from localcloud.clients import Clients
from localcloud.data.sources import movielens_originals
from localcloud.deploy import stack
from localcloud.deploy.assets import publish
from localcloud.deploy.synthesis import synthesize
from localcloud.server.process import running_cloud
from localcloud.settings import PROJECT_ROOT, CloudSettings

FOLDER = PROJECT_ROOT / "notebooks"
MODULES = sorted(FOLDER.glob("[0-9]-*.ipynb"))
MOST_SECONDS = 240


@pytest.fixture(scope="module")
def workshop(tmp_path_factory: pytest.TempPathFactory) -> Iterator[dict[str, str]]:
    """A local cloud with the stack deployed; the environment in which a kernel finds it."""
    folder = tmp_path_factory.mktemp("workshop")
    movielens_originals(folder / "ml-100k")
    assembly = synthesize(PROJECT_ROOT / "pipelines" / "movielens.yaml", folder / "cdk.out")
    settings = CloudSettings(port=0, state_dir=folder / "cloud", legacy_recipes=True)
    with running_cloud(settings) as cloud:
        clients = Clients(endpoint=cloud.endpoint)
        publish(assembly, clients, zips=folder / "zips")
        stack.deploy(assembly, clients)
        yield {
            "AWS_ENDPOINT_URL": cloud.endpoint,
            "AWS_ACCESS_KEY_ID": clients.account,
            "AWS_SECRET_ACCESS_KEY": "test",
            "AWS_DEFAULT_REGION": clients.region,
            "MOVIELENS_DIR": str(folder / "ml-100k"),
            "MPLBACKEND": "module://matplotlib_inline.backend_inline",
        }


def execute(module: Path, environment: dict[str, str]) -> None:
    notebook = nbformat.read(module, as_version=4)
    client = NotebookClient(
        notebook,
        timeout=MOST_SECONDS,
        kernel_name="python3",
        resources={"metadata": {"path": str(FOLDER)}},
    )
    client.execute(env=os.environ | environment)


# The kernel's own warning about its loopback socket is none of ours.
@pytest.mark.filterwarnings("ignore::DeprecationWarning", "ignore::ResourceWarning")
def test_every_module_runs_top_to_bottom(workshop: dict[str, str]) -> None:
    assert [module.name[0] for module in MODULES] == list("012345")
    started = time.monotonic()

    for module in MODULES:
        execute(module, workshop)

    assert time.monotonic() - started < MOST_SECONDS


@pytest.mark.parametrize("module", MODULES, ids=lambda module: module.stem)
def test_no_module_carries_outputs(module: Path) -> None:
    notebook = nbformat.read(module, as_version=4)

    code = [cell for cell in notebook.cells if cell.cell_type == "code"]
    assert [cell.outputs for cell in code] == [[] for _ in code]
    assert {cell.execution_count for cell in code} == {None}


@pytest.mark.parametrize("module", MODULES, ids=lambda module: module.stem)
def test_no_module_types_an_account_a_bucket_or_a_region(module: Path) -> None:
    text = module.read_text()

    for typed in ("000000000000", "us-east-1", "eu-west-1", "127.0.0.1", "localhost"):
        assert typed not in text
