"""Which objects a batch job reads, and under which names it writes."""

import json
import threading
from pathlib import Path

import pytest

from personalize_emulator.batch.lines import Places, answer_files
from personalize_emulator.errors import JobFailed
from personalize_emulator.objects import FolderObjects
from personalize_emulator.values import Payload


def echo(line: Payload) -> Payload:
    return {"input": line, "output": {}, "error": None}


def run(root: Path, source: str, target: str = "s3://bucket/out/") -> dict[str, str]:
    """Answer the lines of a source; return the user of each output, by key without ``.out``."""
    answer_files(FolderObjects(root), Places(source, target), echo, threading.Event())
    folder = root / "bucket" / target.removeprefix("s3://bucket/")
    return {
        path.relative_to(folder).as_posix().removesuffix(".out"): json.loads(path.read_text())[
            "input"
        ]["userId"]
        for path in folder.rglob("*.out")
    }


def put(root: Path, *keys: str) -> None:
    """Write input files of one line, whose user has the name of the key."""
    for key in keys:
        path = root / "bucket" / key
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(json.dumps({"userId": key}) + "\n")


def test_a_prefix_is_all_that_begins_with_it(s3_root: Path) -> None:
    put(s3_root, "in/users.json", "in/users_more.json", "in/items.json", "in/users/a.json")

    found = run(s3_root, "s3://bucket/in/users")

    assert found == {
        "users.json": "in/users.json",
        "users_more.json": "in/users_more.json",
        "a.json": "in/users/a.json",
    }


def test_a_folder_is_one_only_with_its_slash(s3_root: Path) -> None:
    put(s3_root, "in/a.json", "in_test/b.json")

    assert run(s3_root, "s3://bucket/in/", "s3://bucket/one/") == {"a.json": "in/a.json"}
    assert run(s3_root, "s3://bucket/in", "s3://bucket/two/") == {
        "a.json": "in/a.json",
        "b.json": "in_test/b.json",
    }


def test_a_file_is_its_own_prefix(s3_root: Path) -> None:
    put(s3_root, "in/a.json", "in/b.json")

    assert run(s3_root, "s3://bucket/in/a.json") == {"a.json": "in/a.json"}


def test_inputs_of_equal_names_have_outputs_of_their_own(s3_root: Path) -> None:
    put(s3_root, "in/users.json", "in/a/users.json", "in/a/b/users.json", "in/a/items.json")

    found = run(s3_root, "s3://bucket/in/")

    assert found == {
        "users.json": "in/users.json",
        "a/users.json": "in/a/users.json",
        "a/b/users.json": "in/a/b/users.json",
        "items.json": "in/a/items.json",
    }


def test_what_the_job_itself_writes_is_no_input(s3_root: Path) -> None:
    put(s3_root, "in/a.json")

    assert run(s3_root, "s3://bucket/in", "s3://bucket/in-out/") == {"a.json": "in/a.json"}


@pytest.mark.parametrize("source", ["s3://bucket/in/", "s3://bucket/in.json", "s3://none/in"])
def test_without_any_input_the_path_is_invalid(s3_root: Path, source: str) -> None:
    put(s3_root, "in")

    with pytest.raises(JobFailed, match="Invalid S3 input path"):
        run(s3_root, source)
