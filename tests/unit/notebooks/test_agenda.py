"""The table that leads from the old workshop's agenda to the cells of today."""

import re
from urllib.parse import unquote

import nbformat
import pytest

from localcloud.settings import PROJECT_ROOT

FOLDER = PROJECT_ROOT / "notebooks"
README = FOLDER / "README.md"
LINK = re.compile(r"\[[^\]]+\]\((?P<file>[\w-]+\.ipynb)(?:#(?P<heading>.+?))?\)(?=[\s,;:.|])")
# What the workshop names: its algorithms, then its steps.
ALGORITHMS = (
    *("HRNN", "HRNN-Metadata", "HRNN-Coldstart", "SIMS", "Personalized-Ranking"),
    *("Popularity-Count", "DeepFM", "FFNN", "AutoML", "HPO"),
)
STEPS = (
    *("CloudFormation", "ratings to click and watch", "schemas", "dataset group", "role"),
    *("Import interactions", "item metadata", "user metadata", "Validate", "Evaluate"),
    *("Rank-aware", "by use case", "Feedback loops", "Time", "Diversity", "capacity and cost"),
    *("real time", "Similar items", "genre, decade, watched and unwatched", "Cold users"),
    *("Cold items", "Promotions", "Batch", "segments", "Contextual", "Clean up"),
)
# Retired, or replaced: a row has to name the successor.
SUCCEEDED = ("HRNN", "HRNN-Metadata", "HRNN-Coldstart", "SIMS", "DeepFM", "AutoML")


def rows() -> list[tuple[str, str]]:
    """Then and now, row by row."""
    table = README.read_text().partition("| then | now |")[2]
    cells = [line.strip("| ").split(" | ") for line in table.splitlines() if line.startswith("|")]
    return [(then, now) for then, now in cells[1:]]


def headings(file: str) -> set[str]:
    """A notebook's headings as Jupyter makes anchors of them."""
    notebook = nbformat.read(FOLDER / file, as_version=4)
    text = "\n".join(c.source for c in notebook.cells if c.cell_type == "markdown")
    return {h.strip().replace(" ", "-") for h in re.findall(r"^#+ (.+)$", text, re.MULTILINE)}


def links(text: str) -> list[tuple[str, str]]:
    found = LINK.finditer(f"{text} ")
    return [(match["file"], unquote(match["heading"] or "")) for match in found]


def test_every_row_leads_to_cells_that_exist() -> None:
    lost = [
        f"{then}: {file}#{heading}"
        for then, now in rows()
        for file, heading in links(now)
        if heading not in headings(file)
    ]

    assert lost == []
    assert [then for then, now in rows() if not links(now)] == []


@pytest.mark.parametrize("named", [*ALGORITHMS, *STEPS])
def test_what_the_workshop_names_has_a_row(named: str) -> None:
    assert [then for then, _ in rows() if re.search(rf"\b{named}\b", then, re.IGNORECASE)]


@pytest.mark.parametrize("retired", SUCCEEDED)
def test_what_was_replaced_is_named_with_its_successor(retired: str) -> None:
    [now] = [now for then, now in rows() if retired in re.split(r"[ ,]+", then)]

    assert "successor" in now


@pytest.mark.parametrize("named", ALGORITHMS)
def test_every_algorithm_of_the_workshop_appears_in_a_module(named: str) -> None:
    modules = [file.read_text() for file in FOLDER.glob("[0-9]-*.ipynb")]

    assert any(re.search(rf"\b{named}\b", text, re.IGNORECASE) for text in modules)


def test_every_module_is_in_the_list_of_modules() -> None:
    listed = re.findall(r"^\| \[\d · [^\]]+\]\(([\w-]+\.ipynb)\)", README.read_text(), re.MULTILINE)

    assert listed == sorted(file.name for file in FOLDER.glob("[0-9]-*.ipynb"))
