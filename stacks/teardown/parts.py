"""What the teardown works with, and what it is told to take away."""

from dataclasses import dataclass

from aws_cdk import aws_events as events
from aws_cdk import aws_scheduler as scheduler

from lambdas.shared.settings.datasets import DATASET_TYPES
from lambdas.shared.settings.pipeline import Pipeline
from lambdas.shared.teardown_settings import Memory, TeardownScope
from stacks.functions import Functions
from stacks.names import Names
from stacks.notebook.parts import PREFIX, SCHEMAS
from stacks.state_machine import StateMachine
from stacks.storage import DataBucket
from stacks.turns import Turns
from stacks.workflow.memory import SAYS_OF_DATA

# The key of the tag that says whose a resource is (``Pipeline.all_tags``).
OWNER_TAG = "pipeline"


@dataclass(frozen=True, kw_only=True)
class Doomed:
    """What the teardown quiets, stops and empties before CloudFormation deletes it.

    Attributes:
        pipeline: The pipeline.
        names: Its ARNs in Personalize.
        functions: The maker of functions.
        data: The bucket to empty.
        turns: The table that remembers what was in it.
        machines: State machines whose executions are stopped.
        rules: Rules that start executions.
        schedules: Schedules that start executions.
    """

    pipeline: Pipeline
    names: Names
    functions: Functions
    data: DataBucket
    turns: Turns
    machines: tuple[StateMachine, ...]
    rules: tuple[events.CfnRule, ...]
    schedules: tuple[scheduler.CfnSchedule, ...] = ()

    @property
    def own_schemas(self) -> tuple[str, ...]:
        """Return the schemas that are the pipeline's by their names.

        Those of datasets that the file no longer has are among them: an earlier one may have. So
        are the workshop's, whether or not there is a notebook now.
        """
        every = {self.pipeline.own(kind) for kind in DATASET_TYPES}
        every |= {self.pipeline.own(f"{PREFIX}{schema}") for schema in SCHEMAS}
        given = {name for name in self._given_schemas if name.startswith(self.pipeline.own(""))}
        return tuple(sorted(every | given))

    @property
    def _given_schemas(self) -> list[str]:
        return [self.pipeline.schema_name(kind) for kind in self.pipeline.datasets.present]

    @property
    def metric_attributions(self) -> tuple[str, ...]:
        """Return the names of metric attributions that are the pipeline's; they take no tags."""
        given = self.pipeline.metric_attribution
        named = given.name if given is not None else None
        return tuple(sorted({self.pipeline.own("metrics"), named or self.pipeline.own("metrics")}))

    @property
    def scope(self) -> TeardownScope:
        """Return what the steps are told."""
        own = self.own_schemas
        return TeardownScope(
            pipeline=self.pipeline.name,
            tag_key=OWNER_TAG,
            dataset_group=self.pipeline.dataset_group_name,
            names={
                "schema": own,
                "metricAttribution": self.metric_attributions,
            },
            adopted_schemas=tuple(sorted(set(self._given_schemas) - set(own))),
            retain=self.pipeline.retain,
            buckets=(self.data.bucket.bucket_name,),
            memory=Memory(table=self.turns.table.table_name, attributes=SAYS_OF_DATA),
            notebook=self.pipeline.notebook_name,
            state_machines=tuple(machine.arn for machine in self.machines),
            rules=tuple(rule.ref for rule in self.rules),
            schedules=tuple(
                f"{schedule.group_name or 'default'}/{schedule.ref}" for schedule in self.schedules
            ),
        )
