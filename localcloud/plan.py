"""`python -m localcloud plan`: what a run would create, update, keep, replace, delete or refuse.

The same lookup, and the same comparison, as a plan execution's on AWS (`lambdas/plan`).
"""

from datetime import UTC, datetime

from rich.console import Console

from lambdas.shared.planning import Planned, plan_of
from lambdas.shared.settings.pipeline import Pipeline
from lambdas.shared.wanted import filter_at, wanted_by
from localcloud.clients import Clients
from localcloud.errors import RunError
from localcloud.server.process import cloud_at
from localcloud.settings import CloudSettings


def plan(pipeline: Pipeline, endpoint: str | None, cloud: CloudSettings, console: Console) -> None:
    """Print what a run would do.

    Args:
        pipeline: The pipeline.
        endpoint: A running local cloud; None takes up the kept state, or an empty cloud.
        cloud: Where the state is kept.
        console: Where to print.

    Raises:
        RunError: Something would be refused.
    """
    with cloud_at(endpoint, cloud) as address:
        planned = planned_for(pipeline, Clients(endpoint=address))
    for step in planned:
        console.print(step.line, soft_wrap=True, markup=False, highlight=False)
    asked = [step.name for step in planned if step.asks]
    if asked:
        names = ", ".join(f'"{name}"' for name in asked)
        console.print(f'To be confirmed by whoever starts the run: {{"confirm": [{names}]}}')
    refused = [step.name for step in planned if step.fate == "refuse"]
    if refused:
        raise RunError(
            f"A run would refuse {', '.join(refused)}: what exists cannot be changed to what is "
            "wanted."
        )


def planned_for(pipeline: Pipeline, clients: Clients) -> list[Planned]:
    """Return what a run would do with each resource."""
    prefix, own = f"arn:aws:personalize:{clients.region}:{clients.account}", pipeline.own("")
    now = datetime.now(UTC)
    wanted = wanted_by(pipeline, prefix)
    group = wanted[0].arn
    filters = [filter_at(one, now, own=own, prefix=prefix, group=group) for one in pipeline.filters]
    return plan_of([*wanted, *filters], clients.personalize, own=own, group=group)
