"""Bars, lines and points as plain SVG by pygal, coloured by the page's own style sheet.

pygal's scripts, styles and comments are taken out: the page then needs no script at all, and dark
mode is a matter of its custom properties. Every text goes through an XML tree, hence is escaped.
"""

import sys
from collections.abc import Callable, Mapping, Sequence
from math import hypot
from xml.etree import ElementTree as ET

import pygal
from markupsafe import Markup

from lambdas.report.labels import Point, place

# pygal's hook for its map plugins speaks a protocol that Python 3.12 dropped and 3.11 warns of.
sys.meta_path[:] = [f for f in sys.meta_path if not isinstance(f, pygal.PluginImportFixer)]

Values = Sequence[float | None]
WIDTH = 460
LEGEND = 10
NS = "http://www.w3.org/2000/svg"
# The radius of a dot, and how much farther the one behind it reaches.
DOT, RING = 5, 4
ET.register_namespace("", NS)


def _config(height: int, series: int, **more: object) -> pygal.Config:
    """Return what all charts share; a legend only where there is something to tell apart."""
    legend = LEGEND * series if series > 1 else 0
    return pygal.Config(
        js=[],
        css=[],
        width=WIDTH,
        height=height + legend,
        margin=6,
        margin_right=28,
        show_legend=series > 1,
        legend_at_bottom=True,
        legend_at_bottom_columns=2,
        legend_box_size=10,
        truncate_legend=40,
        show_y_guides=True,
        max_scale=5,
        **more,
    )


def _short(value: float | None) -> str:
    return "" if value is None else f"{value:.3f}".removeprefix("0") if value < 1 else f"{value:g}"


def bars(labels: Sequence[str], series: Mapping[str, Values]) -> Markup:
    """Return grouped horizontal bars: one group a label, one colour a series.

    Args:
        labels: The groups, top to bottom.
        series: Values in the order of ``labels``; None leaves a gap.
    """
    height = 60 + len(labels) * (14 + 17 * len(series))
    config = _config(height, len(series), print_values=True, print_values_position="top")
    chart = pygal.HorizontalBar(config, value_formatter=_short)
    chart.x_labels = list(reversed(labels))
    for name, values in series.items():
        chart.add(name, list(reversed(values)))
    return _plain(chart.render_tree(), "bars")


def lines(labels: Sequence[str], series: Mapping[str, Values]) -> Markup:
    """Return one line a series over ``labels``, a dot for each value."""
    top = max((v for values in series.values() for v in values if v is not None), default=1)
    config = _config(230, len(series), show_x_guides=False, range=(0, top * 1.1), dots_size=4)
    chart = pygal.Line(config, value_formatter=_short)
    chart.x_labels = list(labels)
    for name, values in series.items():
        chart.add(name, list(values))
    return _plain(chart.render_tree(), "lines")


def points(x_title: str, y_title: str, series: Mapping[str, tuple[float, float]]) -> Markup:
    """Return one dot a series, at (x, y), with its name; both axes begin at nothing."""
    right, top = (max(values) * 1.25 for values in zip(*series.values(), strict=True))
    look = {"stroke": False, "dots_size": DOT, "print_labels": True}  # a name beside each dot
    config = _config(240, 1, range=(0, top), xrange=(0, right), **look)
    chart = pygal.XY(config, x_title=x_title, y_title=y_title, value_formatter=_short)
    for name, (x, y) in series.items():
        chart.add(name, [{"value": (x, y), "label": name}])
    tree: ET.Element = chart.render_tree()
    _set_apart(tree)
    return _plain(tree, "points")


def _set_apart(tree: ET.Element) -> None:
    """Place the names so that none hides another, and let dots in one place ring each other."""
    [plot] = [e for e in tree.iter("g") if e.get("class") == "plot"]
    background = plot[0]
    size = Point(float(background.attrib["width"]), float(background.attrib["height"]))
    circles = list(tree.iter("circle"))
    texts = [e for e in tree.iter("text") if e.get("class") == "label"]
    dots = [Point(float(c.attrib["cx"]), float(c.attrib["cy"])) for c in circles]
    radii = [
        DOT + RING * sum(_near(dot, later) for later in dots[n + 1 :]) for n, dot in enumerate(dots)
    ]
    places = place(dots, radii, [text.text or "" for text in texts], size)
    for text, at in zip(texts, places, strict=True):
        text.attrib.update(x=f"{at.x:.1f}", y=f"{at.y:.1f}")
    for circle, radius in zip(circles, radii, strict=True):
        circle.set("r", f"{radius:g}")


def _near(one: Point, other: Point) -> bool:
    return hypot(one.x - other.x, one.y - other.y) < DOT


def _plain(tree: ET.Element, kind: str) -> Markup:
    for parent in list(tree.iter()):
        for child in list(parent):
            if _is_baggage(child):
                parent.remove(child)
    tree.set("class", f"chart {kind}")
    for element in tree.iter():
        element.attrib.pop("id", None)  # the same in every chart, unlike an id
    tree.set("role", "img")
    # Serialized by ElementTree from text nodes: everything from data is escaped.
    return Markup(ET.tostring(tree, encoding="unicode"))  # noqa: S704


def _is_baggage(element: ET.Element) -> bool:
    tag: str | Callable[..., object] = element.tag
    return not isinstance(tag, str) or tag.split("}")[-1] in {"defs", "title", "desc"}
