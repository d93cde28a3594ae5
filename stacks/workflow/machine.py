"""The state machine: the stages in their order."""

from aws_cdk import aws_lambda as lambda_
from aws_cdk import aws_sns as sns
from constructs import Construct

from stacks.state_machine import StateMachine
from stacks.workflow.cost import accountant, estimating
from stacks.workflow.drop import drop
from stacks.workflow.imports import imports
from stacks.workflow.promotion import promoter
from stacks.workflow.reporting import REFUSED, reporting
from stacks.workflow.rollback import Rollback
from stacks.workflow.serving import Serving, servers
from stacks.workflow.solutions import solutions
from stacks.workflow.stage import Parts, Stage
from stacks.workflow.sweep import CampaignSweep
from stacks.workflow.telling import Telling, accepting, telling
from stacks.workflow.validation import validation


class Workflow(Construct):
    """drop → validate → price → import → train → evaluate → promote → serve → report."""

    def __init__(
        self, scope: Construct, construct_id: str, *, parts: Parts, topic: sns.Topic
    ) -> None:
        super().__init__(scope, construct_id)
        tell, serve = telling(parts, topic=topic), servers(parts)
        account, promote = accountant(parts), promoter(parts)
        stages = _stages(parts, tell, serve, account, promote)
        self.state_machine = StateMachine(
            self,
            "Machine",
            pipeline=parts.pipeline,
            name=parts.pipeline.name,
            comment=f"The pipeline {parts.pipeline.name}: from a drop to live campaigns",
            entry=stages[0].entry,
            states={name: state for stage in stages for name, state in stage.states.items()},
            functions=[function for stage in stages for function in stage.functions],
            grants=[grant for stage in stages for grant in stage.grants],
            timeout_seconds=30 * 24 * 3600,
        )
        self.machine = self.state_machine.machine
        self.rollback = Rollback(
            self, "Rollback", parts=parts, promote=promote, serve=serve, telling=tell
        )
        self.sweep = CampaignSweep(self, "Sweep", parts=parts, account=account, telling=tell)


def _stages(
    parts: Parts,
    tell: Telling,
    serve: Serving,
    account: lambda_.Function,
    promote: lambda_.Function,
) -> list[Stage]:
    report = reporting(parts, telling=tell)
    train = solutions(
        parts,
        serve=serve,
        telling=tell,
        promote=promote,
        account=account,
        then=report.entry,
        failed=report.entry,
    )
    bring = imports(parts, then=train.entry, failed=report.entry)
    price = estimating(
        parts, function=account, telling=tell, then=bring.entry, refused=report.entry
    )
    accept = accepting(tell, then=price.entry)
    look = validation(parts, then=accept.entry, refused=REFUSED, failed=report.entry)
    start = drop(then=look.entry)
    return [start, look, accept, price, bring, train, report]
