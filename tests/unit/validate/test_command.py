"""The command: what it prints and how it exits, whatever it is pointed at."""

from pathlib import Path

import pytest

from lambdas.validate.__main__ import main
from tests.unit.validate.drops import sound
from tests.unit.validate.test_names import PIPELINE


@pytest.fixture
def asked(tmp_path: Path) -> list[str]:
    """A pipeline file and a folder with sound interactions."""
    (tmp_path / "shop.yaml").write_text(PIPELINE)
    (tmp_path / "drop").mkdir()
    (tmp_path / "drop" / "interactions.csv").write_bytes(sound("interactions"))
    return [str(tmp_path / "shop.yaml"), str(tmp_path / "drop")]


def test_a_sound_folder_is_said_to_be_sound(
    asked: list[str], tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    code = main([*asked, "--html", str(tmp_path / "a.html"), "--json", str(tmp_path / "a.json")])

    assert code == 0
    assert capsys.readouterr().out.endswith("sound\n")
    assert "interactions.csv" in (tmp_path / "a.html").read_text()
    assert '"rows": 60000' in (tmp_path / "a.json").read_text()


def test_a_refused_folder_is_told_why(
    asked: list[str], tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "drop" / "interactions.csv").write_bytes(b"")

    assert main(asked) == 1

    said = capsys.readouterr().out.splitlines()
    assert said[0].startswith("refuse: interactions.csv, line 1: is empty")
    assert said[-1] == "refused"


@pytest.mark.parametrize("option", ["--html", "--json"])
def test_a_report_that_cannot_be_written_is_one_line(
    asked: list[str], option: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    nowhere = tmp_path / "nowhere" / "report"

    assert main([*asked, option, str(nowhere)]) == 2

    assert capsys.readouterr().err == f"{nowhere}: No such file or directory\n"


def test_a_folder_that_is_none_is_one_line(
    asked: list[str], capsys: pytest.CaptureFixture[str]
) -> None:
    assert main([asked[0], asked[0]]) == 2

    assert capsys.readouterr().err == f"{asked[0]} is no folder\n"


def test_a_retired_recipe_is_refused_unless_asked_for_as_a_run_does(
    asked: list[str], capsys: pytest.CaptureFixture[str]
) -> None:
    Path(asked[0]).write_text(PIPELINE.replace("aws-popularity-count", "aws-hrnn"))

    assert main(asked) == 2
    assert "aws-hrnn" in capsys.readouterr().err
    assert main([*asked, "--legacy-recipes"]) == 0


def test_an_interrupted_look_is_one_word(
    asked: list[str], monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    def interrupted(*_: object, **__: object) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr("lambdas.validate.__main__.validate_folder", interrupted)

    assert main(asked) == 130
    assert capsys.readouterr().err == "interrupted\n"
