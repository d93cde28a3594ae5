"""What a run says when it ends."""

import json
from typing import Any

from lambdas.report.outcome import ending_of

WELL = {"name": "likes", "status": "ACTIVE", "failure": {}}
CAUSE = json.dumps({"errorType": "QuotaExceededError", "errorMessage": "at most 10 solutions."})
LOST = {
    "name": "ranking",
    "status": "FAILED",
    "failure": {"step": "the solution", "error": "QuotaExceededError", "cause": CAUSE},
}


def of(solutions: list[dict[str, Any]], failure: dict[str, Any]) -> Any:
    return ending_of("monday", solutions, failure)


def test_a_good_run_names_what_serves() -> None:
    outcome = of([WELL], {})

    assert outcome.outcome == "succeeded"
    assert outcome.message == "Serving anew: likes."
    assert outcome.decision.kind == "RunSucceeded"


def test_a_refused_drop_says_that_nothing_was_created() -> None:
    failure = {"step": "the validation", "error": "DropRefused", "cause": "items.csv is empty"}

    outcome = of([], failure)

    assert outcome.outcome == "refused"
    assert "items.csv is empty. Nothing was created" in outcome.message


def test_one_lost_solution_does_not_hide_the_others() -> None:
    outcome = of([WELL, LOST], {})

    assert outcome.outcome == "partly"
    assert "the solution failed: at most 10 solutions." in outcome.message
    assert "Serving anew: likes." in outcome.message


def test_a_service_failure_is_told_in_the_services_words() -> None:
    failure = {"step": "the import", "error": "ResourceFailed", "cause": "CREATE FAILED: bad row 7"}

    outcome = of([], failure)

    assert outcome.error == "ResourceFailed"
    assert outcome.message.startswith("the import failed: CREATE FAILED: bad row 7.")


def test_a_held_version_is_no_failure_and_says_why() -> None:
    held = {"name": "alike", "status": "HELD", "reason": "Held because it is worse."}

    outcome = of([WELL, held], {})

    assert outcome.outcome == "succeeded"
    assert outcome.message == "Serving anew: likes. alike: Held because it is worse."


def test_a_solution_that_the_budget_refused_is_named_with_the_reason() -> None:
    refused = {
        "name": "alike",
        "status": "REFUSED",
        "reason": "It exceeds the budget.",
        "failure": {},
    }

    outcome = of([WELL, refused], {})

    assert outcome.outcome == "partly"
    assert "alike: It exceeds the budget." in outcome.message


def test_what_the_budget_refused_is_not_told_twice() -> None:
    failure = {"step": "the budget", "error": "BudgetExceeded", "cause": "Too much by 2 USD."}

    outcome = of([], failure)

    assert outcome.outcome == "refused"
    assert outcome.message.startswith("Too much by 2 USD. Nothing was billed.")
    assert outcome.decision is None
