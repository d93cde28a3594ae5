"""The state machine: the stages in their order."""

from aws_cdk import aws_lambda as lambda_
from aws_cdk import aws_sns as sns
from constructs import Construct

from stacks.state_machine import StateMachine
from stacks.workflow.cost import accountant, estimating
from stacks.workflow.drop import drop
from stacks.workflow.imports import imports
from stacks.workflow.memory import (
    looking_for_news,
    recalling,
    remembering_data,
    remembering_the_run,
)
from stacks.workflow.parts import first_part, gate
from stacks.workflow.promotion import promoter
from stacks.workflow.reporting import REFUSED, reporting
from stacks.workflow.rollback import Rollback
from stacks.workflow.serving import Serving, servers
from stacks.workflow.solutions import solutions
from stacks.workflow.stage import Parts, Stage
from stacks.workflow.sweep import CampaignSweep
from stacks.workflow.telling import Telling, accepting, telling
from stacks.workflow.turn import giving_back, taking
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

    @property
    def machines(self) -> tuple[StateMachine, ...]:
        """Return every state machine of the pipeline's work, the main one first."""
        return (self.state_machine, self.rollback.state_machine, self.sweep.state_machine)


def _stages(
    parts: Parts,
    tell: Telling,
    serve: Serving,
    account: lambda_.Function,
    promote: lambda_.Function,
) -> list[Stage]:
    back = giving_back(parts)
    done = remembering_the_run(parts, then=back.entry)
    report = reporting(parts, telling=tell, then=done.entry)
    train = solutions(
        parts,
        serve=serve,
        telling=tell,
        promote=promote,
        account=account,
        then=report.entry,
        failed=report.entry,
    )
    may_train = gate("train", then=train.entry, otherwise=report.entry)
    keep = remembering_data(parts, then=may_train.entry, failed=report.entry)
    bring = imports(parts, then=keep.entry, failed=report.entry)
    may_import = gate("import", then=bring.entry, otherwise=may_train.entry)
    price = estimating(
        parts, function=account, telling=tell, then=may_import.entry, refused=report.entry
    )
    accept = accepting(tell, then=price.entry)
    news = looking_for_news(parts, then=accept.entry, nothing=back.entry)
    look = validation(parts, then=news.entry, refused=REFUSED, failed=report.entry)
    recall = recalling(parts, then=price.entry, failed=report.entry)
    first = first_part(imports=look.entry, others=recall.entry)
    turn = taking(parts, then=first.entry, failed=report.entry)
    start = drop(parts, then=turn.entry, planned=turn.entry, failed=report.entry)
    begin = [start, turn, first, look, recall, news, accept, price]
    return [*begin, may_import, bring, keep, may_train, train, report, done, back]
