"""A training that takes longer than a run's own history should hold is watched, and then served."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from localcloud.clients import Clients
from localcloud.server.process import running_cloud
from localcloud.settings import CloudSettings
from tests.e2e.runs.pipelines import deploy, interactions

LONG = """\
name: long
solutions: [{name: searched, recipe: aws-user-personalization, performHPO: true}]
operation: {polling: {floorSeconds: 3600, capSeconds: 3600}}
eventTracker: null
notebook: null
"""
# Eight looks an hour apart take a second or two here; a search of hyperparameters takes longer.
WAIT_SCALE = 0.00001


@pytest.fixture(scope="module")
def fast(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Clients]:
    settings = CloudSettings(
        port=0,
        state_dir=tmp_path_factory.mktemp("fast"),
        wait_scale=WAIT_SCALE,
        permissions="enforce",
    )
    with running_cloud(settings) as cloud:
        yield Clients(endpoint=cloud.endpoint)


def test_a_training_of_days_is_watched_by_an_execution_of_its_own(
    fast: Clients, tmp_path: Path
) -> None:
    long = deploy(LONG, tmp_path, fast)
    long.drop("days", interactions=interactions(users=600, items=400, seed=5))

    [ended] = long.all_ended(1)

    assert ended.outcome == "succeeded"
    assert "Watch the training" in ended.states
    watcher = long.machine + "-watch"
    [watch] = fast.stepfunctions.list_executions(stateMachineArn=watcher)["executions"]
    assert watch["status"] == "SUCCEEDED"
    assert "Wait for it" in long.states_of(watch["executionArn"])
    assert len(ended.states) < 200, "the run's own history stays small"
