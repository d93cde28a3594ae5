"""The validation report on a screen, as narrow as a telephone's."""

from pathlib import Path

import pytest

from lambdas.validate.page import render
from tests.browser import DESKTOP, PHONE, needs_browser, texts_cut_off
from tests.unit.validate.drops import interactions, items, look

pytestmark = needs_browser
DROP = "20261129T132836206329Z_of_everything_that_the_shop_has"


@pytest.fixture(scope="module")
def page(tmp_path_factory: pytest.TempPathFactory) -> str:
    """The report of a drop with a finding, and with events in many months."""
    day = 24 * 3600
    header, *rows = interactions(3_000)
    spread = [row.split(",") for row in rows]
    old = [f"{u},{i},{int(t) - n * day},{kind}" for n, (u, i, t, kind) in enumerate(spread)]
    files = {"interactions": [header, *old, old[0]], "items": items()}
    dropped = {kind: "\n".join(lines).encode() + b"\n" for kind, lines in files.items()}
    return render(DROP, look(tmp_path_factory.mktemp("drop"), dropped))


@pytest.mark.parametrize("width", [PHONE, DESKTOP])
def test_every_text_is_shown_to_its_end(page: str, width: int, tmp_path: Path) -> None:
    assert DROP in page
    assert "equal an earlier one" in page
    assert texts_cut_off(page, tmp_path, width=width) == []


def test_numbers_stay_in_one_piece_and_names_are_broken_nowhere(page: str) -> None:
    assert "<td class='number'>3,001</td>" in page
    assert "td{overflow-wrap" not in page
