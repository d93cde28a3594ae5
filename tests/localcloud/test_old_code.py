"""Code from the service's first years runs unmodified: its endpoint is all that is different."""

import os
import subprocess
import sys
from collections.abc import Iterator, Sequence
from pathlib import Path

import pytest

from localcloud.clients import Clients
from localcloud.server.process import RunningCloud
from tests.emulator.support.process import EmulatorProcess

SCRIPTS = Path(__file__).parent / "old_code"
# Their waits are for a service that takes minutes.
HURRIED = """
import runpy, sys, time
sleep = time.sleep
time.sleep = lambda seconds: sleep(min(seconds, 0.05))
sys.argv = sys.argv[1:]
runpy.run_path(sys.argv[0], run_name="__main__")
"""


WORKSHOP = ("data_layer", "inference_layer", "clean_up")


def run(folder: Path, endpoint: str, scripts: Sequence[str], *recipes: str, **others: str) -> str:
    """Run the scripts with nothing but addresses and credentials in their environment."""
    clean = {name: value for name, value in os.environ.items() if not name.startswith("AWS_")}
    environment = clean | {
        "AWS_ENDPOINT_URL": endpoint,
        "AWS_DEFAULT_REGION": "us-east-1",
        "AWS_ACCESS_KEY_ID": "000000000000",
        "AWS_SECRET_ACCESS_KEY": "anything",
        **others,
    }
    for name in scripts:
        ended = subprocess.run(
            [sys.executable, "-c", HURRIED, str(SCRIPTS / f"{name}.py"), *recipes],
            cwd=folder,
            env=environment,
            capture_output=True,
            text=True,
            timeout=300,
            check=False,
        )
        assert ended.returncode == 0, ended.stdout + ended.stderr
    return ended.stdout


def left(clients: Clients) -> list[str]:
    """What the local cloud still has of the scripts'."""
    buckets = [b["Name"] for b in clients.s3.list_buckets()["Buckets"]]
    return [name for name in buckets if "personalizepoc" in name]


def test_it_runs_on_the_local_cloud(cloud: RunningCloud, clients: Clients, tmp_path: Path) -> None:
    recipes = ("aws-user-personalization", "aws-sims", "aws-personalized-ranking")

    told = run(tmp_path, cloud.endpoint, WORKSHOP, *recipes)

    assert told.endswith("done\n")
    assert left(clients) == []
    assert clients.personalize.list_schemas()["schemas"] == []


@pytest.mark.parametrize("region", ["us-east-1", "eu-west-1"])
@pytest.mark.parametrize("script", ["recommenders", "marketing"])
def test_cell_after_cell_it_runs_without_a_wait(
    cloud: RunningCloud, clients: Clients, tmp_path: Path, script: str, region: str
) -> None:
    # Other key ids than an account's number are everybody's in the documentation.
    somebody = {"AWS_DEFAULT_REGION": region, "AWS_ACCESS_KEY_ID": "AKIAIOSFODNN7EXAMPLE"}

    told = run(tmp_path, cloud.endpoint, [script], **somebody)

    assert told.endswith("done\n")
    assert left(clients) == []


@pytest.fixture
def alone(cloud: RunningCloud, tmp_path: Path) -> Iterator[EmulatorProcess]:
    """The emulator by itself; the S3 that its environment names is somebody else's."""
    environment = {
        "AWS_ENDPOINT_URL": cloud.endpoint,
        "AWS_ACCESS_KEY_ID": "000000000000",
        "AWS_SECRET_ACCESS_KEY": "anything",
        "AWS_DEFAULT_REGION": "us-east-1",
    }
    process = EmulatorProcess(tmp_path / "state", "--legacy-recipes", environment=environment)
    yield process
    process.end()


def test_it_runs_on_the_emulator_alone_with_the_retired_recipes(
    cloud: RunningCloud, clients: Clients, alone: EmulatorProcess, tmp_path: Path
) -> None:
    here = {
        f"AWS_ENDPOINT_URL_PERSONALIZE{part}": alone.endpoint
        for part in ("", "_RUNTIME", "_EVENTS")
    }

    told = run(tmp_path, cloud.endpoint, WORKSHOP, "aws-hrnn", **here)

    assert told.endswith("done\n")
    assert left(clients) == []
