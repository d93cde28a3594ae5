"""What campaigns bill for being there: until now, and until the month ends. US dollars."""

from collections.abc import Iterable
from datetime import datetime

from lambdas.cost.ledger import Month
from lambdas.cost.prices import Prices
from lambdas.shared.clients import Client
from lambdas.shared.ensure import describe
from lambdas.shared.errors import named_errors
from lambdas.shared.resources import KINDS
from lambdas.shared.strict import Strict


class CampaignPlan(Strict):
    """A campaign that the pipeline has or will have."""

    solution: str
    arn: str
    min_provisioned_tps: int
    requests_counted: bool = True
    """Whether the service counts what it is asked; else nobody can tell that it is idle."""


def serving_usd(
    personalize: Client, campaigns: Iterable[CampaignPlan], prices: Prices, now: datetime
) -> tuple[float, float]:
    """Return what ``campaigns`` billed this month until now, and will bill until its end.

    The least they bill, that is: their provisioned throughput. A campaign that does not exist yet
    counts from now on.
    """
    month, hour_usd = Month.of(now), prices.prices.campaign_tps_hour.usd
    until_now = until_end = 0.0
    for plan in campaigns:
        with named_errors():
            found = describe(personalize, KINDS["campaign"], plan.arn)
        if found is not None:
            since = max(month.start, found["creationDateTime"])
            until_now += _hours(since, now) * found["minProvisionedTPS"] * hour_usd
        until_end += _hours(now, month.end) * plan.min_provisioned_tps * hour_usd
    return until_now, until_end


def _hours(start: datetime, end: datetime) -> float:
    return max(0.0, (end - start).total_seconds() / 3600)
