"""Filter expressions: what is read, what is refused, what passes."""

import json
from typing import Any

import numpy as np
import pytest

from personalize_emulator.data.schema import parse_schema
from personalize_emulator.data.table import Table
from personalize_emulator.errors import InvalidInputException
from personalize_emulator.filters.binding import bind, split_values
from personalize_emulator.filters.check import check_filter
from personalize_emulator.filters.evaluate import evaluate
from personalize_emulator.filters.grammar import parse_filter
from personalize_emulator.recipes.contract import LiveEvent
from personalize_emulator.runtime.facts import CandidateFacts, GroupData, UserFacts
from personalize_emulator.runtime.live import LiveLog


def schema(name: str, **fields: Any) -> Any:
    described = [
        {"name": field, **(kind if isinstance(kind, dict) else {"type": kind})}
        for field, kind in fields.items()
    ]
    return parse_schema(json.dumps({"type": "record", "name": name, "fields": described}))


CATEGORY = {"type": ["string", "null"], "categorical": True}
SCHEMAS = {
    "ITEMS": schema(
        "Items",
        ITEM_ID="string",
        GENRES=CATEGORY,
        YEAR=["int", "null"],
        ADULT="boolean",
        ABOUT={"type": "string", "textual": True},
    ),
    "USERS": schema("Users", USER_ID="string", AGE="int", LEVEL=CATEGORY),
    "INTERACTIONS": schema(
        "Interactions", USER_ID="string", ITEM_ID="string", TIMESTAMP="long", EVENT_TYPE="string"
    ),
}
ITEMS = Table.from_rows(
    SCHEMAS["ITEMS"],
    [
        {"ITEM_ID": "a", "GENRES": "Comedy|Drama", "YEAR": 1955, "ADULT": False, "ABOUT": "x"},
        {"ITEM_ID": "b", "GENRES": "Drama", "YEAR": 1965, "ADULT": False, "ABOUT": "x"},
        {"ITEM_ID": "c", "GENRES": "Horror", "YEAR": 1975, "ADULT": True, "ABOUT": "x"},
        {"ITEM_ID": "d", "ADULT": True, "ABOUT": "x"},
    ],
)
USERS = Table.from_rows(
    SCHEMAS["USERS"],
    [{"USER_ID": "u", "AGE": 20, "LEVEL": "Gold"}, {"USER_ID": "v", "AGE": 40}],
)
INTERACTIONS = Table.from_rows(
    SCHEMAS["INTERACTIONS"],
    [
        {"USER_ID": "u", "ITEM_ID": "a", "TIMESTAMP": 1, "EVENT_TYPE": "Watch"},
        {"USER_ID": "u", "ITEM_ID": "b", "TIMESTAMP": 2, "EVENT_TYPE": "click"},
        {"USER_ID": "v", "ITEM_ID": "c", "TIMESTAMP": 3, "EVENT_TYPE": "click"},
    ],
)


@pytest.fixture
def data() -> GroupData:
    tables = {"ITEMS": ITEMS, "USERS": USERS, "INTERACTIONS": INTERACTIONS}
    return GroupData(tables, LiveLog(), LiveLog())


def passing(
    data: GroupData, text: str, *, user: str = "u", item: str | None = None, **values: str
) -> str:
    """Return the ids, joined, of the items a to e that pass; e has no metadata."""
    parsed = parse_filter(text)
    check_filter(parsed, SCHEMAS)
    facts = CandidateFacts(data, data.metadata("ITEMS", np.array(list("abcde"))), user, item)
    return "".join(facts.metadata.ids[evaluate(bind(parsed, values), facts)])


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ('INCLUDE ItemID WHERE Items.GENRES IN ("Drama")', "ab"),
        ('INCLUDE ItemID WHERE Items.GENRES IN ("Drama", "Horror")', "abc"),
        ('EXCLUDE ItemID WHERE Items.GENRES IN ("Drama")', "cde"),
        ('INCLUDE ItemID WHERE Items.GENRES NOT IN ("Drama")', "cde"),
        ('INCLUDE ItemID WHERE Items.GENRES = "Comedy"', "a"),
        ("INCLUDE ItemID WHERE Items.YEAR >= 1955 AND Items.YEAR < 1975", "ab"),
        ("INCLUDE ItemID WHERE Items.YEAR = 1965 OR Items.YEAR = 1975", "bc"),
        ("INCLUDE ItemID WHERE Items.YEAR != 1965", "acde"),
        ("INCLUDE ItemID WHERE Items.YEAR IN (1955, 1975)", "ac"),
        ('EXCLUDE ItemID WHERE Interactions.EVENT_TYPE IN ("watch")', "bcde"),
        ('INCLUDE ItemID WHERE Interactions.EVENT_TYPE IN ("*")', "ab"),
        ('INCLUDE ItemID WHERE Interactions.EVENT_TYPE NOT IN ("*")', "cde"),
        ('EXCLUDE itemId WHERE INTERACTIONS.event_type in ("CLICK", "watch")', "cde"),
        ("EXCLUDE ItemID WHERE Items.YEAR < 1960 IF CurrentUser.AGE > 18", "bcde"),
        ("EXCLUDE ItemID WHERE Items.YEAR>1 IF CurrentUser.AGE>1 AND CurrentUser.AGE<9", "abcde"),
        ('INCLUDE ItemID WHERE Items.YEAR > 1 IF CurrentUser.LEVEL = "Gold"', "abc"),
        ('INCLUDE ItemID WHERE Items.YEAR=1955 OR Items.YEAR=1975 AND Items.GENRES="Drama"', "a"),
        (
            'INCLUDE ItemID WHERE (Items.YEAR=1955 OR Items.YEAR=1975) AND Items.GENRES="Horror"',
            "c",
        ),
    ],
)
def test_an_expression_lets_pass_what_it_says(data: GroupData, text: str, expected: str) -> None:
    assert passing(data, text) == expected


