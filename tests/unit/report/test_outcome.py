"""What a run says when it ends."""

import json
from typing import Any

from lambdas.report.outcome import outcome_of

WELL = {"name": "likes", "status": "ACTIVE", "failure": {}}
CAUSE = json.dumps({"errorType": "QuotaExceededError", "errorMessage": "at most 10 solutions."})
LOST = {
    "name": "ranking",
    "status": "FAILED",
    "failure": {"step": "the solution", "error": "QuotaExceededError", "cause": CAUSE},
}


def of(solutions: list[dict[str, Any]], failure: dict[str, Any]) -> Any:
    return outcome_of("shop", "monday", solutions, failure)


def test_a_good_run_names_what_serves() -> None:
    outcome = of([WELL], {})

    assert outcome.outcome == "succeeded"
    assert outcome.message == "The drop monday was imported and trained; serving: likes."


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


def test_a_subject_fits_into_a_notification() -> None:
    outcome = outcome_of("shop", "d" * 300, [WELL], {})

    assert len(outcome.subject) == 100
