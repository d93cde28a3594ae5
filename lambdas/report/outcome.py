"""What became of a run, in words that somebody woken at night understands."""

import json
from collections.abc import Mapping, Sequence
from typing import Any

from pydantic import BaseModel

# SNS takes 100 characters of subject (API reference, Publish).
_SUBJECT = 100


class Outcome(BaseModel):
    """The end of a run: what the state machine goes by, and what people read."""

    outcome: str
    """succeeded, partly, refused or failed."""
    error: str
    """The name of what went wrong; empty where nothing did."""
    subject: str
    """One line."""
    message: str
    """What happened, why, and what goes on as before."""


def outcome_of(
    pipeline: str,
    drop_id: str,
    solutions: Sequence[Mapping[str, Any]],
    failure: Mapping[str, Any],
) -> Outcome:
    """Judge a run by its failure, if it has one, and by what became of its solutions."""
    if failure:
        return _failed(pipeline, drop_id, failure)
    lost = [solution for solution in solutions if solution["status"] != "ACTIVE"]
    names = ", ".join(str(solution["name"]) for solution in solutions if solution not in lost)
    if not lost:
        message = f"The drop {drop_id} was imported and trained; serving: {names}."
        return _outcome("succeeded", "", f"{pipeline}: drop {drop_id} serves", message)
    reasons = " ".join(f"{s['name']}: {in_words(s['failure'])}" for s in lost)
    word = "partly" if names else "failed"
    message = f"{reasons} What served before serves on." + (
        f" Serving anew: {names}." * bool(names)
    )
    return _outcome(word, "SolutionFailed", f"{pipeline}: drop {drop_id} {word}", message)


def _failed(pipeline: str, drop_id: str, failure: Mapping[str, Any]) -> Outcome:
    refused = failure["error"] == "DropRefused"
    word = "refused" if refused else "failed"
    untouched = "Nothing was created; what" if refused else "What"
    message = f"{in_words(failure)} {untouched} served before serves on."
    return _outcome(word, str(failure["error"]), f"{pipeline}: drop {drop_id} {word}", message)


def _outcome(outcome: str, error: str, subject: str, message: str) -> Outcome:
    return Outcome(outcome=outcome, error=error, subject=subject[:_SUBJECT], message=message)


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
