"""The README's table beside the peers: every row names a test, and the test is there."""

import ast
import re
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
_HEADING = "## Compared with the peers"
_LINK = re.compile(r"\[(test_\w+)\]\((tests/[\w/]+\.py)\)")


def rows() -> list[str]:
    """The table's rows, head and rule left out."""
    section = (ROOT / "README.md").read_text().split(_HEADING, 1)[1].split("\n## ", 1)[0]
    return [line for line in section.splitlines() if line.startswith("| ")][2:]


@pytest.mark.parametrize("row", rows(), ids=lambda row: row.split("|")[1].strip())
def test_a_row_names_a_test_that_exists(row: str) -> None:
    cells = [cell.strip() for cell in row.strip("|\n ").split("|")]
    link = _LINK.fullmatch(cells[-1])
    assert len(cells) == 4
    assert link, f"no test is named by: {row}"

    name, path = link.groups()
    tree = ast.parse((ROOT / path).read_text())
    tests = {node.name for node in ast.walk(tree) if isinstance(node, ast.FunctionDef)}
    assert name in tests, f"{path} has no {name}"


def test_the_table_has_rows() -> None:
    assert len(rows()) > 30
