"""One step of the filters stage: look, do what can be done now, say whether there is more."""

from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any

import boto3

from lambdas.filters.rules import Action, Found, found_of, progress
from lambdas.shared.clients import Client
from lambdas.shared.ensure import describe
from lambdas.shared.errors import named_errors
from lambdas.shared.ownership import another_owner
from lambdas.shared.resources import KINDS
from lambdas.shared.settings.filters import Filter
from lambdas.shared.strict import Strict


class Reconcile(Strict):
    """What the state machine asks for."""

    own: str
    """What the names of this pipeline begin with, the hyphen included."""
    dataset_group_arn: str
    arn_prefix: str
    filters: tuple[Filter, ...]
    started_at: int
    """The run's start, milliseconds since 1970: it names the filters that move with the date."""
    first: bool
    """Whether it is the run's first step."""
    tags: list[dict[str, str]]


def reconcile(event: Mapping[str, Any]) -> dict[str, Any]:
    """Take one step; ``done`` tells whether it was the last.

    Raises:
        PipelineError: The service refused, by the names of ``lambdas.shared.errors``.
    """
    wanted, client = Reconcile.model_validate(dict(event)), boto3.client("personalize")
    moment = datetime.fromtimestamp(wanted.started_at / 1000, UTC)
    with named_errors():
        found = _found(client, wanted, {wanted.own + one.name_at(moment) for one in wanted.filters})
        next_step = progress(wanted.filters, found, moment, wanted.own, first=wanted.first)
        for action in next_step.actions:
            _act(client, wanted, action)
    return {
        "done": next_step.done,
        "failures": list(next_step.failures),
        "filters": [wanted.own + one.name_at(moment) for one in wanted.filters],
    }


def _found(client: Client, wanted: Reconcile, names: set[str]) -> list[Found]:
    """Return this pipeline's filters of the group, and others that have a name that is wanted."""
    pages = client.get_paginator("list_filters").paginate(datasetGroupArn=wanted.dataset_group_arn)
    listed = [one for page in pages for one in page["Filters"]]
    own = [one["name"] for one in listed if one["name"].startswith(wanted.own)]
    # A name is unique in the account: another group's filter may have it, and is not listed.
    looks = (_described(client, wanted, name) for name in (*own, *sorted(names.difference(own))))
    return [found for found in looks if found]


def _described(client: Client, wanted: Reconcile, name: str) -> Found | None:
    arn, pipeline = f"{wanted.arn_prefix}:filter/{name}", wanted.own.removesuffix("-")
    described = describe(client, KINDS["filter"], arn)
    if described is None:
        return None
    return found_of(described, another_owner(client, arn, pipeline), wanted.dataset_group_arn)


def _act(client: Client, wanted: Reconcile, action: Action) -> None:
    if action.verb == "delete":
        client.delete_filter(filterArn=f"{wanted.arn_prefix}:filter/{action.name}")
        return
    client.create_filter(
        name=action.name,
        datasetGroupArn=wanted.dataset_group_arn,
        filterExpression=action.expression,
        tags=wanted.tags,
    )