def test_each_expression_works_on_what_the_one_before_has_left(data: GroupData) -> None:
    drama = 'INCLUDE ItemID WHERE Items.GENRES IN ("Drama")'
    unwatched = 'EXCLUDE ItemID WHERE Interactions.EVENT_TYPE IN ("watch")'

    assert passing(data, f"{drama} | {unwatched}") == "b"


def test_current_item_compares_with_the_item_that_is_asked_about(data: GroupData) -> None:
    text = (
        "INCLUDE ItemID WHERE Items.YEAR > CurrentItem.YEAR AND Items.GENRES IN CurrentItem.GENRES"
    )

    assert passing(data, text, item="a") == "b"


def test_values_take_the_place_of_placeholders(data: GroupData) -> None:
    text = "INCLUDE ItemID WHERE Items.GENRES IN ($GENRE) AND Items.YEAR > $YEAR"

    assert passing(data, text, GENRE='"Comedy","Horror"', YEAR="1960") == "c"


def test_include_needs_every_value_and_exclude_does_without(data: GroupData) -> None:
    exclude = "EXCLUDE ItemID WHERE Items.GENRES IN ($GENRE)"

    assert passing(data, exclude) == "abcde"
    with pytest.raises(InvalidInputException, match="GENRE"):
        passing(data, exclude.replace("EXCLUDE", "INCLUDE"))
    with pytest.raises(InvalidInputException, match="no parameter OTHER"):
        passing(data, exclude, OTHER='"x"')


def test_live_events_count_at_once(data: GroupData) -> None:
    data.live.add(1, "u", "session", LiveEvent("d", "Watch"))

    assert passing(data, 'INCLUDE ItemID WHERE Interactions.EVENT_TYPE IN ("watch")') == "ad"


def test_users_are_filtered_by_their_fields_and_events(data: GroupData) -> None:
    facts = UserFacts(data, data.users)
    for text, expected in (
        ("INCLUDE UserID WHERE Users.AGE < 30", ["u"]),
        ('EXCLUDE UserID WHERE Interactions.EVENT_TYPE IN ("watch")', ["v"]),
        ('INCLUDE UserID WHERE Interactions.EVENT_TYPE IN ("CLICK")', ["u", "v"]),
    ):
        parsed = parse_filter(text)
        check_filter(parsed, SCHEMAS)
        assert data.users.ids[evaluate(parsed, facts)].tolist() == expected


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("INCLUDE ItemID Items.YEAR > 1", "'Items' at position 16 is not expected.*WHERE"),
        ('INCLUDE ItemID WHERE Items.GENRES IN ("x"', "ends too early"),
        ("SELECT", "'SELECT' at position 1|'S' at position 1"),
        ("INCLUDE ItemID WHERE Items.PRICE > 1", "no field ITEMS.PRICE at position 22"),
        ("INCLUDE ItemID WHERE Actions.X > 1", "can not be used here"),
        ('INCLUDE ItemID WHERE Interactions.ITEM_ID IN ("x")', "by EVENT_TYPE"),
        ('INCLUDE ItemID WHERE Items.ADULT = "true"', "Boolean"),
        ('INCLUDE ItemID WHERE Items.ABOUT IN ("x")', "textual"),
        ('INCLUDE ItemID WHERE Items.GENRES > "x"', "needs a numeric field"),
        ('INCLUDE ItemID WHERE Items.YEAR = "old"', "is numeric"),
        ('INCLUDE ItemID WHERE Items.GENRES IN ("*")', "only for EVENT_TYPE"),
        ("INCLUDE ItemID WHERE Items.GENRES NOT IN ($G)", "not allowed with NOT_IN"),
        (
            'INCLUDE ItemID WHERE Items.YEAR > 1 AND Interactions.EVENT_TYPE IN ("x")',
            "join .* with",
        ),
        ("INCLUDE ItemID WHERE Items.YEAR > 1 IF Items.YEAR > 1", "IF checks only CurrentUser"),
        ("INCLUDE ItemID WHERE Items.YEAR > 1 | INCLUDE UserID WHERE Users.AGE > 1", "the same"),
        ("INCLUDE ItemID WHERE Items.YEAR > CurrentUser.AGE", "can not be compared to"),
    ],
)
def test_what_does_not_fit_is_refused_with_its_reason(text: str, reason: str) -> None:
    with pytest.raises(InvalidInputException, match=reason):
        check_filter(parse_filter(text), SCHEMAS)


def test_values_are_quoted_or_bare() -> None:
    assert split_values('"a, b","c"') == ("a, b", "c")
    assert split_values("1990, x y") == ("1990", "x y")
    with pytest.raises(InvalidInputException):
        split_values('"a" b')


@pytest.mark.parametrize(
    ("text", "about"),
    [
        ("INCLUDE ItemID WHERE Items.YEAR > 1960", False),
        ('EXCLUDE ItemID WHERE Interactions.EVENT_TYPE IN ("Watch")', True),
        ("INCLUDE ItemID WHERE Items.YEAR > 1960 IF CurrentUser.AGE > 30", True),
        (
            'INCLUDE ItemID WHERE Items.YEAR IN ($Y) | EXCLUDE ItemID WHERE Interactions.X = "y"',
            True,
        ),
    ],
)
def test_a_filter_tells_whether_it_asks_for_the_user(text: str, about: bool) -> None:
    assert parse_filter(text).about_user is about
