"""Names of dots: near their dots, within the chart, none over another."""

from itertools import combinations

from hypothesis import given
from hypothesis import strategies as st

from lambdas.report.labels import LINE, Box, Point, covered, place

SIZE = Point(366, 182)
RADIUS = 5.0
DOTS = st.builds(Point, st.floats(0, SIZE.x), st.floats(0, SIZE.y))
NAMES = st.text("abcdefgh-", min_size=1, max_size=30)


def placed(dots: list[tuple[Point, str]]) -> list[Box]:
    places = place([d for d, _ in dots], [RADIUS] * len(dots), [name for _, name in dots], SIZE)
    return [covered(name, at) for (_, name), at in zip(dots, places, strict=True)]


@given(st.lists(st.tuples(DOTS, NAMES), min_size=1, max_size=7))
def test_wherever_the_dots_are_no_name_hides_another_or_leaves_the_chart(
    dots: list[tuple[Point, str]],
) -> None:
    boxes = placed(dots)

    assert not any(one.hides(other) for one, other in combinations(boxes, 2))
    assert all(box.top >= 0 and box.bottom <= SIZE.y for box in boxes)
    assert all(box.left >= -1e-9 and box.right <= SIZE.x + 1e-9 for box in boxes)


def test_a_name_alone_is_right_above_its_dot() -> None:
    [box] = placed([(Point(180, 90), "popularity")])

    assert 0 < 90 - RADIUS - box.bottom < LINE / 2
    assert box.left + box.right == 2 * 180


def test_names_of_dots_in_one_place_are_right_above_and_below() -> None:
    above, below = placed([(Point(180, 90), "one"), (Point(180, 90), "other")])

    assert above.bottom < 90 < below.top
    assert below.top - above.bottom < 2 * LINE


def test_where_there_is_no_room_at_all_every_name_still_has_a_place() -> None:
    assert len(placed([(Point(180, 90), "name")] * 40)) == 40
