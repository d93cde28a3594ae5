"""Watch a long training: in an execution of its own, so that a run's history stays small.

Step Functions ends an execution whose history holds 25,000 events. The trainings of a run share one
history; looked at every five minutes for a week, two of them would fill it.
"""

import math

from aws_cdk import Stack
from aws_cdk import aws_iam as iam
from constructs import Construct

from lambdas.shared.settings.operation import Polling
from lambdas.shared.settings.pipeline import Pipeline
from stacks.names import Names
from stacks.state_machine import StateMachine
from stacks.workflow.polling import ENDED, Awaited, look, pause
from stacks.workflow.states import States, choice, expression

_BEGIN, _READY, _WAIT, _SEEN, _BLIND = (
    *("Take over the watch", "Has it ended?", "Wait for it", "It was seen"),
    "It cannot be looked at",
)
_TRAINING = Awaited(label="the training", member="SolutionVersion", arn="$arn")
# A look is a task (5 events), a choice (2) and a wait (2); the rest of 25,000 is for retries.
_EVENTS_A_LOOK, _EVENTS = 9, 20_000


class Watcher(Construct):
    """The state machine ``<pipeline>-watch``: the ARN of a version in, its final status out."""

    def __init__(
        self, scope: Construct, construct_id: str, *, pipeline: Pipeline, names: Names
    ) -> None:
        super().__init__(scope, construct_id)
        polling = pipeline.operation.polling
        looking = iam.PolicyStatement(
            actions=["personalize:DescribeSolutionVersion"], resources=names.own("solution")
        )
        self.state_machine = StateMachine(
            self,
            "Machine",
            pipeline=pipeline,
            name=pipeline.own("watch"),
            comment=f"Watches a long training of the pipeline {pipeline.name}",
            entry=_BEGIN,
            states=_states(polling),
            functions=[],
            grants=[looking],
            timeout_seconds=(polling.give_up_after_hours + 24) * 3600,
        )

    @property
    def grants(self) -> tuple[iam.PolicyStatement, ...]:
        """Return what a state machine needs that starts this one and waits for its end."""
        stack, machine = Stack.of(self), self.state_machine
        # The rule through which Step Functions learns of the end (developer guide, "Run a job").
        rule = (
            f"arn:{stack.partition}:events:{stack.region}:{stack.account}:rule/"
            "StepFunctionsGetEventsForStepFunctionsExecutionRule"
        )
        return tuple(
            iam.PolicyStatement(actions=list(actions), resources=[resource])
            for actions, resource in (
                (("states:StartExecution",), machine.arn),
                (("states:DescribeExecution", "states:StopExecution"), machine.executions),
                (("events:PutTargets", "events:PutRule", "events:DescribeRule"), rule),
            )
        )


def cap_of(polling: Polling) -> int:
    """Return the longest wait, in seconds, with which the longest watch fits into one history."""
    longest = polling.give_up_after_hours * 3600
    return max(polling.cap_seconds, math.ceil(longest * _EVENTS_A_LOOK / _EVENTS))


def _states(polling: Polling) -> States:
    given = {name: expression(f"$states.input.{name}") for name in ("arn", "waited")}
    seen = {name: expression(f"${name}") for name in ("status", "reason", "waited")}
    longest = polling.give_up_after_hours * 3600
    return {
        _BEGIN: {
            "Type": "Pass",
            "Assign": {**given, "expected": 0, "status": "", "reason": "", "failure": {}},
            "Next": _TRAINING.entry,
        },
        _TRAINING.entry: look(_TRAINING, then=_READY, failed=_BLIND),
        _READY: choice((f"{ENDED} or $waited >= {longest}", _SEEN), otherwise=_WAIT),
        _WAIT: pause(polling, cap_of(polling), then=_TRAINING.entry),
        _SEEN: {"Type": "Pass", "Output": seen, "End": True},
        _BLIND: {
            "Type": "Fail",
            "Error": expression("$failure.error"),
            "Cause": expression("$failure.cause"),
        },
    }
