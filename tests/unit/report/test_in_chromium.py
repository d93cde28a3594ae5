"""The page in a real browser, where there is one: nothing logged, nothing fetched, all drawn."""

import html
from datetime import timedelta
from pathlib import Path

import pytest

from lambdas.report.model import Stage
from lambdas.report.page import render
from tests.browser import (
    DESKTOP,
    PHONE,
    Visit,
    needs_browser,
    texts_cut_off,
    texts_that_hide_each_other,
    visit,
)
from tests.unit.report.example import NASTY, START, report, with_alike_solutions

pytestmark = needs_browser


@pytest.fixture(scope="module")
def seen(tmp_path_factory: pytest.TempPathFactory) -> Visit:
    folder = tmp_path_factory.mktemp("chromium")
    page = folder / "report.html"
    page.write_text(render(report()), encoding="utf-8")
    return visit(page, folder)


def test_the_console_stays_empty(seen: Visit) -> None:
    assert seen.console == []


def test_nothing_is_requested_from_anywhere(seen: Visit) -> None:
    assert seen.requests == []


def test_the_charts_and_the_outcome_are_in_the_document(seen: Visit) -> None:
    assert seen.dom.count("<svg") == 5
    assert 'class="badge warn" data-outcome="">partly' in seen.dom


def test_text_taken_from_data_stays_text(seen: Visit) -> None:
    assert html.escape(NASTY, quote=False) in seen.dom
    assert "<script" not in seen.dom


@pytest.mark.parametrize("width", [PHONE, DESKTOP])
def test_no_text_of_a_chart_hides_another(tmp_path: Path, width: int) -> None:
    page = render(with_alike_solutions())

    assert texts_that_hide_each_other(page, tmp_path, width=width) == []


def test_a_telephone_shows_every_text_to_its_end(tmp_path: Path) -> None:
    late = Stage(
        name="promote",
        lane="movies-you-may-also-like",
        started_at=START + timedelta(seconds=15),
        ended_at=START + timedelta(seconds=16),
    )
    run = report()
    page = render(run.model_copy(update={"stages": (*run.stages, late)}))

    assert texts_cut_off(page, tmp_path, width=PHONE) == []


def test_a_text_that_is_cut_off_would_be_caught(tmp_path: Path) -> None:
    page = f"<body><p>{'x' * 200}</p></body>"

    assert texts_cut_off(page, tmp_path, width=PHONE) == ["x" * 200]


def test_texts_that_hide_each_other_would_be_caught(tmp_path: Path) -> None:
    text = '<text x="9" y="20">{}</text>'
    page = f"<body><svg>{text.format('one')}{text.format('other')}</svg></body>"

    assert texts_that_hide_each_other(page, tmp_path, width=PHONE) == [["one", "other"]]


def test_a_page_that_does_ask_would_be_caught(tmp_path: Path) -> None:
    page = tmp_path / "curious.html"
    page.write_text("<img src='http://127.0.0.1:9/x.png'><script>console.error('no')</script>")

    caught = visit(page, tmp_path)

    assert caught.requests == ["http://127.0.0.1:9/x.png"]
    assert any("no" in line for line in caught.console)
