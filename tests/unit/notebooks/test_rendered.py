"""The rendered copy in the docs: of today's cells, whole, and small."""

import re
from pathlib import Path

import nbformat
import pytest

from localcloud.settings import PROJECT_ROOT

MODULES = sorted((PROJECT_ROOT / "notebooks").glob("[0-9]-*.ipynb"))
RENDERED = PROJECT_ROOT / "docs" / "workshop"
AGAIN = "stale: run `python scripts/notebooks.py --render`"
LARGEST = 250_000


@pytest.mark.parametrize("module", MODULES, ids=lambda module: module.stem)
def test_the_copy_has_every_cell_as_it_is_today_and_in_its_order(module: Path) -> None:
    text = (RENDERED / f"{module.stem}.md").read_text()
    at = 0

    for cell in nbformat.read(module, as_version=4).cells:
        code = cell.cell_type == "code"
        source = f"```python\n{cell.source}\n```" if code else cell.source.strip()
        found = text.find(source, at)
        assert found >= 0, f"{AGAIN}; it lacks:\n{source[:300]}"
        at = found + len(source)


@pytest.mark.parametrize("module", MODULES, ids=lambda module: module.stem)
def test_the_copy_shows_what_the_cells_answered(module: Path) -> None:
    text = (RENDERED / f"{module.stem}.md").read_text()
    drawing = [c for c in nbformat.read(module, as_version=4).cells if "plt.show()" in c.source]

    plots = re.findall(r"!\[png\]\(([^)]+)\)", text)
    assert len(plots) == len(drawing)
    assert [plot for plot in plots if not (RENDERED / plot).is_file()] == []
    assert re.findall(r"Traceback|\w*Warning: ", text) == []


def test_no_file_is_large_and_none_is_left_over() -> None:
    files = [file for file in RENDERED.rglob("*") if file.is_file()]
    linked = "".join(file.read_text() for file in files if file.suffix == ".md")

    assert [file.name for file in files if file.stat().st_size > LARGEST] == []
    assert [file.name for file in files if file.suffix == ".png" and file.name not in linked] == []
    assert {f.stem for f in files if f.suffix == ".md"} == {m.stem for m in MODULES} | {"README"}
