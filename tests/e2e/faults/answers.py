"""What the tasks of a state machine answer where all goes well.

A journey holds these against what the real handlers and the emulated service answer
(tests/e2e/runs/test_shop.py): a script cannot say what nobody would.
"""

import json
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

ARN = "arn:aws:personalize:us-east-1:000000000000:"
VERSION = f"{ARN}solution/shop-similar/2"
NOW = "2026-07-01T00:00:00.000Z"
OBJECT = {"dataset": "interactions", "key": "runs/a/i.csv", "versionId": "1", "rows": 2400}
SOURCE = {"source": "drops/a/i.csv@1", "s3Uri": "s3://bucket/runs/a/i.csv", "size": 9}


@dataclass(frozen=True)
class Ask:
    """What a task is asked.

    Attributes:
        execution: The ARN of the execution that asks.
    """

    state: str
    resource: str
    arguments: Any
    execution: str


def well(ask: Ask) -> dict[str, Any]:
    """The answer that leads on."""
    if ask.resource.startswith("arn:aws:states:::lambda:invoke"):
        return _handled(ask)
    if "dynamodb" in ask.resource:
        return turn(ask)
    action = ask.resource.rpartition(":")[2]
    if action == "getSolutionMetrics":
        return {"Metrics": {"coverage": 0.5}}
    member = action.removeprefix("describe")
    return looked(member, "ACTIVE") if member != action else {}


def _handled(ask: Ask) -> dict[str, Any]:
    if "waitForTaskToken" in ask.resource:
        return {"approved": True}
    if ask.state == REPORT:
        return {"Payload": report(ask.arguments["Payload"])}
    usual = TOLD if ask.state.startswith("Tell") else MADE
    return {"Payload": SAID.get(ask.state, usual)}


def looked(member: str, status: str, reason: str = "") -> dict[str, Any]:
    """A resource as the service describes it."""
    return {member: {"Status": status, **({"FailureReason": reason} if reason else {})}}


def strange(results: Iterable[tuple[str, str, Any]]) -> list[str]:
    """What is scripted here and was answered otherwise.

    Args:
        results: A state, its resource and its result, of tasks that went well.
    """
    nothing: dict[str, Any] = {"Payload": {"solutions": [], "others": [], "failure": {}}}
    return [
        text
        for state, resource, real in results
        if "dynamodb" not in resource  # an item has what was written into it
        for text in unlike(well(Ask(state, resource, nothing, "")), real, state)
    ]


def unlike(script: object, real: object, where: str) -> list[str]:
    """The members of a scripted answer that the real one lacks, or has of another type."""
    if not isinstance(script, dict) or not isinstance(real, dict):
        return [] if isinstance(real, type(script)) else [f"{where}: {script!r} for {real!r}"]
    lost = [f"{where}.{key}" for key in script.keys() - real.keys()]
    shared = script.keys() & real.keys()
    return lost + [
        text for key in shared for text in unlike(script[key], real[key], f"{where}.{key}")
    ]


def turn(ask: Ask, **more: str) -> dict[str, Any]:
    """The table's item; the execution has the turn."""
    item = {"holder": {"S": ask.execution}, "newest": {"S": NOW}, "newestDrop": {"S": "a"}}
    item |= {"objects": {"S": json.dumps([OBJECT | SOURCE])}, "dropId": {"S": "a"}}
    item |= {"latest": {"S": ask.execution}, **{key: {"S": text} for key, text in more.items()}}
    return {"Attributes": item} if ask.resource.endswith("updateItem") else {"Item": item}


def report(payload: dict[str, Any]) -> dict[str, Any]:
    """What the report says of a run, in the handler's members."""
    failed = [one["failure"] for one in (*payload["solutions"], *payload["others"])]
    failures = [one for one in (payload["failure"], *failed) if one]
    said = "; ".join(f"{one['step']}: {one['cause']}" for one in failures)
    outcome = "failed" if failures else "succeeded"
    decision = {"kind": "RunFailed" if failures else "RunSucceeded", "subject": "a", "reason": said}
    error = failures[0]["error"] if failures else ""
    return {"outcome": outcome, "error": error, "message": said, "decision": decision}


TOLD = {"told": ["notification", "event"], "failed": []}
MADE = {"arn": f"{ARN}made/a", "created": True, "updated": False, "expected": 0}
REPORT = "Write the report"
SAID: dict[str, dict[str, Any]] = {
    "Plan the run": {"planned": [], "lines": ["keep    solution/shop-similar"], "confirm": []},
    "Remove what was confirmed": {"begun": True, "done": True},
    "Validate the drop": {
        "ok": True,
        "large": False,
        "message": "It trains.",
        "objects": [OBJECT | SOURCE],
    },
    "Estimate the cost": {
        "granted": True,
        "budget": {"granted": True, "reason": "no budget is set."},
        "decision": {"kind": "BudgetGranted", "subject": "a", "reason": "It is covered."},
        "interactions": 2400,
    },
    "Ask the budget": {"granted": True},
    "Take a step with the filters": {"done": True, "failures": [], "filters": ["shop-new"]},
    "Read what it cost": {"trainingHours": 1.0, "usd": 0.24},
    "Judge the version": {
        "promote": True,
        "reason": "Promoted.",
        "servingVersionArn": f"{ARN}solution/shop-similar/1",
        "serves": False,
        "known": False,
        "decision": {},
    },
    "Ask the trial": {"passed": True, "reason": "it answered", "items": ["i1"]},
    "Ask a real question": {"passed": True, "reason": "it answered", "items": ["i1"]},
    "Remember the promotion": {
        "decision": {"kind": "VersionPromoted", "subject": "similar", "reason": "Promoted."}
    },
    "Find the way back": {"versionArn": VERSION, "withdrawnArn": VERSION, "decision": {}},
    "Remember the rollback": {
        "decision": {"kind": "VersionRolledBack", "subject": "similar", "reason": "Asked for."}
    },
    "Look at the campaigns": {"decisions": []},
    **{
        f"Start the {job}": {**MADE, "output": "batch/a/"}
        for job in ("batch inference", "batch segment", "export", "deletion")
    },
}
