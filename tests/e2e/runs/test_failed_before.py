"""What the service failed to create once does not fail every later run: it is made anew."""

import random
import time

import pytest

from localcloud.clients import Clients
from tests.e2e.runs.pipelines import Deployed, Execution, deploy
from tests.e2e.teardown_world import ask_emulator

MENDED = """\
name: mended
datasetGroup: {domain: VIDEO_ON_DEMAND}
datasets:
  interactions:
    fields:
      - {name: USER_ID, type: string}
      - {name: ITEM_ID, type: string}
      - {name: TIMESTAMP, type: long}
      - {name: EVENT_TYPE, type: string}
filters:
  - {name: seen, filterExpression: 'EXCLUDE ItemID WHERE Interactions.EVENT_TYPE IN ("Watch")'}
solutions: [{name: popular, recipe: aws-popularity-count}]
recommenders: [{name: top, recipe: aws-vod-most-popular}]
notebook: null
"""
# Each run comes past what failed in the one before, and to the next that fails: what the drops of
# the first runs come to, then what runs on their data do.
DROPS = (
    {"DatasetGroup": "dataset-group/mended"},
    {"Dataset": "dataset/mended/INTERACTIONS"},
    {"EventTracker": "event-tracker/mended-events"},
    {"Filter": "filter/mended-seen"},
)
ON_DATA = (
    {"Solution": "solution/mended-popular", "Recommender": "recommender/mended-top"},
    {"Campaign": "campaign/mended-popular"},
)
REASON = "The service had no luck."


def watches(seed: int) -> bytes:
    draw, now = random.Random(seed), int(time.time())
    rows = [
        f"u{user},i{draw.randrange(20)},{now - row * 3_600 - user},Watch"
        for user in range(50)
        for row in range(30)
    ]
    return "\n".join(("USER_ID,ITEM_ID,TIMESTAMP,EVENT_TYPE", *rows, "")).encode()


def planned(pipeline: Deployed) -> dict[str, tuple[str, bool]]:
    """What a plan says of each resource that is not kept or missing: its fate, and if it asks."""
    output = pipeline.end_of(pipeline.start(plan=True)).output
    asked = output["plan"]["confirm"]
    return {
        one["name"]: (one["fate"], one["name"] in asked)
        for one in output["plan"]["planned"]
        if one["fate"] not in {"keep", "create"}
    }


@pytest.fixture(scope="module")
def mended(clients: Clients, tmp_path_factory: pytest.TempPathFactory) -> Deployed:
    pipeline = deploy(MENDED, tmp_path_factory.mktemp("mended"), clients)
    kinds = [kind for failing in (*DROPS, *ON_DATA) for kind in failing]
    scripts = [{"kind": kind, "name": "mended*", "failureReason": REASON} for kind in kinds]
    ask_emulator(clients, "scenarios", {"jobs": scripts})
    return pipeline


def test_each_run_makes_anew_what_failed_in_the_one_before(mended: Deployed) -> None:
    for number, failing in enumerate(DROPS):
        mended.drop(f"drop-{number}", interactions=watches(number))
        [ended] = mended.all_ended(1)
        comes_to_nothing(mended, failing, ended)
    for failing in ON_DATA:
        ended = mended.end_of(mended.start(parts=["filters", "train", "recommenders"]))
        comes_to_nothing(mended, failing, ended)

    last = mended.end_of(mended.start(parts=["filters", "train", "recommenders"]))

    assert last.outcome == "succeeded", last.output
    assert planned(mended) == {}


def comes_to_nothing(pipeline: Deployed, failing: dict[str, str], ended: Execution) -> None:
    """A run came to where these fail, and the next one will do better without being asked."""
    assert ended.status == "FAILED", ended.output
    # A dataset's description has no reason.
    assert REASON in ended.cause or "CREATE FAILED" in ended.cause, ended.cause
    assert planned(pipeline) == {
        name: ("update" if kind == "Campaign" else "replace", False)
        for kind, name in failing.items()
    }
