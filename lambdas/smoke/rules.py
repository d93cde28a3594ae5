"""The smoke test: a version answers real questions before it serves.

Pure judgement: ``questions_for`` says what to ask, ``judge_answers`` what counts as an answer.
"""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any, Literal

from lambdas.shared.strict import Strict

Kind = Literal["user", "item", "ranking", "action"]
# Enough to see that a list is a list; the service's own default is 25.
ANSWER_LENGTH = 10
LIST_LENGTH = 25


class Question(Strict):
    """One request to GetRecommendations or one of its like, campaign aside."""

    user_id: str | None = None
    item_id: str | None = None
    input_list: tuple[str, ...] = ()

    @property
    def request(self) -> dict[str, Any]:
        """Return the request's parameters under the API's names."""
        given = {"userId": self.user_id, "itemId": self.item_id}
        parameters: dict[str, Any] = {name: value for name, value in given.items() if value}
        if self.input_list:
            return {**parameters, "inputList": list(self.input_list)}
        return {**parameters, "numResults": ANSWER_LENGTH}


class Answer(Strict):
    """What came back: item ids, best first, or the service's error."""

    question: Question
    item_ids: tuple[str, ...] = ()
    error: str | None = None


class SmokeResult(Strict):
    """Whether the version answers, and what is wrong if it does not."""

    passed: bool
    reason: str
    asked: int


def questions_for(
    kind: Kind, samples: Sequence[Mapping[str, str]], count: int
) -> tuple[Question, ...]:
    """Return up to ``count`` questions of a recipe's kind, made from rows of the drop.

    Args:
        kind: What the recipe has to be given: a user (for items, or for actions), an item, or a
            user and a list to rank.
        samples: Rows of interactions.csv with ``USER_ID`` and ``ITEM_ID``, users all different.
        count: The most questions.
    """
    chosen = samples[:count]
    if kind == "item":
        items = dict.fromkeys(row["ITEM_ID"] for row in chosen)
        return tuple(Question(item_id=item) for item in items)
    listed = tuple(dict.fromkeys(row["ITEM_ID"] for row in samples))[:LIST_LENGTH]
    candidates = listed if kind == "ranking" else ()
    return tuple(Question(user_id=row["USER_ID"], input_list=candidates) for row in chosen)


def judge_answers(answers: Sequence[Answer]) -> SmokeResult:
    """Pass if every question got an answer that is not empty and names no item twice."""
    if not answers:
        return SmokeResult(passed=False, reason="there was nobody to ask for", asked=0)
    fault = next((text for answer in answers for text in _faults(answer)), None)
    return SmokeResult(
        passed=fault is None,
        reason=fault or f"it answered all {len(answers)} questions of the smoke test",
        asked=len(answers),
    )


def _faults(answer: Answer) -> Iterator[str]:
    question = answer.question
    whom = f"user {question.user_id}" if question.user_id else f"item {question.item_id}"
    if answer.error:
        yield f"asked for {whom}, it answered with the error: {answer.error}"
    elif not answer.item_ids:
        yield f"asked for {whom}, it had no recommendation"
    elif len(set(answer.item_ids)) < len(answer.item_ids):
        yield f"asked for {whom}, it named an item twice"
