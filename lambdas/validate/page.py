"""The validation report as one self-contained page."""

import re
import sys
from collections.abc import Sequence
from datetime import UTC, datetime
from html import escape
from typing import Any

import pygal
from pygal.style import Style

from lambdas.validate.facts import Facts
from lambdas.validate.findings import Finding, Level, worst_first
from lambdas.validate.seen import Seen

# pygal's hook for its map plugins speaks a protocol that Python 3.12 dropped and 3.11 warns of.
sys.meta_path[:] = [f for f in sys.meta_path if not isinstance(f, pygal.PluginImportFixer)]
_SCRIPT = re.compile(r"<script.*?</script>", re.DOTALL)
_STYLE = Style(
    background="transparent",
    plot_background="transparent",
    foreground="#6b7785",
    foreground_strong="#6b7785",
    foreground_subtle="#c9d1dc",
    colors=("#4c78c8", "#4f9d5b", "#d39a2d"),
    font_family="system-ui, sans-serif",
    label_font_size=17,
    major_label_font_size=17,
    title_font_size=20,
)
_CSS = """
:root{color-scheme:light dark}
body{font:16px/1.5 system-ui,sans-serif;max-width:64rem;margin:0 auto;padding:1rem}
table{border-collapse:collapse;width:100%;margin:.5rem 0 1.5rem}
td,th{padding:.35rem .6rem;border-bottom:1px solid #8884;text-align:left;vertical-align:top}
.refuse{color:#c0392b;font-weight:600}.warn{color:#b9770e;font-weight:600}
h1,td:last-child{overflow-wrap:anywhere}
.refuse,.warn,.mended,.number{white-space:nowrap}.number{text-align:right}
.wide{overflow-x:auto}.begun td{border-bottom:0}
.charts{display:grid;grid-template-columns:repeat(auto-fit,minmax(min(100%,28rem),1fr));gap:1rem}
.charts svg{width:100%;height:auto}
@media(prefers-color-scheme:dark){body{background:#14181d;color:#e4e8ee}}
"""
_TAIL_POINTS = 60
_LABELS = 12
# A picture takes the width of a telephone's screen; its labels can still be read there.
_PICTURE: dict[str, Any] = {
    "style": _STYLE,
    "show_legend": False,
    "js": (),
    "width": 600,
    "height": 360,
    "max_scale": 8,
}


def render(drop_id: str, seen: Seen) -> str:
    """Return the page; nothing in it is fetched, and text out of the data is escaped."""
    verdict = "refused" if seen.refused else "sound"
    body = [
        f"<h1>Drop {escape(drop_id)}: {verdict}</h1>",
        _findings(worst_first(seen.findings)),
        _numbers(seen.facts),
    ]
    interactions = seen.facts.get("interactions")
    if interactions and interactions.rows:
        body.append(_charts(interactions))
    return (
        '<!doctype html><html lang="en"><head><meta charset="utf-8">'
        '<meta name="viewport" content="width=device-width, initial-scale=1">'
        f"<title>Drop {escape(drop_id)}</title><style>{_CSS}</style></head>"
        f"<body>{''.join(body)}</body></html>"
    )


def _findings(findings: Sequence[Finding]) -> str:
    if not findings:
        return "<p>Nothing to say against it.</p>"
    rows = "".join(
        f'<tr><td class="{finding.level}">{_LEVELS[finding.level]}</td>'
        f"<td>{escape(finding.message)}</td></tr>"
        for finding in findings
    )
    return f"<h2>Findings</h2><table>{rows}</table>"


_LEVELS = {Level.REFUSE: "stops the run", Level.WARN: "to know", Level.MENDED: "mended"}


def _numbers(facts: dict[str, Facts]) -> str:
    head = "".join(f"<th{css}>{name}</th>" for name, css in _COLUMNS.items())
    rows = "".join(map(_row, facts.values()))
    table = f"<div class='wide'><table><tr>{head}</tr>{rows}</table></div>"
    return f"<h2>Numbers</h2>{table}" if rows else ""


_NUMBER = " class='number'"
_COLUMNS = {"file": "", "rows": _NUMBER, "bytes": _NUMBER}


def _row(facts: Facts) -> str:
    more = _more(facts)
    begun = " class='begun'" if more else ""
    cells = f"<td{_NUMBER}>{facts.rows:,}</td><td{_NUMBER}>{facts.size:,}</td>"
    below = f"<tr><td colspan='{len(_COLUMNS)}'>{escape(more)}</td></tr>" if more else ""
    return f"<tr{begun}><td>{escape(facts.name)}</td>{cells}</tr>{below}"


def _more(facts: Facts) -> str:
    if not facts.users or facts.first_time is None or facts.last_time is None:
        return ""
    density = facts.rows / (facts.users * max(facts.things, 1))
    again = facts.repeats / max(facts.followed, 1)
    return (
        f"{facts.users:,} users, {facts.things:,} items, density {density:.2%}, "
        f"{again:.1%} repeats, {facts.cold_things:,} items without "
        f"interactions, {_day(facts.first_time)} to {_day(facts.last_time)}"
    )


def _day(seconds: int) -> str:
    try:
        return datetime.fromtimestamp(seconds, UTC).strftime("%Y-%m-%d")
    except (OverflowError, ValueError, OSError):
        return str(seconds)  # out of the calendar's range: a finding says so


def _charts(facts: Facts) -> str:
    charts = [_bars("Events by type", facts.event_types), _bars("Events by month", facts.by_month)]
    tail = facts.popularity[:: max(1, len(facts.popularity) // _TAIL_POINTS)]
    line = pygal.Line(title="Popularity, the top 1,000 items", **_PICTURE)
    line.add("interactions", tail)
    charts.append(_drawn(line))
    return f"<h2>The data</h2><div class='charts'>{''.join(charts)}</div>"


def _drawn(chart: pygal.Graph) -> str:
    """Return a chart as SVG; its script is for tooltips, and a page without any is trusted more."""
    svg: str = chart.render(is_unicode=True, disable_xml_declaration=True)
    return _SCRIPT.sub("", svg)


def _bars(title: str, counts: dict[str, int]) -> str:
    if not counts:
        return ""
    chart = pygal.Bar(
        title=title,
        x_label_rotation=40,
        truncate_label=18,
        x_labels_major_count=_LABELS,
        show_minor_x_labels=len(counts) <= _LABELS,
        **_PICTURE,
    )
    chart.x_labels = list(counts)
    chart.add("events", list(counts.values()))
    return _drawn(chart)
