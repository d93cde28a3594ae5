"""Item lists as they go over the wire."""

import json

import pytest

from personalize_emulator.recipes.contract import ScoredItem
from personalize_emulator.runtime.answers import Answers, item_list

FOUND = [
    ScoredItem("i1", 0.123456789),
    ScoredItem('a "quoted" \\ Größe \n', 1e-9),
    ScoredItem("i3", 0.0, "Exploration"),
]


def test_items_are_json_with_scores_as_short_as_the_services() -> None:
    listed = json.loads(item_list(FOUND, scores=True, reasons=False))

    assert listed == [
        {"itemId": "i1", "score": 0.1234568},
        {"itemId": 'a "quoted" \\ Größe \n', "score": 0.0},
        {"itemId": "i3", "score": 0.0},
    ]


def test_reasons_are_told_where_the_recipe_tells_them() -> None:
    *others, explored = json.loads(item_list(FOUND, scores=False, reasons=True))

    assert explored == {"itemId": "i3", "reason": ["Exploration"]}
    assert all(set(item) == {"itemId"} for item in others)


@pytest.mark.parametrize("scores", [True, False])
def test_an_empty_list_is_json_too(scores: bool) -> None:
    assert json.loads(item_list([], scores=scores, reasons=True)) == []


def test_the_oldest_answer_makes_room_for_the_newest() -> None:
    answers = Answers(limit=2)
    for number in range(3):
        assert answers.full == (number == 2)
        answers.keep(number, str(number).encode())

    assert [answers.get(number) for number in range(3)] == [None, b"1", b"2"]
