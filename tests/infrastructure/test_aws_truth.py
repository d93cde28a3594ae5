"""`docs/aws-truth.md` names tests and files; they are there, under these names."""

import re

import pytest

from tests.infrastructure.conftest import ROOT

PAGE = (ROOT / "docs" / "aws-truth.md").read_text()
NAMED = sorted(
    set(re.findall(r"`((?:tests|localcloud|scripts|stacks)/[\w./]+?)(?:::(\w+))?`", PAGE))
)


def test_the_page_names_tests() -> None:
    assert len([name for name, function in NAMED if function]) > 5


@pytest.mark.parametrize(("file", "function"), NAMED)
def test_what_the_page_names_is_there(file: str, function: str) -> None:
    path = ROOT / file

    assert path.exists()
    assert not function or re.search(rf"^def {function}\(", path.read_text(), re.MULTILINE)


def test_every_claim_says_what_shows_it() -> None:
    rows = [line.split("|") for line in PAGE.splitlines() if line.startswith("| ")]
    claims = [row for row in rows if row[1].strip() not in {"claim", "---"}]

    assert len(claims) > 15
    assert [row[1] for row in claims if not row[2].strip()] == []
