"""The pages about promotion, cost and observation say what the code and the template say."""

import re
from pathlib import Path

import pytest

from scripts.write_docs import PAGES, ROOT, written
from tests.infrastructure.conftest import Synthesized

# A file or folder of the project, as the pages name it.
PATH = re.compile(r"`((?:lambdas|stacks|tests|docs|pipelines|localcloud)/[\w./-]*)`")
EVERY_PAGE = sorted((ROOT / "docs").glob("*.md"))


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.stem)
def test_the_tables_are_those_that_the_code_writes(page: Path, movielens: Synthesized) -> None:
    text = page.read_text()

    assert "<!-- table: " in text
    assert text == written(text, movielens.template), "run python -m scripts.write_docs"


@pytest.mark.parametrize("page", EVERY_PAGE, ids=lambda page: page.stem)
def test_what_the_page_points_to_is_there(page: Path) -> None:
    named = PATH.findall(page.read_text())

    assert [name for name in named if not (ROOT / name).exists()] == []
