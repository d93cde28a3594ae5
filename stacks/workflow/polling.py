"""Pending is an answer: look, choose, wait a share of the time already spent, look again.

The look is a call of the service by the state machine itself: no Lambda, no log line, no alarm.
"""

from dataclasses import dataclass

from lambdas.shared.settings.operation import Polling
from stacks.workflow.states import States, call, choice, expression

# A campaign that is being updated stays ACTIVE: the update has a status of its own.
_STATUS = (
    "$states.result.{member}.Status = 'ACTIVE' and "
    "$exists($states.result.{member}.Latest{member}Update) "
    "? $states.result.{member}.Latest{member}Update.Status : $states.result.{member}.Status"
)
_REASON = (
    "$exists($states.result.{member}.FailureReason) ? $states.result.{member}.FailureReason : "
    "$exists($states.result.{member}.Latest{member}Update.FailureReason) ? "
    "$states.result.{member}.Latest{member}Update.FailureReason : 'the service gave no reason'"
)


# A data deletion job is the one thing that ends COMPLETED (API reference, DataDeletionJob.status).
_ENDED_WELL = ["ACTIVE", "COMPLETED"]


@dataclass(frozen=True, kw_only=True)
class Awaited:
    """A resource to wait for.

    Attributes:
        label: What its states are called.
        member: The API's word in upper camel case: ``SolutionVersion``.
        arn: JSONata of its ARN.
    """

    label: str
    member: str
    arn: str

    @property
    def entry(self) -> str:
        """Return the first state; whoever leads to it assigns ``since`` (see ``SINCE``)."""
        return f"Look at {self.label}"


# Assigned by the state before the first look.
SINCE = {"since": expression("$millis()")}


def until_active(awaited: Awaited, *, polling: Polling, then: str, failed: str) -> States:
    """Return the states that wait until a resource is ACTIVE.

    Args:
        awaited: The resource.
        polling: The pipeline's patience.
        then: Where ACTIVE leads.
        failed: Where a failure leads; ``failure`` then says what and why.
    """
    member, label = awaited.member, awaited.label
    wait, decide, give_up = f"Wait for {label}", f"Is {label} ready?", f"{label} failed"
    hours = polling.give_up_after_hours
    pause = (
        f"$ceil($max([{polling.floor_seconds}, "
        f"$min([{polling.cap_seconds}, {polling.share} * ($millis() - $since) / 1000])]))"
    )
    return {
        awaited.entry: call(
            f"personalize:describe{member}",
            {f"{member}Arn": expression(awaited.arn)},
            assign={
                "status": expression(_STATUS.format(member=member)),
                "reason": expression(_REASON.format(member=member)),
            },
            then=decide,
            failed=failed,
            step=label,
        ),
        decide: choice(
            (f"$status in {_ENDED_WELL}", then),
            ("$contains($status, 'FAILED') or $contains($status, 'STOPPED')", give_up),
            (f"$millis() - $since > {hours * 3_600_000}", give_up),
            otherwise=wait,
        ),
        wait: {"Type": "Wait", "Seconds": expression(pause), "Next": awaited.entry},
        give_up: {
            "Type": "Pass",
            "Assign": {
                "failure": {
                    "step": label,
                    "error": "ResourceFailed",
                    "cause": expression(
                        f"$contains($status, 'FAILED') or $contains($status, 'STOPPED') ? "
                        f"$status & ': ' & $reason : 'still ' & $status & ' after {hours} hours'"
                    ),
                }
            },
            "Next": failed,
        },
    }
