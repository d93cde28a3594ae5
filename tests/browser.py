"""A page in headless Chromium: what it logs, what it asks for, what is drawn over what."""

import json
import re
import shutil
import subprocess
from collections.abc import Iterator
from html import unescape
from pathlib import Path
from typing import Any, NamedTuple
from urllib.parse import urlsplit

import pytest

CHROMIUM = shutil.which("chromium") or shutil.which("google-chrome") or ""
needs_browser = pytest.mark.skipif(
    not CHROMIUM, reason="neither chromium nor google-chrome is installed on this machine"
)
PHONE, DESKTOP = 390, 1200
_QUIET = (
    *("--headless", "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run"),
    *("--disable-background-networking", "--disable-component-update", "--disable-sync"),
    *("--disable-features=NetworkTimeServiceQuerying", "--host-resolver-rules=MAP * ~NOTFOUND"),
    *("--enable-logging=stderr", "--hide-scrollbars"),
)
# Texts of one picture that cover each other by more than a hair, as the browser laid them out.
_MEASURE = """
<pre id="hidden"></pre><script>
const found = [];
for (const picture of document.querySelectorAll("svg")) {
  const texts = [...picture.querySelectorAll("text")].filter(t => t.textContent.trim());
  const boxes = texts.map(t => t.getBoundingClientRect());
  boxes.forEach((a, i) => boxes.slice(i + 1).forEach((b, j) => {
    const wide = Math.min(a.right, b.right) - Math.max(a.left, b.left);
    const high = Math.min(a.bottom, b.bottom) - Math.max(a.top, b.top);
    if (wide > 1 && high > 0.3 * Math.min(a.height, b.height))
      found.push([texts[i].textContent, texts[i + 1 + j].textContent]);
  }));
}
document.getElementById("hidden").textContent = JSON.stringify(found);
</script>
"""
# What the screen's edge, or a box's, cuts off; a box that scrolls shows all it has.
_MEASURE_EDGES = """
<pre id="hidden"></pre><script>
const walk = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT), found = [];
while (walk.nextNode()) {
  const text = walk.currentNode, owner = text.parentElement, range = document.createRange();
  if (!text.textContent.trim() || owner.closest("script, style, pre, title, desc")) continue;
  range.selectNodeContents(text);
  const box = range.getBoundingClientRect();
  if (owner.closest(".wide")) continue;
  const around = (owner.closest("section") ?? document.documentElement).getBoundingClientRect();
  if (box.width && (box.left < around.left - 1 || box.right > around.right + 1))
    found.push(text.textContent.trim());
}
document.getElementById("hidden").textContent = JSON.stringify(found);
</script>
"""


class Visit(NamedTuple):
    """What a visit to a page showed.

    Attributes:
        dom: The document once it is loaded.
        console: The lines of the console.
        requests: The addresses it asked for, other than files and data in the page itself.
    """

    dom: str
    console: list[str]
    requests: list[str]


def visit(page: Path, folder: Path, *, width: int = PHONE) -> Visit:
    """Load a page; the browser's own files go into ``folder``."""
    log = folder / "net.json"
    done = subprocess.run(
        [
            CHROMIUM,
            *_QUIET,
            f"--window-size={width},4000",
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


def texts_that_hide_each_other(html: str, folder: Path, *, width: int) -> list[list[str]]:
    """Return the pairs of texts in a page's pictures that cover each other at a screen's width."""
    pairs: list[list[str]] = _measured(html, _MEASURE, folder, width)
    return pairs


def texts_cut_off(html: str, folder: Path, *, width: int) -> list[str]:
    """Return the texts of a page that do not end within a screen of that width."""
    texts: list[str] = _measured(html, _MEASURE_EDGES, folder, width)
    return texts


def _measured(html: str, script: str, folder: Path, width: int) -> Any:
    page = folder / "measured.html"
    # The page itself forbids scripts; the measurement is one.
    free = re.sub(r'<meta http-equiv="Content-Security-Policy"[^>]*>', "", html)
    page.write_text(free.replace("</body>", f"{script}</body>"), encoding="utf-8")
    [found] = re.findall(r'<pre id="hidden">(.*?)</pre>', visit(page, folder, width=width).dom)
    return json.loads(unescape(found))


def _urls(log: dict[str, Any]) -> Iterator[str]:
    """What the page asked for; the browser's own errands have no origin."""
    for event in log["events"]:
        parameters = event.get("params", {})
        asked_by_page = parameters.get("initiator", "not an origin") != "not an origin"
        if asked_by_page and urlsplit(parameters["url"]).scheme not in {"file", "data"}:
            yield parameters["url"]
