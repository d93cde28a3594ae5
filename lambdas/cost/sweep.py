"""The hourly look at the campaigns: what has outlived its time goes, what is idle shrinks."""

from collections.abc import Iterator, Mapping
from datetime import UTC, datetime, timedelta
from typing import Any, Literal

from lambdas.cost.lifetime import CampaignFacts, Fate, decide
from lambdas.cost.prices import load_prices
from lambdas.cost.serving import CampaignPlan
from lambdas.shared.clients import Client
from lambdas.shared.cost_settings import CostSettings
from lambdas.shared.decision import Decision
from lambdas.shared.ensure import describe
from lambdas.shared.errors import ResourceBusyError, named_errors
from lambdas.shared.metric_names import MetricName
from lambdas.shared.observability import emit, logger
from lambdas.shared.resources import KINDS
from lambdas.shared.strict import Strict

# The service's own metrics; both know Sum only (developer guide, "CloudWatch metrics"). None is
# documented for GetActionRecommendations: see Recipe.has_requests_counted.
REQUESTS = ("GetRecommendations", "GetPersonalizedRanking")
NAMESPACE = "AWS/Personalize"
HOUR = 3600
# A trial campaign lives for minutes; one of this age was left over by a run that died.
TRIAL_HOURS = 6


class Sweep(Strict):
    """One look at every campaign of the pipeline."""

    step: Literal["sweep"]
    execution_arn: str
    cost: CostSettings
    campaigns: tuple[CampaignPlan, ...]
    solutions: tuple[str, ...]
    """ARNs of the pipeline's solutions; trial campaigns are found below them."""
    trial_prefix: str
    """How the names of trial campaigns begin."""

    def take(self, personalize: Client, cloudwatch: Client) -> dict[str, Any]:
        """Act on each campaign; return what was decided."""
        now = datetime.now(UTC)
        decisions = [
            *self._campaigns(personalize, cloudwatch, now),
            *self._trials(personalize, now),
        ]
        return {"decisions": [d.model_dump(mode="json", by_alias=True) for d in decisions]}

    def _campaigns(
        self, personalize: Client, cloudwatch: Client, now: datetime
    ) -> Iterator[Decision]:
        for plan in self.campaigns:
            with named_errors():
                found = describe(personalize, KINDS["campaign"], plan.arn)
            if found is None or found["status"] != "ACTIVE":
                continue
            facts = self._facts(plan, found, cloudwatch, now)
            fate = decide(facts, self.cost.campaigns, now, self._usd_per_month(facts))
            if plan.requests_counted:
                emit(MetricName.CAMPAIGN_IDLE, float(fate.idle), solution=plan.solution)
            decision = _act(personalize, facts, fate)
            if decision:
                yield decision

    def _facts(
        self,
        plan: CampaignPlan,
        found: Mapping[str, Any],
        cloudwatch: Client,
        now: datetime,
    ) -> CampaignFacts:
        arn, window = found["campaignArn"], self.cost.campaigns.idle_after_hours
        counted = plan.requests_counted
        return CampaignFacts(
            name=found["name"],
            campaign_arn=arn,
            min_provisioned_tps=found["minProvisionedTPS"],
            since=found["lastUpdatedDateTime"],
            requests=_requests(cloudwatch, arn, now, window) if counted else None,
        )

    def _usd_per_month(self, facts: CampaignFacts) -> float:
        prices = load_prices(self.cost.prices)
        hour = prices.prices.campaign_tps_hour.usd
        return facts.min_provisioned_tps * hour * prices.assumptions.hours_per_month

    def _trials(self, personalize: Client, now: datetime) -> Iterator[Decision]:
        """Delete trial campaigns that a run left over."""
        for solution in self.solutions:
            for campaign in _campaigns_of(personalize, solution):
                ours = campaign["name"].startswith(self.trial_prefix)
                age = now - campaign["creationDateTime"]
                if ours and age > timedelta(hours=TRIAL_HOURS) and campaign["status"] == "ACTIVE":
                    with named_errors():
                        personalize.delete_campaign(campaignArn=campaign["campaignArn"])
                    reason = f"The trial campaign {campaign['name']} was left over by a run."
                    yield _deleted(campaign["name"], reason)


def _act(personalize: Client, facts: CampaignFacts, fate: Fate) -> Decision | None:
    """Do what was decided; None where there is nothing to tell, or the service is busy with it."""
    try:
        with named_errors():
            if fate.act == "delete":
                personalize.delete_campaign(campaignArn=facts.campaign_arn)
                return _deleted(facts.name, fate.reason)
            if fate.act == "lower":
                personalize.update_campaign(campaignArn=facts.campaign_arn, minProvisionedTPS=1)
                return Decision(
                    kind=MetricName.CAMPAIGN_LOWERED, subject=facts.name, reason=fate.reason
                )
    except ResourceBusyError:
        logger.warning("the campaign is being changed; the next sweep looks again")
    return None


def _deleted(name: str, reason: str) -> Decision:
    return Decision(kind=MetricName.CAMPAIGN_DELETED, subject=name, reason=reason)


def _campaigns_of(personalize: Client, solution_arn: str) -> Iterator[dict[str, Any]]:
    with named_errors():
        pages = personalize.get_paginator("list_campaigns").paginate(solutionArn=solution_arn)
        campaigns = [campaign for page in pages for campaign in page["campaigns"]]
    yield from campaigns


def _requests(cloudwatch: Client, arn: str, now: datetime, hours: float) -> float:
    """Return how many requests a campaign answered in the last ``hours``."""
    queries = [
        {
            "Id": f"m{number}",
            "MetricStat": {
                "Metric": {
                    "Namespace": NAMESPACE,
                    "MetricName": name,
                    "Dimensions": [{"Name": "CampaignArn", "Value": arn}],
                },
                "Period": HOUR,
                "Stat": "Sum",
            },
        }
        for number, name in enumerate(REQUESTS)
    ]
    with named_errors():
        answer = cloudwatch.get_metric_data(
            MetricDataQueries=queries, StartTime=now - timedelta(hours=hours), EndTime=now
        )
    return float(sum(sum(result["Values"]) for result in answer["MetricDataResults"]))
