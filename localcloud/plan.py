"""`python -m localcloud plan`: what a run would create, update, keep or refuse in Personalize.

The same lookup, and the same comparison, as the handlers that ensure each resource in a run.
"""

import json
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any, Literal

from rich.console import Console

from lambdas.shared.ensure import describe
from lambdas.shared.resources import KINDS, differences
from lambdas.shared.settings import Pipeline
from lambdas.shared.settings.datasets import DATASET_TYPES
from lambdas.shared.settings.recipes import ARN_PREFIX, RECIPES
from localcloud.clients import Clients
from localcloud.errors import RunError
from localcloud.server.process import cloud_at
from localcloud.settings import CloudSettings

Fate = Literal["create", "update", "keep", "refuse"]


@dataclass(frozen=True, kw_only=True)
class Wanted:
    """A resource as the pipeline wants it.

    Attributes:
        word: A key of `KINDS`.
        arn: Where it is, or will be.
        request: What is known of its create request before a run.
        note: What a run does with it besides.
    """

    word: str
    arn: str
    request: Mapping[str, Any]
    note: str = ""


@dataclass(frozen=True, kw_only=True)
class Planned:
    """What would become of one resource; `why` has the differences, if there are any."""

    wanted: Wanted
    fate: Fate
    why: str = ""


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
    with _clients(endpoint, cloud) as clients:
        planned = [_plan(wanted, clients) for wanted in wanted_by(pipeline, clients)]
    for step in planned:
        remark = "; ".join(filter(None, (step.why, step.wanted.note)))
        name = step.wanted.arn.rpartition(":")[2]
        console.print(f"{step.fate:<7} {name}{f' ({remark})' if remark else ''}", soft_wrap=True)
    refused = [step for step in planned if step.fate == "refuse"]
    if refused:
        names = ", ".join(step.wanted.arn.rpartition(":")[2] for step in refused)
        raise RunError(
            f"A run would refuse {names}: what exists cannot be changed to what is wanted."
        )


@contextmanager
def _clients(endpoint: str | None, cloud: CloudSettings) -> Iterator[Clients]:
    with cloud_at(endpoint, cloud) as address:
        yield Clients(endpoint=address)


def _plan(wanted: Wanted, clients: Clients) -> Planned:
    kind = KINDS[wanted.word]
    found = describe(clients.personalize, kind, wanted.arn)
    if found is None:
        return Planned(wanted=wanted, fate="create")
    conflicts = differences(wanted.request, found, kind.fixed)
    if conflicts:
        columns = _columns(wanted.request, found) if wanted.word == "schema" else ()
        return Planned(wanted=wanted, fate="refuse", why="; ".join(columns or conflicts))
    changes = differences(wanted.request, found, kind.changeable)
    return Planned(wanted=wanted, fate="update" if changes else "keep", why="; ".join(changes))


def _columns(request: Mapping[str, Any], found: Mapping[str, Any]) -> list[str]:
    """The columns in which two schemas differ: all there is to say, where nothing else does."""
    there, here = (
        {field["name"]: field for field in json.loads(text)["fields"]}
        for text in (found["schema"], request["schema"])
    )
    return [
        f"{name} is {json.dumps(there.get(name))}, wanted {json.dumps(here.get(name))}"
        for name in dict.fromkeys((*there, *here))
        if there.get(name) != here.get(name)
    ]


def wanted_by(pipeline: Pipeline, clients: Clients) -> Iterator[Wanted]:
    """Everything that a pipeline wants in Personalize, in the order of a run."""
    prefix = f"arn:aws:personalize:{clients.region}:{clients.account}"
    domain = pipeline.dataset_group.domain
    yield Wanted(
        word="datasetGroup",
        arn=f"{prefix}:dataset-group/{pipeline.dataset_group_name}",
        request={"domain": domain} if domain else {},
    )
    yield from _datasets(pipeline, prefix)
    for solution in pipeline.solutions:
        yield Wanted(
            word="solution",
            arn=f"{prefix}:solution/{pipeline.solution_name(solution)}",
            request={
                "recipeArn": f"{ARN_PREFIX}{solution.recipe}",
                "performHPO": solution.perform_hpo,
                **({"eventType": solution.event_type} if solution.event_type else {}),
                **(
                    {"solutionConfig": solution.solution_config} if solution.solution_config else {}
                ),
            },
            note=f"trains {solution.recipe}",
        )
        if solution.campaign and RECIPES[solution.recipe].has_campaigns:
            yield Wanted(
                word="campaign",
                arn=f"{prefix}:campaign/{pipeline.campaign_name(solution)}",
                request={"minProvisionedTPS": solution.campaign.min_provisioned_tps},
                note="serves the new version if it may be promoted",
            )
    for recommender in pipeline.recommenders:
        yield Wanted(
            word="recommender",
            arn=f"{prefix}:recommender/{pipeline.own(recommender.name)}",
            request={"recipeArn": f"{ARN_PREFIX}{recommender.recipe}"},
        )


def _datasets(pipeline: Pipeline, prefix: str) -> Iterator[Wanted]:
    for kind, dataset in pipeline.datasets.present.items():
        schema = f"{prefix}:schema/{pipeline.schema_name(kind)}"
        yield Wanted(word="schema", arn=schema, request={"schema": dataset.schema_text(kind)})
        yield Wanted(
            word="dataset",
            arn=f"{prefix}:dataset/{pipeline.dataset_group_name}/{DATASET_TYPES[kind]}",
            request={"schemaArn": schema},
            note=f"imports {dataset.import_mode}",
        )
