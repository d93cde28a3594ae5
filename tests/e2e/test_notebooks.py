"""The workshop, executed top to bottom on real data against one local cloud."""

import os
import time
from collections.abc import Iterator
from pathlib import Path

import nbformat
import pytest
from nbclient import NotebookClient

from localcloud.settings import PROJECT_ROOT
from localcloud.workshop import deployed_workshop

FOLDER = PROJECT_ROOT / "notebooks"
MODULES = sorted(FOLDER.glob("[0-9]-*.ipynb"))
MOST_SECONDS = 240


@pytest.fixture(scope="module")
def workshop(tmp_path_factory: pytest.TempPathFactory) -> Iterator[dict[str, str]]:
    """A local cloud with the stack deployed; the environment in which a kernel finds it."""
    with deployed_workshop(tmp_path_factory.mktemp("workshop")) as environment:
        yield environment


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
