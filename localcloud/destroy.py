"""`python -m localcloud destroy`: delete the stack as `cdk destroy` would; say what is left."""

from collections import Counter
from dataclasses import dataclass

from rich.console import Console

from lambdas.shared.settings import Pipeline
from localcloud.clients import Clients
from localcloud.deploy import stack
from localcloud.errors import DeploymentError
from localcloud.inventory import Found, inventory, pipelines
from localcloud.pipeline.teardown import Teardown
from localcloud.server.process import kept_cloud
from localcloud.settings import CloudSettings


@dataclass(frozen=True, kw_only=True)
class DestroyOptions:
    """What to destroy where.

    Attributes:
        pipeline: The pipeline.
        endpoint: A running local cloud; None takes up the kept state of the last one.
        cloud: The kept state.
        dry_run: Only say what would go.
    """

    pipeline: Pipeline
    endpoint: str | None
    cloud: CloudSettings
    dry_run: bool = False


def destroy(options: DestroyOptions, console: Console) -> None:
    """Destroy a pipeline and report what is left of it.

    Raises:
        UsageError: There is no local cloud to destroy in.
        DeploymentError: The stack could not be deleted, or something of the pipeline is left.
    """
    with kept_cloud(options.endpoint, options.cloud) as endpoint:
        clients, name = Clients(endpoint=endpoint), options.pipeline.name
        before = _inventory(clients, name)
        teardown = Teardown(clients, options.pipeline.stack_name, console)
        if options.dry_run:
            _print(teardown.dry_run(), console)
            for found in before:
                console.print(f"would go: {found.kind} {found.name}")
            return
        stack.delete(options.pipeline.stack_name, clients, meanwhile=teardown.look)
        _print(teardown.report(), console)
        left = _inventory(clients, name)
        console.print(f"deleted: {_counted([found for found in before if found not in left])}")
    if left:
        listed = "\n".join(f"  {found.kind} {found.name}" for found in left)
        raise DeploymentError(f"Of {name}, this is left:\n{listed}")
    console.print(f"Nothing of {name} is left.")


def _print(lines: list[str], console: Console) -> None:
    for line in lines:
        console.print(line, markup=False, highlight=False)


def _inventory(clients: Clients, pipeline: str) -> list[Found]:
    return inventory(clients, pipeline, others=pipelines(clients))


def _counted(found: list[Found]) -> str:
    """How many of each kind: "4 campaigns, 1 bucket"."""
    counts = Counter(item.kind for item in found)
    return ", ".join(f"{count} {kind}{'s' * (count > 1)}" for kind, count in counts.items())
