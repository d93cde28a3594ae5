"""Where the names of dots go, so that none hides another: pure geometry, in a chart's own units."""

from collections.abc import Iterator, Sequence
from typing import NamedTuple

# Of a font of 11 pixels, on the wide side: fonts differ from browser to browser.
LETTER = 6.6
LINE = 13.0
DESCENT = 3.0
# Between a dot and its name.
GAP = 1.0


class Point(NamedTuple):
    """A place in a chart; y grows downwards."""

    x: float
    y: float


class Box(NamedTuple):
    """What a dot or a name covers."""

    left: float
    top: float
    right: float
    bottom: float

    def hides(self, other: "Box") -> bool:
        """Return whether the two have something in common."""
        beside = self.right <= other.left or other.right <= self.left
        return not (beside or self.bottom <= other.top or other.bottom <= self.top)


def covered(name: str, at: Point) -> Box:
    """Return what a name covers that is centred on ``at``, its baseline there."""
    half = len(name) * LETTER / 2
    return Box(at.x - half, at.y + DESCENT - LINE, at.x + half, at.y + DESCENT)


def place(
    dots: Sequence[Point], radii: Sequence[float], names: Sequence[str], size: Point
) -> list[Point]:
    """Return where each dot's name goes: centre and baseline.

    As near to its dot as the dots and the names before it allow; where there is no room at all,
    where it hides the least.

    Args:
        dots: The dots' centres.
        radii: How far each reaches.
        names: Their names, in the same order.
        size: The chart's width and height; names stay within.
    """
    taken = [Box(x - r, y - r, x + r, y + r) for (x, y), r in zip(dots, radii, strict=True)]
    places: list[Point] = []
    for dot, radius, name in zip(dots, radii, names, strict=True):
        best = min(
            _candidates(dot, radius + GAP, name, size),
            key=lambda at: sum(covered(name, at).hides(box) for box in taken),
        )
        places.append(best)
        taken.append(covered(name, best))
    return places


def _candidates(dot: Point, reach: float, name: str, size: Point) -> Iterator[Point]:
    """Yield the places for a name, nearest first: line by line above and below the dot."""
    half = len(name) * LETTER / 2
    x = min(max(dot.x, half), max(size.x - half, half))
    above, below = dot.y - reach - DESCENT, dot.y + reach + LINE - DESCENT
    lines = [line * LINE for line in range(int(size.y / LINE) + 1)]
    rows = [y for line in lines for y in (above - line, below + line)]
    inside = [y for y in rows if LINE - DESCENT <= y <= size.y - DESCENT]
    yield from (Point(x, y) for y in inside or rows)
