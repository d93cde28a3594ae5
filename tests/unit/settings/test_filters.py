"""Filter expressions are read as the guide describes them; rotating ones move with the date."""

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lambdas.shared.settings.filter_expression import ExpressionError, FieldName, read_filter
from lambdas.shared.settings.filters import Filter, Rotation
from lambdas.shared.settings.moments import fill_in

NOON = datetime(2026, 3, 14, 12, tzinfo=UTC)


@pytest.mark.parametrize(
    "text",
    [
        # The shapes of the developer guide's examples.
        'EXCLUDE ItemID WHERE Interactions.EVENT_TYPE IN ("watched", "liked")',
        "include itemId where ITEMS.genres in ($GENRES)",
        'INCLUDE ItemID WHERE Items.PRICE < 3.5 AND Items.GENRES NOT IN ("a") OR Items.AGE >= -1',
        'EXCLUDE ItemID WHERE Items.GENRES = "Drama" IF CurrentUser.AGE > 18',
        'INCLUDE UserID WHERE Users.AGE = $AGE | EXCLUDE UserID WHERE Users.GENDER IN ("x")',
        "INCLUDE ItemID WHERE Items.GENRES IN CurrentItem.GENRES",
        "INCLUDE ItemID WHERE Items.PRICE <= CurrentItem.PRICE",
        "EXCLUDE ActionID WHERE Actions.VALUE != 0",
    ],
)
def test_an_expression_of_the_guide_is_read(text: str) -> None:
    assert read_filter(text).target in {"ITEMID", "USERID", "ACTIONID"}


def test_what_an_expression_is_about_is_told() -> None:
    text = "INCLUDE ItemID WHERE Items.GENRES IN ($A, $B) IF CurrentUser.AGE > $C"

    found = read_filter(text)

    assert found.placeholders == ["A", "B", "C"]
    assert found.fields == [FieldName("Items", "GENRES"), FieldName("CurrentUser", "AGE")]


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("ItemID WHERE Items.A = 1", "ItemID at character 1 .* INCLUDE or EXCLUDE"),
        ("INCLUDE Item WHERE Items.A = 1", "Item at character 9"),
        ("INCLUDE ItemID WHERE A = 1", "= at character 24 .* [.] is expected"),
        ("INCLUDE ItemID WHERE Items.A IN 3", "3 at character 33 .* [(] is expected"),
        ("INCLUDE ItemID WHERE Items.A IN ('a'", "it ends where [)]"),
        ("INCLUDE ItemID WHERE Items.A ~ 3", "~ at character 30"),
        ("INCLUDE ItemID WHERE Items.A = 3 Items.B = 4", "AND, OR, IF"),
        (
            "INCLUDE ItemID WHERE Items.A = 1 | INCLUDE UserID WHERE Users.B = 1",
            "another of USERID",
        ),
        ("", "it ends where INCLUDE or EXCLUDE"),
    ],
)
def test_the_first_thing_that_does_not_fit_is_named(text: str, words: str) -> None:
    with pytest.raises(ExpressionError, match=words):
        read_filter(text)


@given(st.text(max_size=80))
def test_any_text_is_read_or_refused_in_words(text: str) -> None:
    try:
        found = read_filter(text)
    except ExpressionError as error:
        message = str(error)
    else:
        message = f"expected {found.target}"

    assert "expected" in message or "another of" in message


def test_a_moment_becomes_epoch_seconds() -> None:
    filled = fill_in("Items.AGE > {{now - 2 days}} AND Items.AGE < {{ now }}", NOON)

    later = int(NOON.timestamp())
    assert filled == f"Items.AGE > {later - 2 * 86_400} AND Items.AGE < {later}"


def rotating(every: int) -> Filter:
    text = "INCLUDE ItemID WHERE Items.AGE > {{now - 30 days}}"
    return Filter(name="new", filter_expression=text, rotation=Rotation(every_days=every))


@given(every=st.integers(1, 30), hours=st.integers(0, 24 * 400))
def test_a_rotating_filter_keeps_its_name_for_a_period_and_no_longer(
    every: int, hours: int
) -> None:
    one, moment = rotating(every), NOON + timedelta(hours=hours)

    start, end = one.period_start(moment), one.expires(moment)

    assert start <= moment < end
    assert end - start == timedelta(days=every)
    assert one.name_at(start) == one.name_at(moment) == one.name_at(end - timedelta(seconds=1))
    assert one.name_at(end) != one.name_at(moment)


def test_a_filter_that_does_not_move_keeps_its_name() -> None:
    one = Filter(name="seen", filter_expression='EXCLUDE ItemID WHERE Interactions.E IN ("a")')

    assert one.name_at(NOON) == "seen"
