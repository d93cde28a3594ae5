"""The validation report as one self-contained page."""

import re
import sys
from collections.abc import Sequence
from datetime import UTC, datetime
from html import escape

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
)
_CSS = """
:root{color-scheme:light dark}
body{font:16px/1.5 system-ui,sans-serif;max-width:64rem;margin:0 auto;padding:1rem}
table{border-collapse:collapse;width:100%;margin:.5rem 0 1.5rem}
td,th{padding:.35rem .6rem;border-bottom:1px solid #8884;text-align:left;vertical-align:top}
.refuse{color:#c0392b;font-weight:600}.warn{color:#b9770e;font-weight:600}
.charts{display:grid;grid-template-columns:repeat(auto-fit,minmax(18rem,1fr));gap:1rem}
.charts svg{width:100%;height:auto}td{overflow-wrap:anywhere}
@media(prefers-color-scheme:dark){body{background:#14181d;color:#e4e8ee}}
"""
_TAIL_POINTS = 60


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
    head = "<tr><th>file</th><th>rows</th><th>bytes</th><th></th></tr>"
    rows = "".join(
        f"<tr><td>{escape(one.name)}</td><td>{one.rows:,}</td><td>{one.size:,}</td>"
        f"<td>{escape(_more(one))}</td></tr>"
        for one in facts.values()
    )
    return f"<h2>Numbers</h2><table>{head}{rows}</table>" if rows else ""


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
    line = pygal.Line(
        style=_STYLE, title="Popularity, the top 1,000 items", show_legend=False, js=(), height=320
    )
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
        style=_STYLE,
        title=title,
        show_legend=False,
        js=(),
        height=320,
        x_label_rotation=40,
        truncate_label=18,
    )
    chart.x_labels = list(counts)
    chart.add("events", list(counts.values()))
    return _drawn(chart)
