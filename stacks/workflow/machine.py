"""The state machine: the stages in their order."""

from aws_cdk import aws_sns as sns
from constructs import Construct

from lambdas.shared.settings.longest import longest_run_seconds
from stacks.state_machine import StateMachine
from stacks.workflow.chain import Hands, run_stages
from stacks.workflow.cost import accountant
from stacks.workflow.jobs import worker
from stacks.workflow.planning import planner
from stacks.workflow.promotion import promoter
from stacks.workflow.rollback import Rollback
from stacks.workflow.serving import servers
from stacks.workflow.stage import Parts
from stacks.workflow.sweep import CampaignSweep
from stacks.workflow.telling import telling
from stacks.workflow.watcher import Watcher


class Workflow(Construct):
    """drop → validate → price → import → train → evaluate → promote → serve → report."""

    def __init__(
        self, scope: Construct, construct_id: str, *, parts: Parts, topic: sns.Topic
    ) -> None:
        super().__init__(scope, construct_id)
        tell, serve = telling(parts, topic=topic), servers(parts)
        account, promote = accountant(parts), promoter(parts)
        self.watcher = Watcher(self, "Watcher", pipeline=parts.pipeline, names=parts.names)
        hands = Hands(
            tell=tell,
            serve=serve,
            account=account,
            promote=promote,
            work=worker(parts),
            plan=planner(parts),
            watcher=self.watcher,
        )
        run = run_stages(parts, hands)
        stages = run.stages
        self.state_machine = StateMachine(
            self,
            "Machine",
            pipeline=parts.pipeline,
            name=parts.pipeline.name,
            comment=f"The pipeline {parts.pipeline.name}: from a drop to live campaigns",
            entry=run.entry,
            states={name: state for stage in stages for name, state in stage.states.items()},
            functions=[function for stage in stages for function in stage.functions],
            grants=[grant for stage in stages for grant in stage.grants],
            timeout_seconds=longest_run_seconds(parts.pipeline),
        )
        self.machine = self.state_machine.machine
        self.rollback = Rollback(
            self, "Rollback", parts=parts, promote=promote, serve=serve, telling=tell
        )
        self.sweep = CampaignSweep(self, "Sweep", parts=parts, account=account, telling=tell)

    @property
    def machines(self) -> tuple[StateMachine, ...]:
        """Return every state machine of the pipeline's work, the main one first."""
        others = (self.rollback, self.sweep, self.watcher)
        return (self.state_machine, *(other.state_machine for other in others))
