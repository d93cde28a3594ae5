"""The smoke test: what is asked, and what counts as an answer."""

import pytest

from lambdas.smoke.rules import Answer, Question, judge_answers, questions_for

ROWS = [{"USER_ID": f"u{n}", "ITEM_ID": f"i{n % 2}"} for n in range(4)]


def test_personal_recipes_are_asked_for_users() -> None:
    questions = questions_for("user", ROWS, 3)

    assert [q.request for q in questions] == [
        {"userId": f"u{n}", "numResults": 10} for n in range(3)
    ]


def test_next_best_action_is_asked_for_users_too() -> None:
    assert questions_for("action", ROWS, 2) == questions_for("user", ROWS, 2)


def test_related_items_recipes_are_asked_for_items_each_once() -> None:
    assert [q.item_id for q in questions_for("item", ROWS, 3)] == ["i0", "i1"]


def test_ranking_recipes_are_given_a_list_to_rank() -> None:
    question = questions_for("ranking", ROWS, 1)[0]

    assert question.request == {"userId": "u0", "inputList": ["i0", "i1"]}


def test_answers_to_every_question_pass() -> None:
    result = judge_answers([Answer(question=Question(user_id="u1"), item_ids=("i1", "i2"))])

    assert result.passed
    assert result.asked == 1


@pytest.mark.parametrize(
    ("answer", "reason"),
    [
        (Answer(question=Question(user_id="u1")), "asked for user u1, it had no recommendation"),
        (
            Answer(question=Question(item_id="i1"), error="model not found"),
            "asked for item i1, it answered with the error: model not found",
        ),
        (
            Answer(question=Question(user_id="u1"), item_ids=("i1", "i1")),
            "asked for user u1, it named an item twice",
        ),
    ],
)
def test_one_bad_answer_fails_the_test_and_says_which(answer: Answer, reason: str) -> None:
    good = Answer(question=Question(user_id="u0"), item_ids=("i1",))

    result = judge_answers([good, answer])

    assert not result.passed
    assert result.reason == reason


def test_nobody_to_ask_is_no_pass() -> None:
    assert not judge_answers([]).passed
