"""Where a person has to agree, nothing serves before somebody did."""

import json
import re

import pytest

from tests.e2e.promotion.conftest import Opening
from tests.e2e.promotion.world import Shop, walks


@pytest.fixture(scope="module")
def careful(opened: Opening) -> Shop:
    return opened("careful", "promotion: { approval: { required: true, timeoutHours: 1 } }")


def asked(shop: Shop) -> tuple[str, str]:
    """Wait for the question; return the run and the token out of the message's own command."""
    run = shop.deployed.has_run()
    shop.deployed.await_state(run, "Ask for approval")
    [message] = shop.ears.until("ApprovalRequested")
    found = re.search(r"To approve: .*--task-token '([^']+)'", message["text"])
    assert found
    return run, found[1]


def answer(shop: Shop, token: str, **output: object) -> None:
    shop.deployed.clients.stepfunctions.send_task_success(
        taskToken=token, output=json.dumps(output)
    )


def test_what_was_declined_never_serves_and_what_was_approved_does(careful: Shop) -> None:
    careful.deployed.drop("declined", interactions=walks(3))
    run, token = asked(careful)
    assert careful.campaigns() == []
    answer(careful, token, approved=False, reason="the holidays")
    declined = careful.deployed.end_of(run)

    assert declined.status == "SUCCEEDED"
    assert careful.campaigns() == []
    [solution] = careful.report("declined")["solutions"]
    assert solution["status"] == "HELD"
    assert solution["gate"]["reason"] == "Held because it was declined: the holidays."

    careful.deployed.drop("approved", interactions=walks(1))
    run, token = asked(careful)
    answer(careful, token, approved=True)
    careful.deployed.end_of(run)

    assert careful.serving()["status"] == "ACTIVE"
    assert careful.report("approved")["solutions"][0]["gate"]["promoted"]
