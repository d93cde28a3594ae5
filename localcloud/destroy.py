"""`python -m localcloud destroy`: delete the stack as `cdk destroy` would; say what is left."""

from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from rich.console import Console

from lambdas.shared.settings.pipeline import Pipeline
from localcloud.clients import Clients
from localcloud.deploy import stack
from localcloud.errors import DeploymentError
from localcloud.inventory import Found, inventory, pipelines
from localcloud.pipeline.teardown import Report, Teardown
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
        if stack.status(options.pipeline.stack_name, clients) is None:
            _print(_nothing_to_do(options.pipeline, before), console)
            return
        teardown = Teardown(clients, options.pipeline.stack_name, console)
        if options.dry_run:
            _print(_would_go(teardown.dry_run(), before), console)
            return
        stack.delete(options.pipeline.stack_name, clients, meanwhile=teardown.look)
        report, after = teardown.report(), _inventory(clients, name)
        _print(report.lines, console)
        console.print(f"deleted: {_counted([found for found in before if found not in after])}")
    left = [found for found in after if found not in report.kept]
    if left:
        listed = "\n".join(f"  {found.kind} {found.name}" for found in left)
        raise DeploymentError(f"Of {name}, this is left:\n{listed}")
    kept = f" but what is kept: {_counted(after)}" if after else ""
    console.print(f"Nothing of {name} is left{kept}.")


def _nothing_to_do(pipeline: Pipeline, found: list[Found]) -> Iterator[str]:
    """A stack that is gone has left nothing but what it was told to keep."""
    yield f"There is no stack {pipeline.stack_name} here; nothing was done."
    yield from (f"  still there: {one.kind} {one.name}" for one in found)


def _would_go(report: Report, found: list[Found]) -> Iterator[str]:
    """The teardown's own report, then what CloudFormation deletes after it."""
    yield from report.lines
    rest = [one for one in found if one not in report.deleted | report.kept]
    if rest:
        yield f"would go with the stack ({len(rest)})"
        yield from (f"  {one.kind} {one.name}" for one in rest)


def _print(lines: Iterable[str], console: Console) -> None:
    for line in lines:
        console.print(line, markup=False, highlight=False)


def _inventory(clients: Clients, pipeline: str) -> list[Found]:
    return inventory(clients, pipeline, others=pipelines(clients))


def _counted(found: list[Found]) -> str:
    """How many of each kind: "4 campaigns, 1 bucket"."""
    counts = Counter(item.kind for item in found)
    return ", ".join(f"{count} {kind}{'s' * (count > 1)}" for kind, count in counts.items())
