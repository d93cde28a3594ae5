"""The timeline as SVG: one row a stage, its bar from start to end.

Positions along the time are percentages and the picture has no view box, so that bars follow the
width of the screen while the text keeps its size.
"""

from collections.abc import Iterator, Sequence
from xml.etree import ElementTree as ET

from markupsafe import Markup

from lambdas.report.charts import NS
from lambdas.report.model import Stage
from lambdas.report.words import duration

ROW = 34
BAR = 12
AXIS = 24
MINUTE = 60
HOUR = 60 * MINUTE
# A tick every so many seconds: the first that leaves at most MOST_TICKS.
STEPS = (1, 2, 5, 10, 15, 30, MINUTE, 2 * MINUTE, 5 * MINUTE, 10 * MINUTE, 30 * MINUTE, HOUR)
LONG_STEPS = tuple(HOUR * hours for hours in (2, 6, 12, 24, 48, 168))
MOST_TICKS = 6
THINNEST = 0.4
# Pixels: of a label's character, generously, and of the picture on a telephone.
CHARACTER = 7
NARROWEST = 330


def gantt(stages: Sequence[Stage]) -> Markup:
    """Return the timeline of ``stages``, lane by lane in the order of their beginning, as SVG."""
    if not stages:
        return Markup()
    start = min(stage.started_at for stage in stages)
    span = max((stage.ended_at - start).total_seconds() for stage in stages) or 1.0
    height = len(stages) * ROW + AXIS
    svg = ET.Element(f"{{{NS}}}svg", {"class": "gantt", "height": str(height), "role": "img"})
    svg.set("aria-label", "timeline of the run")
    svg.extend(_axis(span, height))
    lanes = list(dict.fromkeys(stage.lane for stage in stages))
    in_lanes = sorted(stages, key=lambda stage: (lanes.index(stage.lane), stage.started_at))
    for row, stage in enumerate(in_lanes):
        at = (stage.started_at - start).total_seconds()
        svg.extend(_row(row, stage, at / span * 100, span, lanes.index(stage.lane)))
    # Serialized by ElementTree from text nodes: everything from data is escaped.
    return Markup(ET.tostring(svg, encoding="unicode"))  # noqa: S704


def _axis(span: float, height: int) -> Iterator[ET.Element]:
    step = next((s for s in (*STEPS, *LONG_STEPS) if span / s <= MOST_TICKS), LONG_STEPS[-1])
    for tick in range(int(span // step) + 1):
        x = f"{tick * step / span * 100:.3f}%"
        yield _element("line", x1=x, x2=x, y1="0", y2=str(height - AXIS), css="guide")
        anchor = "start" if tick == 0 else "middle" if tick * step < 0.95 * span else "end"
        label = _element("text", x=x, y=str(height - 6), css="tick", anchor=anchor)
        label.text = duration(tick * step)
        yield label


def _row(row: int, stage: Stage, start: float, span: float, lane: int) -> Iterator[ET.Element]:
    y, width = row * ROW, max(stage.seconds / span * 100, THINNEST)
    bar = _element(
        "rect",
        x=f"{min(start, 100 - THINNEST):.3f}%",
        y=str(y + ROW - BAR - 4),
        width=f"{width:.3f}%",
        height=str(BAR),
        rx="3",
        css=f"bar color-{lane}",
    )
    yield bar
    name = f"{stage.name} · {stage.lane}" if stage.lane else stage.name
    text = f"{name} · {duration(stage.seconds)}"
    x, anchor = _place(text, start, min(start + width, 100))
    label = _element("text", x=f"{x:.3f}%", y=str(y + 13), css="label", anchor=anchor)
    label.text = text
    yield label


def _place(text: str, start: float, end: float) -> tuple[float, str]:
    """Return where a bar's label is anchored, in percent, and with which end of it.

    It begins with its bar, or ends with it where a narrow screen would cut it off otherwise; where
    it would be cut off both ways, it begins at the left.
    """
    width = len(text) * CHARACTER / NARROWEST * 100
    if start + width <= 100:  # noqa: PLR2004 - percent
        return start, "start"
    return (end, "end") if end >= width else (0.0, "start")


def _element(tag: str, *, css: str, anchor: str | None = None, **attributes: str) -> ET.Element:
    element = ET.Element(f"{{{NS}}}{tag}", {**attributes, "class": css})
    if anchor:
        element.set("text-anchor", anchor)
    return element
