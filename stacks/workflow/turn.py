"""Turns: one run of a pipeline at a time, newest data wins, exactly one follow-up.

The turn is one item of the table. Who takes it writes its execution into ``holder``. A drop that
finds it taken leaves a note (``next``), which replaces an older one; at the end of a run the turn
is handed on to the execution that the note will start. A holder that no longer runs has lost it.
"""

from collections.abc import Mapping
from typing import Any

from stacks.workflow.ending import WELL, quiet_end
from stacks.workflow.executions import describe_grant, start_grant
from stacks.workflow.handing_on import HAND_ON, KEY, handing_on, looking
from stacks.workflow.items import item, table_grant, text
from stacks.workflow.stage import Parts, Stage
from stacks.workflow.states import States, call, choice, expression

GIVE_BACK = "Is somebody waiting?"
_FIRST, _NOTE, _TAKE = "Did a drop start it?", "Note the event", "Take the turn"
_WHOSE, _TAKEN, _RUNS = "Whose turn is it?", "What about the turn?", "Does the holder still run?"
_LOST, _WAIT, _LEAVE = "Has the holder lost it?", "Who has to wait?", "Leave a note"
_TAKE_OVER, _GONE, _BUSY = "Take the turn over", "The holder is gone", "A run is under way"
_KEPT, _RETURN = "Is the turn to be kept?", "Give the turn back"

_MINE_OR_FREE = "(attribute_not_exists(holder) OR holder = :me)"
_STILL_MINE = "holder = :me AND (attribute_not_exists(nextBy) OR nextBy = :me)"
_NEWEST = "(attribute_not_exists(newest) OR newest <= :at)"
# A drop says that it is the newest; runs by the clock or by hand bring no data.
_SET = "$by = 'drop' ? 'SET holder = :me, newest = :at, newestDrop = :drop' : 'SET holder = :me'"
_VALUES = (
    "$merge([{':me': {'S': $execution}}, "
    "$by = 'drop' ? {':at': {'S': $at}, ':drop': {'S': $dropId}} : {}])"
)
_TURN = {
    "turn": expression(
        "{'done': $exists($states.result.Attributes.done) ? $states.result.Attributes.done.S : '', "
        "'newestDrop': $exists($states.result.Attributes.newestDrop) ? "
        "$states.result.Attributes.newestDrop.S : ''}"
    )
}
_EVENTS_KEPT_DAYS = 14


def taking(parts: Parts, *, then: str, failed: str) -> Stage:
    """Return the states that take the turn, or end the run that cannot have it."""
    ends = {
        _SEEN: quiet_end("duplicate", "This event was seen before: nothing to do."),
        _OVERTAKEN: quiet_end("overtaken", "A newer drop came first: nothing to do."),
        _WAITING: quiet_end("waiting", "A run is under way; the newest drop follows it."),
        _LEFT_OUT: quiet_end("left out", "A run is under way; the schedule comes again."),
        _BUSY: {
            "Type": "Fail",
            "Error": "RunUnderWay",
            "Cause": expression("'The run ' & $turn.holder & ' is under way; try again after it.'"),
        },
    }
    states = {
        **_noting(parts, failed=failed),
        _TAKE: _take(
            parts, expression(_MINE_JSONATA), {}, then=then, failed=failed, otherwise=_WHOSE
        ),
        **_looking(parts, failed=failed),
        _TAKE_OVER: _take(
            parts,
            expression(_LOST_JSONATA),
            {":old": {"S": expression("$turn.holder")}},
            then=then,
            failed=failed,
            otherwise=_WHOSE,
        ),
        **_leaving(parts, failed=failed),
        **ends,
    }
    grants = (table_grant(parts.turns, "GetItem", "PutItem", "UpdateItem"), describe_grant(parts))
    return Stage(entry=_FIRST, states=states, grants=grants)


_SEEN, _OVERTAKEN = "It was seen before", "It is overtaken"
_WAITING, _LEFT_OUT = "It waits for its turn", "It is left out"
_MINE_JSONATA = f"$by = 'drop' ? '{_MINE_OR_FREE} AND {_NEWEST}' : '{_MINE_OR_FREE}'"
_LOST_JSONATA = f"$by = 'drop' ? 'holder = :old AND {_NEWEST}' : 'holder = :old'"


def _noting(parts: Parts, *, failed: str) -> States:
    """Return the states that stop an event that is delivered twice."""
    seconds = _EVENTS_KEPT_DAYS * 86_400
    return {
        _FIRST: choice(("$by = 'drop' and $not($handedOn)", _NOTE), otherwise=_TAKE),
        _NOTE: item(
            "putItem",
            parts.turns,
            {
                "Item": {
                    "pk": text("'event#' & $identity"),
                    "execution": text("$execution"),
                    "expires": {"N": expression(f"$string($floor($millis() / 1000) + {seconds})")},
                },
                # A repeated call of one's own finds its own note.
                "ConditionExpression": "attribute_not_exists(pk) OR execution = :me",
                "ExpressionAttributeValues": {":me": text("$execution")},
            },
            then=_TAKE,
            otherwise=_SEEN,
            failed=failed,
            step="the turn",
        ),
    }


