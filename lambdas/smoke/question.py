"""One real question, out of the drop's own first rows."""

import csv
import io
from collections.abc import Mapping
from typing import Any, Literal

import boto3
from pydantic import BaseModel, ConfigDict
from pydantic.alias_generators import to_camel

from lambdas.shared.clients import Client
from lambdas.shared.errors import PipelineError, named_errors

_BYTES = 64 * 1024
_ITEMS = 10


class EmptyAnswerError(PipelineError):
    """The campaign answered with nothing."""


class Question(BaseModel):
    """Ask a campaign for recommendations, about somebody or something in the data."""

    model_config = ConfigDict(alias_generator=to_camel)

    campaign_arn: str
    question: Literal["user", "item", "ranking"]
    bucket: str
    key: str
    version_id: str


class Answer(BaseModel):
    """What a campaign answered."""

    items: list[str]


def ask(event: Mapping[str, Any]) -> dict[str, Any]:
    """Ask once and return the recommended items.

    Raises:
        EmptyAnswerError: The list is empty.
        PipelineError: The service refused, by the names of ``lambdas.shared.errors``.
    """
    question = Question.model_validate(dict(event))
    with named_errors():
        items = _recommended(question, _first_rows(question))
    if not items:
        raise EmptyAnswerError(f"{question.campaign_arn} answered with an empty list")
    return Answer(items=items).model_dump()


def _first_rows(question: Question) -> list[dict[str, str]]:
    """Return the first rows of the interactions, as many as fit into 64 KiB."""
    answer = boto3.client("s3").get_object(
        Bucket=question.bucket,
        Key=question.key,
        VersionId=question.version_id,
        Range=f"bytes=0-{_BYTES - 1}",
    )
    text = answer["Body"].read().decode("utf-8", errors="ignore")
    whole_lines = text[: text.rindex("\n") + 1]
    return list(csv.DictReader(io.StringIO(whole_lines)))


def _recommended(question: Question, rows: list[dict[str, str]]) -> list[str]:
    runtime: Client = boto3.client("personalize-runtime")
    campaign = {"campaignArn": question.campaign_arn}
    if question.question == "ranking":
        items = list(dict.fromkeys(row["ITEM_ID"] for row in rows))[:_ITEMS]
        answer = runtime.get_personalized_ranking(
            **campaign, userId=rows[0]["USER_ID"], inputList=items
        )
        return [item["itemId"] for item in answer["personalizedRanking"]]
    column, member = ("ITEM_ID", "itemId") if question.question == "item" else ("USER_ID", "userId")
    about = {member: rows[0][column]}
    answer = runtime.get_recommendations(**campaign, **about, numResults=_ITEMS)
    return [item["itemId"] for item in answer["itemList"]]
