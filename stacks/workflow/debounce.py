"""For people who just copy files: a run starts when no file came for a while.

Every file that arrives starts an execution, which notes its moment as the drop's latest and waits;
only the one whose note still stands goes on. A marker or a manifest needs no waiting.
"""

from stacks.workflow.ending import quiet_end
from stacks.workflow.items import item, table_grant, text
from stacks.workflow.stage import Parts, Stage
from stacks.workflow.states import State, choice, expression

_FILE, _NOTE, _WAIT, _LOOK = (
    *("Is it a file without a marker?", "Note the file"),
    *("Wait for more files", "Did more files come?"),
)
_LAST, _NOT_LAST = "Is it the last one?", "Another file came"
_KEY = {"pk": text("'files#' & $dropId")}
_ENDINGS = ("/_SUCCESS", "/manifest.json")


def debouncing(parts: Parts, *, then: str, failed: str) -> Stage | None:
    """Return the states that wait until a drop is complete; None where a marker says so."""
    seconds = parts.pipeline.runs.debounce_seconds
    if seconds is None:
        return None
    marked = " or ".join(f"$contains($identity, '{ending}#')" for ending in _ENDINGS)
    states: dict[str, State] = {
        _FILE: choice(
            (f"$by = 'drop' and $not($handedOn) and $not({marked})", _NOTE), otherwise=then
        ),
        _NOTE: item(
            "updateItem",
            parts.turns,
            {
                "Key": _KEY,
                "UpdateExpression": "SET latest = :me, expires = :expires",
                "ExpressionAttributeValues": {
                    ":me": text("$execution"),
                    ":expires": {"N": expression("$string($floor($millis() / 1000) + 86400)")},
                },
            },
            then=_WAIT,
            failed=failed,
            step="the wait for files",
        ),
        _WAIT: {"Type": "Wait", "Seconds": seconds, "Next": _LOOK},
        _LOOK: item(
            "getItem",
            parts.turns,
            {"Key": _KEY, "ConsistentRead": True},
            assign={"latest": expression("$states.result.Item.latest.S")},
            then=_LAST,
            failed=failed,
            step="the wait for files",
        ),
        _LAST: choice(("$latest = $execution", then), otherwise=_NOT_LAST),
        _NOT_LAST: quiet_end("more files", "Another file of the drop came: its run goes on."),
    }
    grant = table_grant(parts.turns, "GetItem", "UpdateItem")
    return Stage(entry=_FILE, states=states, grants=(grant,))
