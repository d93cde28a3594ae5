"""The start of a run: which drop, and what the run is called."""

from stacks.workflow.stage import Stage
from stacks.workflow.states import expression

# An event of EventBridge, or an input by hand: {"bucket": …, "prefix": "drops/first/"}.
_BUCKET = "$exists($states.input.detail) ? $states.input.detail.bucket.name : $states.input.bucket"
_KEY = "$exists($states.input.detail) ? $states.input.detail.object.key : $states.input.prefix"


def drop(*, then: str) -> Stage:
    """Return the state that reads the event."""
    entry = "Read the event"
    key = f"({_KEY})"
    return Stage(
        entry=entry,
        states={
            entry: {
                "Type": "Pass",
                "Assign": {
                    "bucket": expression(_BUCKET),
                    "dropId": expression(f"$split({key}, '/')[1]"),
                    # Names in Personalize have 63 characters; an execution's may have 80.
                    "run": expression("$substring($states.context.Execution.Name, 0, 40)"),
                    "execution": expression("$states.context.Execution.Id"),
                    "startedAt": expression("$millis()"),
                    "failure": {},
                    "validation": {},
                    "imports": [],
                    "cost": {},
                    "solutions": [],
                },
                "Next": then,
            }
        },
    )
