"""What became of a run: the state machine goes by it, and people read it."""

import json
from collections.abc import Mapping, Sequence
from typing import Any, Literal

from lambdas.report.model import Outcome as Word
from lambdas.shared.decision import Decision
from lambdas.shared.metric_names import MetricName
from lambdas.shared.strict import Strict

KEPT = "What served before serves on."


class Ending(Strict):
    """The end of a run."""

    outcome: Word
    error: str
    """The name of what went wrong; empty where nothing did."""
    message: str
    """What happened and why, for people."""
    decision: Decision | None
    """What there is to tell; None where it was told when it happened."""


def ending_of(
    drop_id: str,
    solutions: Sequence[Mapping[str, Any]],
    failure: Mapping[str, Any],
    others: Sequence[Mapping[str, Any]] = (),
) -> Ending:
    """Judge a run by its failure, if it has one, and by what became of what it did.

    Args:
        drop_id: The drop.
        solutions: What became of each solution.
        failure: What stopped the run; empty where nothing did.
        others: What became of recommenders and jobs.
    """
    if failure:
        return _stopped(drop_id, failure)
    lost = [s for s in (*solutions, *others) if s["status"] in {"FAILED", "REFUSED"}]
    said = (_serving(solutions), _held(solutions), _done(others), *map(_why, lost))
    message = " ".join(filter(None, said)) or "There was nothing else to do."
    if not lost:
        return _ending(drop_id, "succeeded", "", message, MetricName.RUN_SUCCEEDED)
    word: Word = "partly" if len(lost) < len(solutions) + len(others) else "failed"
    error = "SolutionFailed" if any(s in lost for s in solutions) else "JobFailed"
    return _ending(drop_id, word, error, f"{message} {KEPT}", MetricName.RUN_FAILED)


def _stopped(drop_id: str, failure: Mapping[str, Any]) -> Ending:
    error, reason = str(failure["error"]), in_words(failure)
    if error == "DropRefused":
        cause = _cause(str(failure["cause"])).removesuffix(".")
        message = f"{cause}. Nothing was created. {KEPT}"
        return _ending(drop_id, "refused", error, message, MetricName.DROP_REFUSED)
    if error == "BudgetExceeded":
        message = f"{failure['cause']} Nothing was billed. {KEPT}"
        return Ending(outcome="refused", error=error, message=message, decision=None)
    return _ending(drop_id, "failed", error, f"{reason} {KEPT}", MetricName.RUN_FAILED)


def _ending(
    drop_id: str,
    word: Word,
    error: str,
    message: str,
    kind: Literal[MetricName.RUN_SUCCEEDED, MetricName.RUN_FAILED, MetricName.DROP_REFUSED],
) -> Ending:
    decision = Decision(kind=kind, subject=drop_id, reason=message, detail={"outcome": word})
    return Ending(outcome=word, error=error, message=message, decision=decision)


def _serving(solutions: Sequence[Mapping[str, Any]]) -> str:
    names = [str(s["name"]) for s in solutions if s["status"] == "ACTIVE"]
    return f"Serving anew: {', '.join(names)}." if names else ""


def _done(others: Sequence[Mapping[str, Any]]) -> str:
    names = [f"{one['kind']} {one['name']}" for one in others if one["status"] == "ACTIVE"]
    return f"Done: {', '.join(names)}." if names else ""


def _held(solutions: Sequence[Mapping[str, Any]]) -> str:
    return " ".join(f"{s['name']}: {s['reason']}" for s in solutions if s["status"] == "HELD")


def _why(solution: Mapping[str, Any]) -> str:
    refused = solution["status"] == "REFUSED"
    return f"{solution['name']}: {solution['reason'] if refused else in_words(solution['failure'])}"


def in_words(failure: Mapping[str, Any]) -> str:
    """Return one sentence: what failed, and the reason that the service or the handler gave."""
    return f"{failure['step']} failed: {_cause(str(failure['cause']))}".removesuffix(".") + "."


def _cause(cause: str) -> str:
    """Return the message of a handler's error, which arrives wrapped in JSON."""
    try:
        wrapped = json.loads(cause)
    except json.JSONDecodeError:
        return cause
    if isinstance(wrapped, dict) and "errorMessage" in wrapped:
        return str(wrapped["errorMessage"])
    return cause
