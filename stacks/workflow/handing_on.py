"""The turn is handed on: to the execution that the note of a waiting drop will start.

A run does that at its end. For one that did not come to its end (stopped by a person, timed out)
the hourly sweep does: whoever takes the turn meanwhile is quicker, and neither starts twice.
"""

from typing import Any

from lambdas.shared.teardown_settings import TORN_DOWN
from stacks.workflow.executions import describe_grant, start_grant
from stacks.workflow.items import item, table_grant, text
from stacks.workflow.stage import Parts, Stage
from stacks.workflow.states import States, call, choice, expression

KEY = {"pk": {"S": "turn"}}
HAND_ON = "Hand the turn on"
_FOLLOW = "Start the follow-up"
_LOOK, _LEFT, _RUNS, _LOST = (
    *("Look at the turn", "Does a drop wait?"),
    *("Does the holder still run?", "Does it wait in vain?"),
)
_FOUND = (
    "{'holder': $exists($states.result.Item.holder) ? $states.result.Item.holder.S : '', "
    "'next': $exists($states.result.Item.next) ? $states.result.Item.next.S : '', "
    "'by': $exists($states.result.Item.nextBy) ? $states.result.Item.nextBy.S : ''}"
)


def looking(name: str, parts: Parts, *, then: str, failed: str) -> States:
    """Return the state that reads who has the turn and who waits for it: ``note``."""
    state = item(
        "getItem",
        parts.turns,
        {"Key": KEY, "ConsistentRead": True},
        assign={"note": expression(_FOUND)},
        then=then,
        failed=failed,
        step="the turn",
    )
    return {name: state}


def handing_on(parts: Parts, holder: str, *, then: str, otherwise: str, failed: str) -> States:
    """Return the states that hand the turn on and start the follow-up.

    Args:
        parts: The constructs to work with.
        holder: JSONata of the execution that has the turn.
        then: Where it leads.
        otherwise: Where it leads when the turn or the note are others' by now.
        failed: Where a failure leads.
    """
    heir = f"'{parts.names.executions}:after-' & $substring($hash($note.by, 'SHA-256'), 0, 24)"
    return {
        HAND_ON: item(
            "updateItem",
            parts.turns,
            {
                "Key": KEY,
                "UpdateExpression": "SET holder = :heir REMOVE #next, nextBy",
                "ConditionExpression": "holder = :me AND nextBy = :by",
                "ExpressionAttributeNames": {"#next": "next"},
                "ExpressionAttributeValues": {
                    ":me": text(holder),
                    ":by": text("$note.by"),
                    ":heir": text(heir),
                },
            },
            assign={"heir": expression(heir)},
            then=_FOLLOW,
            otherwise=otherwise,
            failed=failed,
            step="the turn",
        ),
        _FOLLOW: _follow(parts, then=then, failed=failed),
    }


def _follow(parts: Parts, *, then: str, failed: str) -> dict[str, Any]:
    start = call(
        "sfn:startExecution",
        {
            "StateMachineArn": parts.names.state_machine,
            "Name": expression("$split($heir, ':')[-1]"),
            "Input": expression("$string({'handedOn': $parse($note.next)})"),
        },
        assign={},
        then=then,
        failed=failed,
        step="the follow-up",
    )
    born = {"ErrorEquals": ["Sfn.ExecutionAlreadyExistsException"], "Next": then}
    return start | {"Catch": [born, *start["Catch"]]}


def handing_on_what_was_left(parts: Parts, *, then: str, failed: str) -> Stage:
    """Return the states that start the drop that waits for a run that did not come to its end."""
    describe = call(
        "sfn:describeExecution",
        {"ExecutionArn": expression("$note.holder")},
        assign={
            "holding": expression("$states.result.Status"),
            "ended": expression("$exists($states.result.Error) ? $states.result.Error : ''"),
        },
        then=_LOST,
        failed=failed,
        step="the turn",
    )
    # Handed on to an execution that never came to be, or so long ago that nothing is known of it.
    unborn = {"ErrorEquals": ["Sfn.ExecutionDoesNotExistException"], "Next": HAND_ON}
    states = {
        **looking(_LOOK, parts, then=_LEFT, failed=failed),
        # A note of the holder's own is what it ran: a run that was stopped does not come back.
        _LEFT: choice(
            ("$not($note.holder in ['', $note.by]) and $note.next != ''", _RUNS), otherwise=then
        ),
        _RUNS: describe | {"Catch": [unborn, *describe["Catch"]]},
        # What a teardown has stopped does not bring back what was torn down.
        _LOST: choice((f"$holding = 'RUNNING' or $ended = '{TORN_DOWN}'", then), otherwise=HAND_ON),
        **handing_on(parts, "$note.holder", then=then, otherwise=then, failed=failed),
    }
    table = table_grant(parts.turns, "GetItem", "UpdateItem")
    return Stage(
        entry=_LOOK, states=states, grants=(table, describe_grant(parts), start_grant(parts))
    )
