"""The page in a real browser, where there is one: nothing logged, nothing fetched, all drawn."""

import json
import shutil
import subprocess
from collections.abc import Iterator
from pathlib import Path
from typing import Any, NamedTuple
from urllib.parse import urlsplit

import pytest

from lambdas.report.page import render
from tests.unit.report.example import report

CHROMIUM = shutil.which("chromium") or shutil.which("google-chrome") or ""
pytestmark = pytest.mark.skipif(not CHROMIUM, reason="no Chromium on this machine")
QUIET = (
    *("--headless", "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run"),
    *("--disable-background-networking", "--disable-component-update", "--disable-sync"),
    *("--disable-features=NetworkTimeServiceQuerying", "--host-resolver-rules=MAP * ~NOTFOUND"),
    *("--enable-logging=stderr", "--window-size=390,4000", "--hide-scrollbars"),
)


class Visit(NamedTuple):
    dom: str
    console: list[str]
    requests: list[str]


def visit(page: Path, folder: Path) -> Visit:
    log = folder / "net.json"
    done = subprocess.run(
        [
            CHROMIUM,
            *QUIET,
            f"--user-data-dir={folder / 'profile'}",
            f"--log-net-log={log}",
            "--dump-dom",
            page.as_uri(),
        ],
        capture_output=True,
        text=True,
        timeout=120,
        check=True,
    )
    console = [line for line in done.stderr.splitlines() if ":CONSOLE" in line]
    return Visit(done.stdout, console, sorted(set(_urls(json.loads(log.read_text())))))


def _urls(log: dict[str, Any]) -> Iterator[str]:
    """What the page asked for; the browser's own errands have no origin."""
    for event in log["events"]:
        parameters = event.get("params", {})
        asked_by_page = parameters.get("initiator", "not an origin") != "not an origin"
        if asked_by_page and urlsplit(parameters["url"]).scheme not in {"file", "data"}:
            yield parameters["url"]


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


def test_a_page_that_does_ask_would_be_caught(tmp_path: Path) -> None:
    page = tmp_path / "curious.html"
    page.write_text("<img src='http://127.0.0.1:9/x.png'><script>console.error('no')</script>")

    caught = visit(page, tmp_path)

    assert caught.requests == ["http://127.0.0.1:9/x.png"]
    assert any("no" in line for line in caught.console)
