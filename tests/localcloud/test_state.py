"""The state folder: only a local cloud's own is ever emptied, and only by who holds it."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

from localcloud.errors import UsageError
from localcloud.server.process import RunningCloud
from localcloud.server.state import MARKER, held, require_free
from personalize_emulator.resources.store import Store
from tests.localcloud.terminal import PIPELINE, localcloud

ENDPOINT = "http://127.0.0.1:4566"


def contents(folder: Path) -> dict[str, bytes]:
    """Every file below a folder, by its path."""
    return {str(path): path.read_bytes() for path in folder.rglob("*") if path.is_file()}


@pytest.fixture
def thesis(tmp_path: Path) -> Path:
    """A folder of somebody's own; some of it is called as a local cloud's."""
    folder = tmp_path / "mine"
    for name in ("thesis.tex", "tmp/notes.txt", "objects/picture.svg", "interactions.csv"):
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_text("the only copy")
    return folder


@pytest.mark.parametrize("command", [["run", PIPELINE], ["plan", PIPELINE], ["serve"]])
def test_a_folder_of_somebodys_own_is_refused_and_stays(thesis: Path, command: list[str]) -> None:
    before = contents(thesis)

    done = localcloud(*command, "--port", "0", "--state", str(thesis))

    assert done.returncode == 2, done.stderr
    assert f"{thesis} is no local cloud's: it holds interactions.csv, objects," in done.stderr
    assert "and 1 more" in done.stderr
    assert "--state takes a new or an empty folder" in done.stderr
    assert len(done.stderr.strip().splitlines()) == 1, done.stderr
    assert contents(thesis) == before


def test_the_folder_of_the_data_is_refused_and_stays(thesis: Path) -> None:
    before = contents(thesis)
    state, out = str(thesis), thesis / "out"

    done = localcloud("run", PIPELINE, "--data", state, "--state", state, "--out", str(out))

    assert done.returncode == 2, done.stderr
    assert "is no local cloud's" in done.stderr
    assert contents(thesis) == before
    assert not out.exists()


def test_a_new_folder_is_marked_and_taken_up_again(tmp_path: Path) -> None:
    folder = tmp_path / "not" / "there" / "yet"
    with held(folder) as state:
        (folder / "objects").mkdir()

    with held(folder) as state:
        state.empty()

    assert [path.name for path in folder.iterdir()] == [MARKER]


def test_what_somebody_put_into_a_local_clouds_folder_stays(tmp_path: Path, thesis: Path) -> None:
    kept = contents(thesis)
    with held(tmp_path / "cloud") as state:
        (state.path / "personalize").mkdir()
        (state.path / "server.log").touch()
        thesis.rename(state.path / "mine")
        (state.path / "tmp").symlink_to(state.path / "mine")

        state.empty()

        assert {path.name for path in state.path.iterdir()} - {"tmp"} == {MARKER, "mine"}
        assert list(contents(state.path / "mine").values()) == list(kept.values())


def test_a_folder_that_an_older_version_made_is_taken_up(tmp_path: Path) -> None:
    (tmp_path / "personalize").mkdir()
    (tmp_path / "personalize" / "state.sqlite").touch()
    (tmp_path / "server.log").touch()

    require_free(tmp_path)

    (tmp_path / "thesis.tex").touch()
    with pytest.raises(UsageError, match=r"it holds personalize, server\.log, thesis\.tex, and"):
        require_free(tmp_path)


def test_a_folder_that_cannot_be_made_is_refused(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    below, told = tmp_path / "file" / "below", "--state takes a folder to write to"

    with pytest.raises(UsageError, match=told):
        require_free(below)
    with pytest.raises(UsageError, match=told), held(below):
        pytest.fail("a file has nothing below it")


def test_whoever_comes_second_hears_who_has_it(tmp_path: Path) -> None:
    who = rf"Another local cloud \(pid {os.getpid()}, {ENDPOINT}\) uses {tmp_path};"
    with held(tmp_path) as first:
        first.tell(ENDPOINT)

        with pytest.raises(UsageError, match=who):
            require_free(tmp_path)
        with pytest.raises(UsageError, match=who), held(tmp_path):
            pytest.fail("two hold the same folder")

    require_free(tmp_path)


def test_a_child_holds_it_after_its_parent(tmp_path: Path) -> None:
    with held(tmp_path) as parent:
        child = subprocess.Popen(
            [sys.executable, "-c", "input()"],
            stdin=subprocess.PIPE,
            pass_fds=(parent.descriptor,),
        )
    with pytest.raises(UsageError, match=f"pid {os.getpid()}, starting"):
        require_free(tmp_path)

    child.communicate(b"\n")

    require_free(tmp_path)


def test_a_state_that_an_emulator_of_its_own_uses_is_told_in_a_line(tmp_path: Path) -> None:
    store = Store(tmp_path / "personalize")
    try:
        done = localcloud("serve", "--port", "0", "--state", str(tmp_path))
    finally:
        store.close()

    assert done.returncode == 2, done.stderr
    assert done.stderr.startswith("localcloud: The state folder ")
    assert done.stderr.endswith("can not be used: database is locked.\n")


@pytest.mark.parametrize("command", ["run", "plan"])
def test_a_second_command_leaves_the_first_ones_cloud_alone(
    cloud: RunningCloud, command: str
) -> None:
    folder = cloud.log.parent
    (folder / "tmp" / "of-the-first").touch()
    (folder / "objects").mkdir(exist_ok=True)

    done = localcloud(command, PIPELINE, "--state", str(folder))

    assert done.returncode == 2, done.stderr
    assert f"(pid {cloud.process.pid}, {cloud.endpoint}) uses {folder};" in done.stderr
    assert len(done.stderr.strip().splitlines()) == 1, done.stderr
    assert (folder / "tmp" / "of-the-first").exists()
    assert (folder / "objects").is_dir()
