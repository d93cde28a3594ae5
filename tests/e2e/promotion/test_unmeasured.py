"""What cannot be compared does not serve: a metric that is missing, and one that is no number."""

import json
from typing import Any

import pytest

from tests.e2e.promotion.conftest import Opening
from tests.e2e.promotion.world import Shop, walks

METRIC = "novelty_at_10"


@pytest.fixture(scope="module")
def unmeasured(opened: Opening) -> Shop:
    gate = f"{{ metric: {METRIC}, maxRelativeDrop: 0.05 }}"
    return opened("unmeasured", f"promotion: {{ gate: [{gate}] }}")


def test_a_version_without_the_metric_of_the_gate_serves_nobody(unmeasured: Shop) -> None:
    ended = unmeasured.run("first", walks(1))

    assert ended.status == "SUCCEEDED"
    assert unmeasured.campaigns() == []
    [solution] = unmeasured.report("first")["solutions"]
    assert solution["status"] == "HELD"
    assert solution["gate"]["reason"] == f"Held because the new version has no number for {METRIC}."
    assert [m["kind"] for m in unmeasured.ears.listen()][-2:] == ["VersionHeld", "RunSucceeded"]


@pytest.mark.parametrize("value", ["NaN", "Infinity", "null"])
def test_no_number_passes_the_deployed_gate(unmeasured: Shop, value: str) -> None:
    asked = {
        "step": "judge",
        "solution": "alike",
        "campaignArn": unmeasured.campaign,
        "bucket": unmeasured.deployed.bucket,
        "executionArn": unmeasured.deployed.machine,
        "versionArn": f"{unmeasured.campaign.replace(':campaign/', ':solution/')}/1",
        "metrics": {METRIC: "VALUE"},
        "gate": [{"metric": METRIC, "minimum": 0}],
    }

    verdict = answer(unmeasured, json.dumps(asked).replace('"VALUE"', value))

    assert verdict["promote"] is False
    assert verdict["reason"] == f"Held because the new version has no number for {METRIC}."


def answer(shop: Shop, payload: str) -> dict[str, Any]:
    """Ask the promote handler as the state machine does."""
    done = shop.deployed.clients.client("lambda").invoke(
        FunctionName=f"{shop.deployed.name}-promote", Payload=payload.encode()
    )
    assert "FunctionError" not in done, done["Payload"].read()
    said: dict[str, Any] = json.loads(done["Payload"].read())
    return said
