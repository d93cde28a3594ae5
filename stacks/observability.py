"""Observe: one dashboard that reads in the order of the flow, and the alarms that wake somebody.

The names of the pipeline's own metrics come from ``lambdas.shared.metric_names``, where the
handlers that emit them take them from too.
"""

import re
from collections.abc import Iterator, Sequence

from aws_cdk import Duration, Stack
from aws_cdk import aws_cloudwatch as cloudwatch
from aws_cdk import aws_cloudwatch_actions as actions
from aws_cdk import aws_iam as iam
from aws_cdk import aws_sns as sns
from constructs import Construct

from lambdas.shared.metric_names import (
    NAMESPACE,
    PIPELINE_DIMENSION,
    SOLUTION_DIMENSION,
    MetricName,
)
from lambdas.shared.settings.pipeline import Pipeline
from lambdas.shared.settings.recipes import RECIPES
from lambdas.shared.settings.solutions import Solution
from stacks.names import Names

Metric = cloudwatch.IMetric
WIDTH, HALF, THIRD = 24, 12, 8
DAY, HOUR, FIVE_MINUTES = Duration.days(1), Duration.hours(1), Duration.minutes(5)
CHARTED = ("normalized_discounted_cumulative_gain_at_10", "coverage")
NOT_BREACHING = cloudwatch.TreatMissingData.NOT_BREACHING


