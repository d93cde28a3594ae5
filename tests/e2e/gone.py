"""The pipeline that the tests of the teardown deploy, feed and destroy."""

from io import StringIO
from pathlib import Path

from rich.console import Console

from localcloud.clients import Clients
from localcloud.destroy import DestroyOptions, destroy
from localcloud.run import read_pipeline
from localcloud.settings import CloudSettings
from tests.e2e.runs.pipelines import Deployed, deploy, interactions

GONE = """\
name: gone
datasets:
  interactions:
    fields:
      - { name: USER_ID, type: string }
      - { name: ITEM_ID, type: string }
      - { name: TIMESTAMP, type: long }
      - { name: EVENT_TYPE, type: ["string", "null"] }
solutions: [{ name: popular, recipe: aws-popularity-count }]
"""
DATA = interactions().replace(b"TIMESTAMP\n", b"TIMESTAMP,EVENT_TYPE\n")
DATA = b"\n".join(
    [DATA.splitlines()[0], *(line + b",watch" for line in DATA.splitlines()[1:]), b""]
)


def served(clients: Clients, folder: Path, text: str = GONE) -> Deployed:
    """Deploy a pipeline and let one drop become a live campaign."""
    deployed = deploy(text, folder, clients)
    # Executions outlive their state machine: those of an earlier deployment are still listed.
    deployed.known.update(deployed._new())
    deployed.drop("first", interactions=DATA)
    [run] = deployed.all_ended(1)
    assert run.outcome == "succeeded", run.cause
    return deployed


def destroyed(clients: Clients, pipeline: Path, *, dry_run: bool = False) -> str:
    """Destroy as the command does; return what it printed."""
    printed = StringIO()
    options = DestroyOptions(
        pipeline=read_pipeline(pipeline),
        endpoint=clients.endpoint,
        cloud=CloudSettings(),
        dry_run=dry_run,
    )
    destroy(options, Console(file=printed, width=200))
    return printed.getvalue()
