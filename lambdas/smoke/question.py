"""Real questions to a campaign, made from the first rows of the drop."""

import csv
import io
from collections.abc import Mapping
from typing import Any

import boto3
from botocore.exceptions import ClientError

from lambdas.shared.clients import Client
from lambdas.shared.errors import named_errors
from lambdas.shared.strict import Strict
from lambdas.smoke.rules import Answer, Kind, Question, judge_answers, questions_for

_BYTES = 256 * 1024


class SmokeTest(Strict):
    """Ask a campaign, about somebody or something in the data."""

    campaign_arn: str
    question: Kind
    """What the recipe has to be given."""
    questions: int = 1
    """How many questions are asked."""
    bucket: str
    key: str
    """The drop's interactions."""
    version_id: str


def ask(event: Mapping[str, Any]) -> dict[str, Any]:
    """Ask the questions; return whether they were answered, and the first answer.

    Raises:
        PipelineError: The data could not be read, or the service was busy: worth another try.
    """
    test = SmokeTest.model_validate(dict(event))
    questions = questions_for(test.question, _first_rows(test), test.questions)
    runtime: Client = boto3.client("personalize-runtime")
    answers = [_answer(runtime, test, question) for question in questions]
    result = judge_answers(answers)
    items = list(answers[0].item_ids) if answers else []
    return {**result.model_dump(by_alias=True), "items": items}


def _first_rows(test: SmokeTest) -> list[dict[str, str]]:
    """Return the first row of each user within the first 256 KiB of the interactions."""
    with named_errors():
        answer = boto3.client("s3").get_object(
            Bucket=test.bucket,
            Key=test.key,
            VersionId=test.version_id,
            Range=f"bytes=0-{_BYTES - 1}",
        )
        text = answer["Body"].read().decode("utf-8-sig", errors="ignore")
    whole_lines = text[: text.rindex("\n") + 1]
    rows = csv.DictReader(io.StringIO(whole_lines))
    first_of_user: dict[str, dict[str, str]] = {}
    for row in rows:
        first_of_user.setdefault(row["USER_ID"], row)
    return list(first_of_user.values())


def _answer(runtime: Client, test: SmokeTest, question: Question) -> Answer:
    """Return the answer; a refusal is an answer too, being busy is not."""
    campaign = {"campaignArn": test.campaign_arn}
    with named_errors():
        try:
            found = _ask(runtime, test.question, {**campaign, **question.request})
        except ClientError as error:
            if error.response["Error"]["Code"] != "InvalidInputException":
                raise
            return Answer(question=question, error=error.response["Error"]["Message"])
    return Answer(question=question, item_ids=tuple(found))


def _ask(runtime: Client, kind: Kind, request: Mapping[str, Any]) -> list[str]:
    """Return what is recommended, best first: items, or actions."""
    if kind == "action":
        actions = runtime.get_action_recommendations(**request)["actionList"]
        return [action["actionId"] for action in actions]
    if kind == "ranking":
        items = runtime.get_personalized_ranking(**request)["personalizedRanking"]
    else:
        items = runtime.get_recommendations(**request)["itemList"]
    return [item["itemId"] for item in items]