class Observability(Construct):
    """The dashboard ``<pipeline>`` and the alarms ``<pipeline>-…``, which tell the topic."""

    def __init__(
        self,
        scope: Construct,
        construct_id: str,
        *,
        pipeline: Pipeline,
        names: Names,
        machine_arn: str,
        topic: sns.Topic,
    ) -> None:
        super().__init__(scope, construct_id)
        self._pipeline, self._names, self._machine_arn = pipeline, names, machine_arn
        self._action = actions.SnsAction(topic)
        _let_alarms_publish(topic)
        _subscribe(self, pipeline, topic)
        self.alarms = [*self._alarms()]
        self.dashboard = self._dashboard()

    def _counted(self) -> Iterator[tuple[Solution, str, int]]:
        """Yield each solution that is served, its campaign's ARN and its throughput.

        Where the service does not count what a campaign is asked, idle and busy look the same.
        """
        for solution in self._pipeline.solutions:
            arn = self._names.campaign(solution)
            if solution.campaign and arn and RECIPES[solution.recipe].has_requests_counted:
                yield solution, arn, solution.campaign.min_provisioned_tps

    # What there is to look at.

    def _own(
        self, name: str, label: str | None = None, *, solution: str | None = None
    ) -> cloudwatch.Metric:
        dimensions = {PIPELINE_DIMENSION: self._pipeline.name}
        if solution:
            dimensions[SOLUTION_DIMENSION] = solution
        return cloudwatch.Metric(
            namespace=NAMESPACE,
            metric_name=name,
            dimensions_map=dimensions,
            statistic="Sum",
            period=HOUR,
            label=label,
        )

    def _counts(self, *names: MetricName) -> list[Metric]:
        return [self._own(name, name).with_(period=DAY) for name in names]

    def _gauges(self, *names: MetricName) -> list[Metric]:
        return [self._own(name, name).with_(statistic="Maximum", period=HOUR) for name in names]

    def _of_machine(self, name: str) -> cloudwatch.Metric:
        return cloudwatch.Metric(
            namespace="AWS/States",
            metric_name=name,
            dimensions_map={"StateMachineArn": self._machine_arn},
            statistic="Sum",
            period=HOUR,
        )

    def _requests(self, solution: Solution, campaign_arn: str) -> cloudwatch.Metric:
        """Return the requests that a campaign answered, as the service counts them."""
        ranking = RECIPES[solution.recipe].question == "ranking"
        return cloudwatch.Metric(
            namespace="AWS/Personalize",
            metric_name="GetPersonalizedRanking" if ranking else "GetRecommendations",
            dimensions_map={"CampaignArn": campaign_arn},
            statistic="Sum",  # the only statistic of these two (developer guide)
            period=FIVE_MINUTES,
        )

    def _utilization(self, solution: Solution, campaign_arn: str, tps: int) -> Metric:
        """Return the requests a second as a share of what is provisioned, in per cent."""
        # One identifier a campaign: they share a graph.
        identifier = re.sub(r"\W", "_", f"requests_{solution.name}").lower()
        return cloudwatch.MathExpression(
            expression=f"{identifier} / {FIVE_MINUTES.to_seconds():g} / {tps} * 100",
            using_metrics={identifier: self._requests(solution, campaign_arn)},
            period=FIVE_MINUTES,
            label=solution.name,
        )

    # The dashboard.

    def _dashboard(self) -> cloudwatch.Dashboard:
        dashboard = cloudwatch.Dashboard(self, "Dashboard", dashboard_name=self._pipeline.name)
        for row in self._rows():
            dashboard.add_widgets(*row)
        return dashboard

    def _rows(self) -> Iterator[Sequence[cloudwatch.IWidget]]:
        """Yield the rows, in the order in which a drop becomes an answer and a bill."""
        name = MetricName
        approval = [name.APPROVAL_REQUESTED] if self._pipeline.promotion.approval.required else []
        yield [
            _text(f"# {self._pipeline.name}\ndrop, run, version, campaign, cost: read downwards")
        ]
        yield [
            _graph("Drops a day", self._counts(name.DROP_ACCEPTED, name.DROP_REFUSED)),
            _graph("Runs a day", self._counts(name.RUN_SUCCEEDED, name.RUN_FAILED)),
        ]
        yield [
            _graph(
                "Decisions on new versions a day",
                self._counts(
                    name.VERSION_PROMOTED,
                    name.VERSION_HELD,
                    *approval,
                    name.VERSION_ROLLED_BACK,
                    name.ROLLBACK_REFUSED,
                ),
            ),
            _graph("Training hours", [*self._per_solution(name.TRAINING_HOURS)]),
        ]
        yield [_graph(f"{m}, each version", [*self._per_solution(m)]) for m in CHARTED]
        counted = list(self._counted())
        yield [
            _graph("Campaign utilization, %", [self._utilization(*each) for each in counted]),
            _graph(
                "Campaigns nobody asks, and what was done",
                [
                    *(self._idle(solution) for solution, _, _ in counted),
                    *self._counts(name.CAMPAIGN_DELETED, name.CAMPAIGN_LOWERED),
                ],
            ),
        ]
        yield [
            _graph(
                "A run's cost, USD",
                self._gauges(name.ESTIMATED_COST, name.ACTUAL_TRAINING_COST),
                width=THIRD,
            ),
            _graph("Serving, USD a month", self._gauges(name.MONTHLY_SERVING_COST), width=THIRD),
            _graph(
                "Budget",
                [
                    *self._gauges(name.BUDGET_USED),
                    *self._counts(name.BUDGET_GRANTED, name.BUDGET_REFUSED),
                ],
                width=THIRD,
            ),
        ]
        yield [cloudwatch.AlarmStatusWidget(alarms=self.alarms, title="Alarms", width=WIDTH)]

    def _per_solution(self, metric: str) -> Iterator[Metric]:
        for solution in self._pipeline.solutions:
            one = self._own(metric, solution.name, solution=solution.name)
            yield one.with_(statistic="Average")

    def _idle(self, solution: Solution) -> cloudwatch.Metric:
        idle = self._own(MetricName.CAMPAIGN_IDLE, solution.name, solution=solution.name)
        return idle.with_(statistic="Maximum")

    # The alarms. Their metrics have no label: CDK makes metric math out of one that has.

    def _alarms(self) -> Iterator[cloudwatch.IAlarm]:
        own, name = self._own, MetricName
        yield self._alarm("run-failed", own(name.RUN_FAILED), "A run failed")
        timed_out = self._of_machine("ExecutionsTimedOut")
        yield self._alarm("run-timed-out", timed_out, "A run took longer than its machine allows")
        yield self._alarm(
            "notification-failed",
            own(name.NOTIFICATION_FAILED),
            "A decision could not be told; the log of the observe function says why",
        )
        yield self._alarm("budget-refused", own(name.BUDGET_REFUSED), "The budget refused a run")
        budget = self._pipeline.cost.budget
        if budget.is_set:
            used = own(name.BUDGET_USED).with_(statistic="Maximum")
            words = f"A run uses {budget.warn_at_percent:g} % of its budget or more"
            yield self._alarm("budget-used", used, words, threshold=budget.warn_at_percent)
        for solution, arn, tps in self._counted():
            yield from self._campaign_alarms(solution, arn, tps)

    def _campaign_alarms(
        self, solution: Solution, arn: str, tps: int
    ) -> Iterator[cloudwatch.Alarm]:
        hours = self._pipeline.cost.campaigns.idle_after_hours
        yield self._alarm(
            f"idle-{solution.name}",
            self._own(MetricName.CAMPAIGN_IDLE, solution=solution.name).with_(statistic="Maximum"),
            f"Nobody has asked the campaign of {solution.name} for {hours:g} hours; it bills on",
        )
        percent = self._pipeline.observation.alarms.utilization_percent
        yield self._alarm(
            f"busy-{solution.name}",
            self._requests(solution, arn),
            f"The campaign of {solution.name} runs at {percent:g} % of its minProvisionedTPS for "
            "15 minutes; above it the bill grows with every request",
            threshold=percent / 100 * tps * FIVE_MINUTES.to_seconds(),
            periods=3,
        )

    def _alarm(
        self, name: str, metric: Metric, words: str, *, threshold: float = 1, periods: int = 1
    ) -> cloudwatch.Alarm:
        alarm = cloudwatch.Alarm(
            self,
            name,
            alarm_name=self._pipeline.own(name),
            alarm_description=f"{self._pipeline.name}: {words}.",
            metric=metric,
            threshold=threshold,
            evaluation_periods=periods,
            comparison_operator=cloudwatch.ComparisonOperator.GREATER_THAN_OR_EQUAL_TO_THRESHOLD,
            treat_missing_data=NOT_BREACHING,
        )
        alarm.add_alarm_action(self._action)
        return alarm


