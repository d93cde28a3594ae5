"""The workshop as on SageMaker: an instance starts, its role acts, every module runs to its end."""

import base64
import json
import os
import sys
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import boto3
import nbformat
import pytest
from nbclient import NotebookClient

from localcloud.clients import Clients
from localcloud.settings import PROJECT_ROOT
from localcloud.workshop import deployed_workshop
from stacks.notebook.parts import PREFIX, SCHEMAS
from tests.instance import Instance

FOLDER = PROJECT_ROOT / "notebooks"
MODULES = sorted(FOLDER.glob("[0-9]-*.ipynb"))
CELL_SECONDS = 600  # so that a cell that hangs ends, however slow the machine


@dataclass(frozen=True)
class Started:
    """An instance after its start.

    Attributes:
        environment: What a kernel on it finds: the local cloud and the role's credentials.
        outputs: The stack's outputs.
    """

    instance: Instance
    environment: dict[str, str]
    outputs: dict[str, dict[str, str]]

    @property
    def cloud(self) -> Clients:
        """The cloud, as its account's root."""
        return Clients(endpoint=self.environment["AWS_ENDPOINT_URL"])

    @property
    def name(self) -> str:
        [outputs] = self.outputs.values()
        return outputs["NotebookInstanceName"]


@pytest.fixture(scope="module")
def workshop(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Started]:
    """The stack deployed, and its notebook instance started by the stack's own script."""
    folder = tmp_path_factory.mktemp("workshop")
    with deployed_workshop(folder) as environment:
        outputs = json.loads(Path(environment.pop("WORKSHOP_STACK")).read_text())
        started = Started(Instance(folder / "instance"), environment, outputs)
        started.instance.prepare()
        started.instance.start(start_script(started), environment)
        yield started


def start_script(workshop: Started) -> str:
    """The script that SageMaker would run, out of the deployed lifecycle configuration."""
    sagemaker = workshop.cloud.client("sagemaker")
    described = sagemaker.describe_notebook_instance(NotebookInstanceName=workshop.name)
    lifecycle = sagemaker.describe_notebook_instance_lifecycle_config(
        NotebookInstanceLifecycleConfigName=described["NotebookInstanceLifecycleConfigName"]
    )
    [hook] = lifecycle["OnStart"]
    return base64.b64decode(hook["Content"]).decode()


def execute(module: Path, workshop: Started) -> None:
    notebook = nbformat.read(module, as_version=4)
    client = NotebookClient(
        notebook,
        timeout=CELL_SECONDS,
        kernel_name="python3",
        resources={"metadata": {"path": str(module.parent)}},
    )
    client.execute(env=os.environ | workshop.environment)


def test_the_instance_comes_up_with_the_notebooks_and_the_outputs(workshop: Started) -> None:
    placed = {file.name: file.read_bytes() for file in workshop.instance.workshop.glob("*.ipynb")}

    assert placed == {module.name: module.read_bytes() for module in MODULES}
    assert json.loads((workshop.instance.workshop / "stack.json").read_text()) == workshop.outputs


def schemas(workshop: Started) -> set[str]:
    pages: Any = workshop.cloud.personalize.get_paginator("list_schemas").paginate()
    names = {schema["name"] for page in pages for schema in page["schemas"]}
    return {name for name in names if f"-{PREFIX}" in name}


# The kernel's own warning about its loopback socket is none of ours.
@pytest.mark.filterwarnings("ignore::DeprecationWarning", "ignore::ResourceWarning")
def test_every_module_runs_top_to_bottom_under_the_notebooks_role(
    workshop: Started, capsys: pytest.CaptureFixture[str]
) -> None:
    modules = sorted(workshop.instance.workshop.glob("[0-9]-*.ipynb"))
    assert [module.name[0] for module in modules] == list("012345")
    made: set[str] = set()
    seconds = {}

    for module in modules:
        started = time.monotonic()
        execute(module, workshop)
        seconds[module.stem] = time.monotonic() - started
        made |= schemas(workshop)

    # The four minutes are for a machine that does nothing else: told here, not judged.
    with capsys.disabled():
        shown = ", ".join(f"{name} {took:.0f} s" for name, took in seconds.items())
        sys.stdout.write(f"\nworkshop: {sum(seconds.values()):.0f} s ({shown})\n")
    assert made == {f"movielens-{PREFIX}{schema}" for schema in SCHEMAS}
    assert schemas(workshop) == set()


def test_the_role_can_stop_its_own_instance(workshop: Started) -> None:
    session = boto3.Session(
        aws_access_key_id=workshop.environment["AWS_ACCESS_KEY_ID"],
        aws_secret_access_key=workshop.environment["AWS_SECRET_ACCESS_KEY"],
        aws_session_token=workshop.environment["AWS_SESSION_TOKEN"],
        region_name=workshop.cloud.region,
    )
    sagemaker = session.client("sagemaker", endpoint_url=workshop.cloud.endpoint)

    sagemaker.stop_notebook_instance(NotebookInstanceName=workshop.name)

    described = workshop.cloud.client("sagemaker").describe_notebook_instance(
        NotebookInstanceName=workshop.name
    )
    assert described["NotebookInstanceStatus"] == "Stopping"


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
