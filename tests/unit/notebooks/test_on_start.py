"""The start of a notebook instance: what is where afterwards."""

import json
import subprocess
from pathlib import Path
from zipfile import ZipFile

import pytest

from localcloud.settings import PROJECT_ROOT
from tests.instance import Instance

SCRIPT = PROJECT_ROOT / "notebooks" / "sagemaker" / "on_start.sh"
OUTPUTS = {"movielens-pipeline": {"DataBucketName": "data"}}
# In place of S3: the archive that lies in the folder of the address's last part.
COPY = """#!/bin/bash
cp "{notes}-$(basename "$6")" "$7"
"""


def archive(instance: Instance, name: str, text: str) -> None:
    with ZipFile(instance.root / f"notes-{name}", "w") as files:
        files.writestr("1-data.ipynb", text)
        files.writestr("sagemaker/on_start.sh", "")


def script(notebooks: str, idle_minutes: str = "60") -> str:
    facts = {
        "NOTEBOOKS": f"s3://assets/{notebooks}",
        "STACK_JSON": json.dumps(OUTPUTS),
        "INSTANCE": "movielens-notebook",
        "REGION": "eu-west-1",
        "IDLE_MINUTES": idle_minutes,
        "STOP_WHEN_IDLE": "print()",
    }
    return "\n".join([*(f"{key}='{value}'" for key, value in facts.items()), SCRIPT.read_text()])


@pytest.fixture
def instance(tmp_path: Path) -> Instance:
    made = Instance(tmp_path)
    made.prepare(aws=COPY)
    archive(made, "first.zip", "as delivered")
    return made


def test_the_first_start_places_notebooks_and_outputs_for_the_reader(instance: Instance) -> None:
    instance.start(script("first.zip"))

    assert (instance.workshop / "1-data.ipynb").read_text() == "as delivered"
    assert json.loads((instance.workshop / "stack.json").read_text()) == OUTPUTS
    assert ["-R", "ec2-user:ec2-user", str(instance.workshop)] in [n[1:] for n in instance.notes]


def test_a_later_start_asks_for_nothing_and_keeps_what_the_reader_changed(
    instance: Instance,
) -> None:
    instance.start(script("first.zip"))
    (instance.workshop / "1-data.ipynb").write_text("my work")
    (instance.root / "notes-first.zip").unlink()

    instance.start(script("first.zip"))

    assert (instance.workshop / "1-data.ipynb").read_text() == "my work"


def test_a_later_start_writes_the_outputs_anew(instance: Instance) -> None:
    instance.start(script("first.zip"))
    (instance.workshop / "stack.json").write_text("{}")

    instance.start(script("first.zip"))

    assert json.loads((instance.workshop / "stack.json").read_text()) == OUTPUTS


def test_new_notebooks_come_beside_the_readers_own(instance: Instance) -> None:
    instance.start(script("first.zip"))
    (instance.workshop / "1-data.ipynb").write_text("my work")
    archive(instance, "second.zip", "as delivered later")

    instance.start(script("second.zip"))

    assert (instance.workshop / "1-data.ipynb").read_text() == "as delivered later"
    [kept] = instance.workshop.parent.glob("workshop-until-*")
    assert (kept / "1-data.ipynb").read_text() == "my work"


def test_the_start_fails_where_the_notebooks_cannot_be_had(instance: Instance) -> None:
    with pytest.raises(subprocess.CalledProcessError):
        instance.start(script("missing.zip"))

    assert not instance.workshop.exists()


def test_the_idle_watch_is_armed_with_the_minutes_of_the_pipeline_file(instance: Instance) -> None:
    instance.start(script("first.zip", idle_minutes="45"))

    [armed] = [words for words in instance.notes if words[0].endswith("systemd-run")]
    watch = instance.root / "system" / "stop_when_idle.py"
    assert armed[-5:] == ["python3", str(watch), "movielens-notebook", "eu-west-1", "45"]
    assert "--on-calendar=*:0/5" in armed


def test_without_minutes_there_is_no_watch(instance: Instance) -> None:
    instance.start(script("first.zip", idle_minutes=""))

    assert [words for words in instance.notes if words[0].endswith("systemd-run")] == []