def _graph(title: str, metrics: Sequence[Metric], *, width: int = HALF) -> cloudwatch.GraphWidget:
    zero = cloudwatch.YAxisProps(min=0)
    return cloudwatch.GraphWidget(title=title, left=metrics, width=width, left_y_axis=zero)


def _text(markdown: str) -> cloudwatch.TextWidget:
    return cloudwatch.TextWidget(markdown=markdown, width=WIDTH, height=2)


def _let_alarms_publish(topic: sns.Topic) -> None:
    """The topic has a policy of its own, so the service's default one no longer lets alarms in."""
    stack = Stack.of(topic)
    alarms = f"arn:{stack.partition}:cloudwatch:{stack.region}:{stack.account}:alarm:*"
    topic.add_to_resource_policy(
        iam.PolicyStatement(
            principals=[iam.ServicePrincipal("cloudwatch.amazonaws.com")],
            actions=["sns:Publish"],
            resources=[topic.topic_arn],
            conditions={
                "ArnLike": {"aws:SourceArn": alarms},
                "StringEquals": {"aws:SourceAccount": stack.account},
            },
        )
    )


def _subscribe(scope: Construct, pipeline: Pipeline, topic: sns.Topic) -> None:
    for number, email in enumerate(pipeline.observation.notifications.emails):
        sns.CfnSubscription(
            scope, f"Email{number}", topic_arn=topic.topic_arn, protocol="email", endpoint=email
        )