def _take(
    parts: Parts,
    condition: str,
    values: Mapping[str, Any],
    *,
    then: str,
    failed: str,
    otherwise: str,
) -> dict[str, Any]:
    more = "".join(f", {{'{name}': {{'S': $turn.holder}}}}" for name in values)
    return item(
        "updateItem",
        parts.turns,
        {
            "Key": KEY,
            "UpdateExpression": expression(_SET),
            "ConditionExpression": condition,
            "ExpressionAttributeValues": expression(f"$merge([{_VALUES}{more}])"),
            "ReturnValues": "ALL_NEW",
        },
        assign=_TURN,
        then=then,
        otherwise=otherwise,
        failed=failed,
        step="the turn",
    )


def _looking(parts: Parts, *, failed: str) -> States:
    """Return the states that find out why the turn could not be had."""
    found = (
        "{'holder': $exists($states.result.Item.holder) ? $states.result.Item.holder.S : '', "
        "'newest': $exists($states.result.Item.newest) ? $states.result.Item.newest.S : ''}"
    )
    describe = call(
        "sfn:describeExecution",
        {"ExecutionArn": expression("$turn.holder")},
        assign={"holding": expression("$states.result.Status")},
        then=_LOST,
        failed=failed,
        step="the turn",
    )
    # Handed on to an execution that never came to be.
    unborn = {"ErrorEquals": ["Sfn.ExecutionDoesNotExistException"], "Next": _GONE}
    return {
        _WHOSE: item(
            "getItem",
            parts.turns,
            {"Key": KEY, "ConsistentRead": True},
            assign={"turn": expression(found)},
            then=_TAKEN,
            failed=failed,
            step="the turn",
        ),
        _TAKEN: choice(
            ("$by = 'drop' and $turn.newest > $at", _OVERTAKEN),
            ("$turn.holder = ''", _TAKE),
            otherwise=_RUNS,
        ),
        _RUNS: describe | {"Catch": [unborn, *describe["Catch"]]},
        _GONE: {"Type": "Pass", "Assign": {"holding": "GONE"}, "Next": _LOST},
        _LOST: choice(("$holding = 'RUNNING'", _WAIT), otherwise=_TAKE_OVER),
    }


def _leaving(parts: Parts, *, failed: str) -> States:
    """Return the states of those who have to wait: a note is left by drops only, and once."""
    return {
        _WAIT: choice(
            ("$by = 'drop' and $asked", _WAITING),
            ("$by = 'drop'", _LEAVE),
            ("$by = 'schedule'", _LEFT_OUT),
            otherwise=_BUSY,
        ),
        _LEAVE: item(
            "updateItem",
            parts.turns,
            {
                "Key": KEY,
                "UpdateExpression": (
                    "SET #next = :event, nextBy = :me, newest = :at, newestDrop = :drop"
                ),
                "ConditionExpression": _NEWEST,
                "ExpressionAttributeNames": {"#next": "next"},
                "ExpressionAttributeValues": {
                    ":event": text("$event"),
                    ":me": text("$execution"),
                    ":at": text("$at"),
                    ":drop": text("$dropId"),
                },
            },
            assign={"asked": True},
            # The turn may have been given back while the note was written: ask once more.
            then=_TAKE,
            otherwise=_OVERTAKEN,
            failed=failed,
            step="the turn",
        ),
    }


def giving_back(parts: Parts) -> Stage:
    """Return the states that give the turn back, or hand it on to whoever left a note.

    A failure changes nothing about the run's outcome: the next run takes over from a lost holder,
    and the hourly sweep starts who waits for one.
    """
    states = {
        **looking(GIVE_BACK, parts, then=_KEPT, failed=WELL),
        _KEPT: choice(
            ("$note.holder != $execution", WELL),
            ("$note.next != '' and $note.by != $execution", HAND_ON),
            otherwise=_RETURN,
        ),
        _RETURN: item(
            "updateItem",
            parts.turns,
            {
                "Key": KEY,
                "UpdateExpression": "REMOVE holder, #next, nextBy",
                "ConditionExpression": _STILL_MINE,
                "ExpressionAttributeNames": {"#next": "next"},
                "ExpressionAttributeValues": {":me": text("$execution")},
            },
            then=WELL,
            otherwise=GIVE_BACK,
            failed=WELL,
            step="the turn",
        ),
        **handing_on(parts, "$execution", then=WELL, otherwise=GIVE_BACK, failed=WELL),
    }
    return Stage(entry=GIVE_BACK, states=states, grants=(start_grant(parts),))
