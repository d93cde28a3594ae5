"""The rooms of the house keep to themselves: which package may import which."""

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
PROJECT = {"app", "stacks", "lambdas", "localcloud", "personalize_emulator"}
# What each room may import of the project, itself aside.
ALLOWED = {
    "app": {"stacks", "lambdas.shared"},
    "stacks": {"lambdas.shared"},
    "lambdas": set(),
    # The report's page is drawn once: the local cloud adds what only it knows to the same page.
    "localcloud": {"personalize_emulator", "lambdas.shared", "lambdas.report"},
    "personalize_emulator": set(),
}
JUDGEMENT = {"rules", "metrics", "gate", "cost", "estimate"}
MAX_LINES = 300


def sources(room: str) -> list[Path]:
    if room == "app":
        return [ROOT / "app.py"]
    return sorted((ROOT / room).rglob("*.py"))


def imported(file: Path) -> Iterator[str]:
    for node in ast.walk(ast.parse(file.read_text())):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and node.module and node.level == 0:
            yield node.module


@pytest.mark.parametrize("room", sorted(ALLOWED))
def test_a_room_imports_only_what_its_arrow_allows(room: str) -> None:
    trespasses = [
        f"{file.relative_to(ROOT)} imports {module}"
        for file in sources(room)
        for module in imported(file)
        if module.split(".")[0] in PROJECT - {room}
        and not any(module == may or module.startswith(f"{may}.") for may in ALLOWED[room])
    ]

    assert trespasses == []


def test_judgement_never_touches_the_cloud() -> None:
    files = [file for file in sources("lambdas") if file.stem in JUDGEMENT]
    trespasses = [
        f"{file.relative_to(ROOT)} imports {module}"
        for file in files
        for module in imported(file)
        if module.split(".")[0] in {"boto3", "botocore", "os", "duckdb"}
        or module.endswith(".handler")
    ]

    assert files, "no rules found: were they renamed?"
    assert trespasses == []


def test_handlers_stay_thin() -> None:
    lengths = {
        str(file.relative_to(ROOT)): node.end_lineno - node.lineno + 1
        for file in sources("lambdas")
        if file.stem == "handler"
        for node in ast.walk(ast.parse(file.read_text()))
        if isinstance(node, ast.FunctionDef) and node.name == "handler" and node.end_lineno
    }

    assert lengths, "no handlers found: were they renamed?"
    assert {name: lines for name, lines in lengths.items() if lines > 15} == {}


def test_no_file_outgrows_a_reader() -> None:
    files = [file for room in (*ALLOWED, "tests", "benchmarks") for file in sources(room)]
    lengths = {str(f.relative_to(ROOT)): len(f.read_text().splitlines()) for f in files}

    assert {name: lines for name, lines in lengths.items() if lines > MAX_LINES} == {}
