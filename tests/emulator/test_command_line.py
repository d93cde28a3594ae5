"""The emulator's own command line: what it is started with, and what it can not start with."""

import socket
from pathlib import Path

import pytest

from personalize_emulator.__main__ import announce, main, parse_arguments
from personalize_emulator.resources.store import Store


def test_the_command_line_has_its_defaults() -> None:
    options = parse_arguments(["--port", "0", "--quota", "schemas=9"])

    assert (options.port, options.pace, options.speed) == (0, "fast", 1)
    assert options.quota == ["schemas=9"]


def complaint(capsys: pytest.CaptureFixture[str], *options: str) -> str:
    assert main(list(options)) == 2
    told = capsys.readouterr().err
    assert len(told.splitlines()) == 1, told
    return told


def test_what_it_can_not_start_with_is_told_in_a_line(
    capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    (tmp_path / "file").touch()
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        assert f"Port {port} can not be used" in complaint(capsys, "--port", str(port))
    assert "no quota is called planets" in complaint(capsys, "--quota", "planets=9")
    assert "is no folder" in complaint(capsys, "--s3-root", str(tmp_path / "file"))
    assert "does not exist" in complaint(capsys, "--s3-root", str(tmp_path / "no-such-folder"))


@pytest.mark.parametrize("speed", ["-1", "0", "nan", "inf", "fast"])
def test_time_passes_and_forwards(capsys: pytest.CaptureFixture[str], speed: str) -> None:
    with pytest.raises(SystemExit, match="2"):
        main(["--speed", speed])

    assert f"{speed} is no number greater than 0" in capsys.readouterr().err


def test_a_state_folder_has_one_user_at_a_time(
    capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    first = Store(tmp_path / "state")

    assert "database is locked" in complaint(capsys, "--state", str(tmp_path / "state"))

    first.close()
    Store(tmp_path / "state").close()


@pytest.mark.parametrize("name", ["", "below"])
def test_a_file_is_no_state_folder(
    capsys: pytest.CaptureFixture[str], tmp_path: Path, name: str
) -> None:
    (tmp_path / "file").touch()

    told = complaint(capsys, "--state", str(tmp_path / "file" / name))

    assert "file" in told
    assert "can not be used: " in told


def test_a_folder_with_somebodys_own_data_is_no_state_folder(
    capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    own = tmp_path / "datasets" / "1" / "rows.csv"
    own.parent.mkdir(parents=True)
    own.touch()

    assert "it has datasets, but no state.sqlite" in complaint(capsys, "--state", str(tmp_path))
    assert [path for path in tmp_path.rglob("*") if path.is_file()] == [own]


@pytest.mark.parametrize(
    ("variable", "named", "in_s3", "warned"),
    [
        ("AWS_ENDPOINT_URL", "http://localhost:8000", True, True),
        ("AWS_ENDPOINT_URL_S3", "http://127.0.0.1:8000/", True, True),
        ("AWS_ENDPOINT_URL", "http://localhost:8000", False, False),
        ("AWS_ENDPOINT_URL_S3", "http://localhost:18000", True, False),
        ("AWS_ENDPOINT_URL_S3", "http://minio:8000", True, False),
        ("AWS_ENDPOINT_URL_S3", "http://localhost:port", True, False),
        ("AWS_PROFILE", "default", True, False),
    ],
)
def test_it_warns_who_names_it_as_the_s3_of_its_own(
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
    caplog: pytest.LogCaptureFixture,
    *,
    variable: str,
    named: str,
    in_s3: bool,
    warned: bool,
) -> None:
    for name in ("AWS_ENDPOINT_URL", "AWS_ENDPOINT_URL_S3"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv(variable, named)
    announce("http://127.0.0.1:8000", in_s3=in_s3)
    assert capsys.readouterr().out == "ready http://127.0.0.1:8000\n"
    assert ("--s3-root" in caplog.text) == warned
