"""A user's mistakes: one message that says what and where, never a stack trace."""

import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from localcloud.pipeline.file import no_pipeline
from localcloud.settings import PROJECT_ROOT
from tests.localcloud.terminal import PIPELINE, localcloud

# What a shell has started in the background ignores Ctrl-C, and so does all that it starts.
AT_A_TERMINAL = """
import runpy, signal
signal.signal(signal.SIGINT, signal.default_int_handler)
runpy.run_module("localcloud", run_name="__main__", alter_sys=True)
"""


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["run", "no-such.yaml"], "There is no pipeline file no-such.yaml"),
        (
            ["plan", "pipelines"],
            "pipelines is a folder and no pipeline file; it holds pipelines/mi",
        ),
        (["run", "pipelines/movilens.yaml"], "Did you mean pipelines/movielens.yaml?"),
        (["destroy", "movielens.yml"], "Did you mean pipelines/movielens.yaml?"),
        (["validate", "pipelines", "docs"], "pipelines is a folder and no pipeline file"),
        (["validate", "movilens.yaml", "docs"], "Did you mean pipelines/movielens.yaml?"),
        (["serve", "--port", "70000"], "70000 is no port"),
        (["serve", "--port", "http"], "http is no port"),
        (["run"], "the following arguments are required: PIPELINE.yaml"),
        (["fly"], "invalid choice: 'fly'"),
        ([], "the following arguments are required: COMMAND"),
        (["run", PIPELINE, "--data", "no-such-folder"], "no-such-folder is no folder"),
        (
            ["run", PIPELINE, "--endpoint", "http://127.0.0.1:1"],
            "No local cloud answers at http://127.0.0.1:1",
        ),
        (["destroy", "--state", "no-such-state"], "No local cloud was kept in"),
        (["rollback", PIPELINE, "sims", "--state", "no-such-state"], "No local cloud was kept in"),
        (["rollback", PIPELINE], "the following arguments are required: SOLUTION"),
        (["serve", "--state", "app.py"], "app.py is no folder"),
        (["plan", PIPELINE, "--state", "app.py"], "app.py is no folder"),
        (["run", PIPELINE, "--state", "app.py"], "app.py is no folder"),
        (["plan", PIPELINE, "--log-level", "FOO"], "invalid choice: 'FOO'"),
        (["serve", "--wait-scale", "-1"], "-1 is no number greater than 0"),
        (["serve", "--wait-scale", "nan"], "nan is no number greater than 0"),
        (["serve", "--wait-scale", "inf"], "inf is no number greater than 0"),
        (["serve", "--quota", "planets=9"], "no quota is called planets"),
        (["serve", "--quota", "schemas"], "schemas must be set to a whole number"),
    ],
)
def test_a_mistake_is_one_message(arguments: list[str], message: str) -> None:
    done = localcloud(*arguments)

    assert done.returncode == 2, done.stderr
    assert message in done.stderr
    assert len(done.stderr.strip().splitlines()) == 1, done.stderr
    assert done.stderr.startswith("localcloud: ")


def test_validate_says_what_a_run_would_say(tmp_path: Path) -> None:
    (tmp_path / "interactions.csv").write_text("ITEM_ID,TIMESTAMP\n1,1700000000\n")

    done = localcloud("validate", PIPELINE, str(tmp_path))

    assert done.returncode == 1
    assert "USER_ID" in done.stdout
    assert "Traceback" not in done.stderr


def test_validate_takes_retired_recipes_as_a_run_does(tmp_path: Path) -> None:
    pipeline = tmp_path / "old.yaml"
    text = (PROJECT_ROOT / "pipelines" / "minimal.yaml").read_text(encoding="utf-8")
    pipeline.write_text(text.replace("aws-user-personalization-v2", "aws-hrnn"))

    refused = localcloud("validate", str(pipeline), str(tmp_path))
    taken = localcloud("validate", str(pipeline), str(tmp_path), "--legacy-recipes")

    assert "aws-hrnn" in refused.stderr
    assert (refused.returncode, taken.returncode) == (2, 1)
    assert "interactions" in taken.stdout


def test_an_interrupted_validation_is_one_message(tmp_path: Path) -> None:
    pipeline = tmp_path / "pipeline.yaml"
    os.mkfifo(pipeline)  # whoever reads it waits for a writer
    with (
        subprocess.Popen(
            [sys.executable, "-c", AT_A_TERMINAL, "validate", str(pipeline), str(tmp_path)],
            cwd=PROJECT_ROOT,
            stderr=subprocess.PIPE,
            text=True,
            start_new_session=True,
        ) as validating,
        pipeline.open("w"),  # opens once it reads
    ):
        os.killpg(validating.pid, signal.SIGINT)
        _, told = validating.communicate()

    assert validating.returncode == 130, told
    assert told == "localcloud: interrupted\n"


def test_the_pipeline_file_beside_the_one_that_is_named_may_be_meant(tmp_path: Path) -> None:
    for name in ("films.yaml", "shops.yml", "notes.txt"):
        (tmp_path / name).touch()

    misspelt = str(no_pipeline(tmp_path / "fimls.yaml"))
    folder = str(no_pipeline(tmp_path))

    assert misspelt.endswith(f"Did you mean {os.path.relpath(tmp_path / 'films.yaml')}?")
    assert folder.endswith(f"it holds {tmp_path / 'films.yaml'}, {tmp_path / 'shops.yml'}.")
    (tmp_path / "empty").mkdir()
    assert str(no_pipeline(tmp_path / "empty")).endswith("it holds no *.yaml.")


def test_a_wrong_pipeline_file_says_every_mistake_with_its_line(tmp_path: Path) -> None:
    file = tmp_path / "wrong.yaml"
    file.write_text("name: films\nsolutions:\n  - {name: a, recipe: aws-simms}\nnotebok: null\n")

    done = localcloud("run", str(file))

    assert done.returncode == 2
    assert f"{file}:4" in done.stderr
    assert "Traceback" not in done.stderr
