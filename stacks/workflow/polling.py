"""Pending is an answer: look, choose, wait a share of the time already spent, look again.

The look is a call of the service by the state machine itself: no Lambda, no log line, no alarm.
Where earlier jobs of the kind tell how long one takes (``expected``), the first wait ends shortly
before that: a job that is like the others is looked at a few times only, if it takes under an hour.

The time spent is the sum of the waits, not the clock's: so a run whose waits are scaled, on a
laptop or in a test, waits in the same proportions as on AWS.
"""

from dataclasses import dataclass

from lambdas.shared.settings.operation import WATCH_AFTER_SECONDS, Polling
from stacks.workflow.states import State, States, call, choice, expression

# A campaign that is being updated keeps its status: the update has one of its own. An update may
# bring one whose creation had failed into service (API reference, UpdateCampaign).
_STATUS = (
    "$states.result.{member}.Status in ['ACTIVE', 'CREATE FAILED'] and "
    "$exists($states.result.{member}.Latest{member}Update) "
    "? $states.result.{member}.Latest{member}Update.Status : $states.result.{member}.Status"
)
_REASON = (
    "$exists($states.result.{member}.Latest{member}Update.FailureReason) ? "
    "$states.result.{member}.Latest{member}Update.FailureReason : "
    "$exists($states.result.{member}.FailureReason) ? $states.result.{member}.FailureReason : "
    "'the service gave no reason'"
)
# A data deletion job is the one thing that ends COMPLETED (API reference, DataDeletionJob.status).
_ENDED_WELL = ["ACTIVE", "COMPLETED"]
_ENDED_BADLY = "$contains($status, 'FAILED') or $contains($status, 'STOPPED')"
ENDED = f"$status in {_ENDED_WELL} or {_ENDED_BADLY}"


@dataclass(frozen=True, kw_only=True)
class Awaited:
    """A resource to wait for.

    Attributes:
        label: What its states are called.
        member: The API's word in upper camel case: ``SolutionVersion``.
        arn: JSONata of its ARN.
        watcher: ARN of the state machine that goes on watching what takes longer than a run's own
            history should hold; None where nothing of the kind takes that long.
    """

    label: str
    member: str
    arn: str
    watcher: str | None = None

    @property
    def entry(self) -> str:
        """Return the first state; whoever leads to it assigns ``SINCE``."""
        return f"Look at {self.label}"


# Assigned by the state before the first look: the moment, and the seconds waited since.
SINCE = {"since": expression("$millis()"), "waited": 0, "expected": 0}
# The same where the handler knows how long earlier jobs took.
SINCE_LIKE_BEFORE = SINCE | {"expected": expression("$states.result.Payload.expected")}


def until_active(awaited: Awaited, *, polling: Polling, then: str, failed: str) -> States:
    """Return the states that wait until a resource is ACTIVE.

    Args:
        awaited: The resource.
        polling: The pipeline's patience.
        then: Where ACTIVE leads.
        failed: Where a failure leads; ``failure`` then says what and why.
    """
    label, hours = awaited.label, polling.give_up_after_hours
    wait, decide, give_up = f"Wait for {label}", f"Is {label} ready?", f"{label} failed"
    watch = f"Watch {label}"
    states: States = {
        awaited.entry: look(awaited, then=decide, failed=failed),
        decide: choice(
            (f"$status in {_ENDED_WELL}", then),
            (_ENDED_BADLY, give_up),
            (f"$waited >= {hours * 3600}", give_up),
            *([(f"$waited >= {WATCH_AFTER_SECONDS}", watch)] if awaited.watcher else []),
            otherwise=wait,
        ),
        wait: pause(polling, polling.cap_seconds, then=awaited.entry),
        give_up: _give_up(label, hours, then=failed),
    }
    if awaited.watcher:
        states[watch] = _watched(awaited, awaited.watcher, then=decide, failed=failed)
    return states


def look(awaited: Awaited, *, then: str, failed: str) -> State:
    """Return the state that looks at a resource: ``status``, and ``reason`` if it failed."""
    member = awaited.member
    return call(
        f"personalize:describe{member}",
        {f"{member}Arn": expression(awaited.arn)},
        assign={
            "status": expression(_STATUS.format(member=member)),
            "reason": expression(_REASON.format(member=member)),
        },
        then=then,
        failed=failed,
        step=awaited.label,
    )


def pause(polling: Polling, cap: int, *, then: str) -> State:
    """Return the wait before the next look."""
    floor = polling.floor_seconds
    share = f"$ceil($max([{floor}, $min([{cap}, {polling.share} * $waited])]))"
    # Four fifths of the shortest earlier one: what is a quarter faster still is not noticed late.
    first = f"$max([{floor}, $floor(0.8 * $expected)])"
    seconds = f"($waited = 0 and $expected > 0 ? {first} : {share})"
    return {
        "Type": "Wait",
        "Seconds": expression(seconds),
        "Assign": {"waited": expression(f"$waited + {seconds}")},
        "Next": then,
    }


def _give_up(label: str, hours: int, *, then: str) -> State:
    cause = (
        f"{_ENDED_BADLY} ? $status & ': ' & $reason : 'still ' & $status & ' after {hours} hours'"
    )
    failure = {"step": label, "error": "ResourceFailed", "cause": expression(cause)}
    return {"Type": "Pass", "Assign": {"failure": failure}, "Next": then}


def _watched(awaited: Awaited, watcher: str, *, then: str, failed: str) -> State:
    """Return the state that lets an execution of its own watch, and takes over what it saw."""
    task = call(
        "sfn:startExecution",
        {},
        assign={
            name: expression(f"$states.result.Output.{name}")
            for name in ("status", "reason", "waited")
        },
        then=then,
        failed=failed,
        step=awaited.label,
    )
    given = {"arn": expression(awaited.arn), "waited": expression("$waited")}
    return task | {
        "Resource": "arn:aws:states:::states:startExecution.sync:2",
        "Arguments": {"StateMachineArn": watcher, "Input": given},
        "TimeoutSeconds": _WATCH_AT_MOST,
        # To watch again from where the run is does no harm.
        "Retry": [
            {
                "ErrorEquals": ["States.TaskFailed"],
                "IntervalSeconds": 30,
                "MaxAttempts": 3,
                "BackoffRate": 2.0,
            }
        ],
    }


# The watcher gives up long before.
_WATCH_AT_MOST = 30 * 24 * 3600
