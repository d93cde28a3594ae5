"""The stages of a run in their order, each told where it leads.

They are made from the end: a stage has to know the entry of the one after it.
"""

from collections.abc import Callable
from dataclasses import dataclass

from aws_cdk import aws_lambda as lambda_

from lambdas.shared.settings.schedules import Part
from stacks.workflow.cost import estimating
from stacks.workflow.debounce import debouncing
from stacks.workflow.drop import drop
from stacks.workflow.filters import filters
from stacks.workflow.imports import imports
from stacks.workflow.job_plans import (
    deletion_plan,
    export_plans,
    inference_plans,
    segment_plans,
)
from stacks.workflow.jobs import DELETION, EXPORT, INFERENCE, SEGMENT, JobKind, jobs
from stacks.workflow.memory import (
    looking_for_news,
    recalling,
    remembering_data,
    remembering_the_run,
)
from stacks.workflow.parts import billed, first_part, gate
from stacks.workflow.planning import confirming, planning
from stacks.workflow.recommenders import recommenders
from stacks.workflow.reporting import REFUSED, reporting
from stacks.workflow.serving import Serving
from stacks.workflow.solutions import solutions
from stacks.workflow.stage import Parts, Stage
from stacks.workflow.telling import Telling, accepting
from stacks.workflow.turn import giving_back, taking
from stacks.workflow.validation import validation
from stacks.workflow.watcher import Watcher


@dataclass(frozen=True, kw_only=True)
class Hands:
    """The handlers that several stages share."""

    tell: Telling
    serve: Serving
    account: lambda_.Function
    promote: lambda_.Function
    work: lambda_.Function
    plan: lambda_.Function
    watcher: Watcher


@dataclass(frozen=True, kw_only=True)
class Chain:
    """Stages that follow each other; ``entry`` is where they begin."""

    entry: str
    stages: tuple[Stage, ...]

    def after(self, *stages: Stage, entry: str) -> "Chain":
        """Return the chain with stages before it."""
        return Chain(entry=entry, stages=(*stages, *self.stages))


Make = Callable[[str], Stage]


def run_stages(parts: Parts, hands: Hands) -> Chain:
    """Return a run: turn → drop → validate → price → import → filters → train → … → report."""
    end = _ending(parts, hands)
    failed = end.entry
    beside = _beside(parts, hands, end, failed=failed)
    work = _training(parts, hands, beside, failed=failed)
    return _beginning(parts, hands, work, failed=failed)


def _ending(parts: Parts, hands: Hands) -> Chain:
    back = giving_back(parts)
    done = remembering_the_run(parts, then=back.entry)
    report = reporting(parts, telling=hands.tell, then=done.entry)
    return Chain(entry=report.entry, stages=(report, done, back))


def _beside(parts: Parts, hands: Hands, rest: Chain, *, failed: str) -> Chain:
    """Return what a run does once the solutions serve: recommenders and jobs."""

    def work(kind: JobKind, plans: list[dict[str, object]]) -> Make:
        return lambda then: jobs(parts, kind, plans, function=hands.work, then=then, failed=failed)

    pipeline = parts.pipeline
    rest = _asked("deletion", rest, work(DELETION, [deletion_plan(parts)]))
    if pipeline.exports:
        rest = _asked("export", rest, work(EXPORT, export_plans(parts)))
    batch = [
        *([work(INFERENCE, inference_plans(parts))] if pipeline.batch_inference else []),
        *([work(SEGMENT, segment_plans(parts))] if pipeline.batch_segments else []),
    ]
    if batch:
        rest = _asked("batch", rest, *batch)
    if pipeline.recommenders:
        rest = _asked(
            "recommenders", rest, lambda then: recommenders(parts, then=then, failed=failed)
        )
    return rest


def _training(parts: Parts, hands: Hands, rest: Chain, *, failed: str) -> Chain:
    """Return what a run does with the data: filters, then the solutions."""

    def train(then: str) -> Stage:
        return solutions(
            parts,
            serve=hands.serve,
            telling=hands.tell,
            promote=hands.promote,
            account=hands.account,
            watcher=hands.watcher,
            then=then,
            failed=failed,
        )

    rest = _asked("train", rest, train)
    if parts.pipeline.filters:
        rest = _asked("filters", rest, lambda then: filters(parts, then=then, failed=failed))
    return rest


def _asked(part: Part, rest: Chain, *makes: Make) -> Chain:
    """Return a part of a run before the rest; it is passed by unless it is asked for."""
    chain = rest
    for make in reversed(makes):
        stage = make(chain.entry)
        chain = chain.after(stage, entry=stage.entry)
    choice = gate(part, then=chain.entry, otherwise=rest.entry)
    return chain.after(choice, entry=choice.entry)


def _beginning(parts: Parts, hands: Hands, work: Chain, *, failed: str) -> Chain:
    """Return how a run comes to its data: a drop that is looked at, or what was imported last."""
    # As late as can be: what serves is not taken away for data that turn out to be bad.
    sure = confirming(parts, function=hands.plan, then=work.entry, failed=failed)
    keep = remembering_data(parts, then=sure.entry, failed=failed)
    bring = imports(parts, then=keep.entry, failed=failed)
    may_import = gate("import", then=bring.entry, otherwise=sure.entry)
    price = estimating(
        parts, function=hands.account, telling=hands.tell, then=may_import.entry, refused=failed
    )
    accept = accepting(hands.tell, then=price.entry)
    end = work.stages[-1].entry  # whoever has the turn gives it back
    news = looking_for_news(parts, then=accept.entry, nothing=end)
    look = validation(parts, then=news.entry, refused=REFUSED, failed=failed)
    bill = billed(then=price.entry, otherwise=may_import.entry)
    recall = recalling(parts, then=bill.entry, failed=failed)
    first = first_part(imports=look.entry, others=recall.entry)
    turn = taking(parts, then=first.entry, failed=failed)
    wait = debouncing(parts, then=turn.entry, failed=failed)
    begin = wait.entry if wait else turn.entry
    plan = planning(parts, function=hands.plan, failed=failed)
    start = drop(parts, then=begin, planned=plan.entry, failed=failed)
    ways = (start, plan, *([wait] if wait else []), turn, first, look, news, accept, recall, sure)
    return work.after(*ways, bill, price, may_import, bring, keep, entry=start.entry)
