"""The removal of one confirmed resource: what hangs on it first, one call at a time."""

from collections.abc import Container
from enum import Enum

from lambdas.shared.clients import Client
from lambdas.shared.ensure import describe
from lambdas.shared.errors import RequestRefusedError
from lambdas.shared.resources import KINDS, Kind


class Removal(Enum):
    """How far it has come."""

    GONE = "gone"
    UNDER_WAY = "under way"


def removal(
    name: str, client: Client, *, own: str, prefix: str, named: Container[str] = ()
) -> Removal:
    """Take the next step of a removal.

    Args:
        name: ``campaign/…``, ``filter/…``, ``recommender/…`` or ``solution/…``.
        client: A boto3 client of ``personalize``.
        own: What the names of this pipeline begin with, the hyphen included.
        prefix: The beginning of ARNs.
        named: Campaigns that are this pipeline's though their names do not begin with it.

    Raises:
        RequestRefusedError: Somebody else's campaign serves the solution.
    """
    kind, arn = KINDS[name.split("/", maxsplit=1)[0]], f"{prefix}:{name}"
    found = describe(client, kind, arn)
    if found is None:
        return Removal.GONE
    if kind.word == "solution":
        campaigns = _campaigns_of(arn, client, own, named)
        for campaign in campaigns:
            _delete(KINDS["campaign"], campaign, client)
        if campaigns:
            return Removal.UNDER_WAY
    _delete(kind, arn, client)
    return Removal.UNDER_WAY


def _campaigns_of(solution_arn: str, client: Client, own: str, named: Container[str]) -> list[str]:
    pages = client.get_paginator("list_campaigns").paginate(solutionArn=solution_arn)
    campaigns = {one["name"]: one["campaignArn"] for page in pages for one in page["campaigns"]}
    others = sorted(name for name in campaigns if not name.startswith(own) and name not in named)
    if others:
        raise RequestRefusedError(
            f"{solution_arn} is served by {', '.join(others)}, not this pipeline's: delete it first"
        )
    return list(campaigns.values())


def _delete(kind: Kind, arn: str, client: Client) -> None:
    found = describe(client, kind, arn)
    if found is None or "DELETE" in found["status"] or "PENDING" in found["status"]:
        return
    getattr(client, f"delete_{kind.snake}")(**{kind.arn_member: arn})
