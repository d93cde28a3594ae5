"""The page about the emulator says what the code does."""

from pathlib import Path

from personalize_emulator.api.model import load_api
from personalize_emulator.documentation import page, statements

PAGE = Path(__file__).resolve().parents[2] / "docs" / "emulator.md"


def test_the_page_is_the_one_that_the_code_writes() -> None:
    assert PAGE.read_text() == page(), "run python -m personalize_emulator.documentation"


def test_every_operation_is_on_it() -> None:
    text = page()
    assert [o.name for o in load_api().operations if f"| {o.name} |" not in text] == []


def test_marked_sentences_are_collected() -> None:
    assert any("not emulated" in s for s in statements("resources.campaigns"))
    assert any("inferred" in s for s in statements("data.csvfile"))
