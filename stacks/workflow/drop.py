"""The start of a run: what is asked for, by whom, and what the run is called.

A run starts by an event (a drop is complete), by the clock (EventBridge Scheduler) or by hand::

    {"dropId": "2026-07-01", "parts": ["import", "train"], "trainingMode": "FULL", "force": true}

Every key may be left out: ``dropId`` is then the newest drop's, ``parts`` everything that a drop
does. ``force`` runs though nothing is new; ``plan`` only says what a run would do, and ``confirm``
takes the names of what the plan asks about. Users are erased by ``{"parts": ["deletion"],
"deletion": "inputs/erase.csv"}``, a file with a column USER_ID.
"""

from lambdas.shared.settings.pipeline import Pipeline
from lambdas.shared.settings.schedules import PARTS, Part
from stacks.storage import DROPS, INPUTS
from stacks.workflow.stage import Parts, Stage
from stacks.workflow.states import choice, expression

ENTRY, _UNKNOWN = "Read the event", "Something else is asked for"
# A run that waited for its turn is started with the event that it waited with.
_EVENT = "$exists($states.input.handedOn) ? $states.input.handedOn : $states.input"
_KEY = (
    "$exists($event.detail) ? $event.detail.object.key : "
    f"$exists($event.prefix) ? $event.prefix : '{DROPS}/' & $event.dropId & '/'"
)
# An object's version and sequencer tell a new event from one that is delivered twice.
_IDENTITY = (
    "$join([$event.detail.object.key, $event.detail.object.`version-id`, "
    "$event.detail.object.sequencer], '#')"
)


def _of_event(jsonata: str) -> str:
    return expression(f"($event := {_EVENT}; {jsonata})")


def drop(parts: Parts, *, then: str, planned: str, failed: str) -> Stage:
    """Return the states that read the event.

    Args:
        parts: The constructs to work with.
        then: Where a run leads.
        planned: Where a plan leads.
        failed: Where an input leads that asks for something unknown.
    """
    asked, everything = "Is it understood?", list(parts_of_a_drop(parts.pipeline))
    assign = {
        "by": _of_event(
            "$exists($event.detail) ? 'drop' : $exists($event.by) ? $event.by : 'hand'"
        ),
        "at": _of_event(
            "$exists($event.time) ? $event.time : $string($states.context.Execution.StartTime)"
        ),
        "event": _of_event("$string($event)"),
        "identity": _of_event(_IDENTITY),
        "handedOn": expression("$exists($states.input.handedOn)"),
        "asked": False,
        "parts": _of_event(f"$exists($event.parts) ? [$event.parts] : {everything}"),
        "trainingMode": _of_event(
            "$exists($event.trainingMode) ? $string($event.trainingMode) : ''"
        ),
        "force": _of_event("$exists($event.force) ? $event.force = true : false"),
        "planned": _of_event("$exists($event.plan) ? $event.plan = true : false"),
        "deletion": _of_event("$exists($event.deletion) ? $string($event.deletion) : ''"),
        "confirmed": _of_event("$exists($event.confirm) ? [$event.confirm] : []"),
        "removal": {"begun": False, "done": False, "steps": 0},
        "bucket": parts.data.bucket.bucket_name,
        "dropId": _of_event(f"($key := {_KEY}; $exists($key) ? $split($key, '/')[1] : '')"),
        # Names in Personalize have 63 characters; an execution's may have 80.
        "run": expression("$substring($states.context.Execution.Name, 0, 40)"),
        "execution": expression("$states.context.Execution.Id"),
        "startedAt": expression("$millis()"),
        "fingerprint": "",
        "failure": {},
        "validation": {},
        "imports": [],
        "cost": {},
        "solutions": [],
        "others": [],
    }
    states = {
        ENTRY: {"Type": "Pass", "Assign": assign, "Next": asked},
        asked: choice((_strange(), _UNKNOWN), ("$planned", planned), otherwise=then),
        _UNKNOWN: {
            "Type": "Pass",
            "Assign": {
                "failure": {
                    "step": "the start",
                    "error": "UnknownRequest",
                    "cause": (
                        f"parts are some of {', '.join(PARTS)}; trainingMode is FULL, UPDATE or "
                        "ADOPT; "
                        f"deletion, where it is a part, is a key under {INPUTS}/"
                    ),
                }
            },
            "Next": failed,
        },
    }
    return Stage(entry=ENTRY, states=states)


def _strange() -> str:
    """Return JSONata that tells whether something unknown is asked for."""
    known = f"$count($parts[$not($ in {list(PARTS)})]) = 0 and $count($parts) > 0"
    mode = "$trainingMode in ['', 'FULL', 'UPDATE', 'ADOPT']"
    # Only what lies there can the service read; without a file there is nobody to erase.
    erase = f"($not('deletion' in $parts) or $substring($deletion, 0, 7) = '{INPUTS}/')"
    return f"$not({known} and {mode} and {erase})"


def parts_of_a_drop(pipeline: Pipeline) -> tuple[Part, ...]:
    """Return what a drop does; what has a schedule of its own waits for that."""
    schedules = pipeline.schedules
    others = {"batch": schedules.batch, "export": True, "deletion": True}
    return tuple(part for part in PARTS if not others.get(part))
