"""What the campaigns recommend, for a few users of the drop, with titles for people."""

import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import groupby
from typing import Any

from botocore.awsrequest import AWSRequest
from botocore.exceptions import BotoCoreError, ClientError

from lambdas.report.drop_rows import histories_of, titles_of
from lambdas.report.model import Driver, Item, Recommendation, Sample
from lambdas.report.raw import Run
from lambdas.shared.clients import Client
from lambdas.shared.observability import logger

SHOWN = 5
DRIVERS_SHOWN = 3
# A runtime that can say which past items drove a list does so if it is asked with the one header,
# in the other one, as JSON: {"item": [["past item", share], …]}. Amazon Personalize cannot.
EXPLAIN, DRIVERS = "x-personalize-explain", "x-personalize-drivers"
ASKED_FOR_USERS = {"user"}
EVERYBODY = "everybody"


@dataclass(frozen=True)
class Samples:
    """Sample answers, and whether the runtime explained them."""

    samples: tuple[Sample, ...] = ()
    explained: bool = False


@dataclass(frozen=True)
class _Answer:
    solution: str
    user: str
    items: list[dict[str, Any]]
    drivers: Mapping[str, Sequence[tuple[str, float]]]


def samples_of(run: Run, s3: Client, runtime: Client) -> Samples:
    """Return sample answers of every campaign that recommends for users.

    A page without samples is better than none: what cannot be read is logged and left out. A drop
    that nothing was trained from has none: its columns may be anything.
    """
    if not any(solution.get("campaignArn") for solution in run.solutions):
        return Samples()
    file = run.file("interactions")
    try:
        histories = histories_of(s3, run, file) if file else {}
        _ask_why(runtime)
        answers = list(_ask(run, runtime, histories))
        wanted = {item for answer in answers for item in _named(answer)}
        wanted |= {item for items in histories.values() for item in items}
        titles = titles_of(s3, run, wanted)
    except (ClientError, BotoCoreError, UnicodeDecodeError):
        logger.exception("the report has no samples")
        return Samples()
    return Samples(
        samples=tuple(
            _sample(answer, histories.get(answer.user, ()), titles) for answer in _told(answers)
        ),
        explained=any(answer.drivers for answer in answers),
    )


def _ask(run: Run, runtime: Client, users: Iterable[str]) -> Iterator[_Answer]:
    served = [
        s for s in run.solutions if s["status"] in {"ACTIVE", "HELD"} and s.get("campaignArn")
    ]
    for solution in served:
        if solution.get("question") not in ASKED_FOR_USERS:
            continue
        for user in users:
            given = runtime.get_recommendations(
                campaignArn=solution["campaignArn"], userId=user, numResults=SHOWN
            )
            headers = given["ResponseMetadata"].get("HTTPHeaders", {})
            drivers = json.loads(headers.get(DRIVERS, "{}"))
            yield _Answer(solution["name"], user, given["itemList"], drivers)


def _ask_why(runtime: Client) -> None:
    """Let every question ask for the reasons as well."""

    def add(request: AWSRequest, **_: object) -> None:
        request.headers[EXPLAIN] = str(DRIVERS_SHOWN)

    runtime.meta.events.register("before-sign.personalize-runtime.GetRecommendations", add)


def _told(answers: Sequence[_Answer]) -> Iterator[_Answer]:
    """Yield the answers, but one for everybody where a campaign answers everybody alike."""
    for _, group in groupby(answers, key=lambda answer: answer.solution):
        alike = list(group)
        lists = {tuple(item["itemId"] for item in answer.items) for answer in alike}
        if len(alike) > 1 and len(lists) == 1:
            yield replace(alike[0], user=EVERYBODY)
        else:
            yield from alike


def _named(answer: _Answer) -> Iterator[str]:
    for item in answer.items:
        yield item["itemId"]
        yield from (past for past, _ in answer.drivers.get(item["itemId"], ()))


def _sample(answer: _Answer, history: Sequence[str], titles: Mapping[str, str]) -> Sample:
    def named(item: str) -> Item:
        return Item(id=item, title=titles.get(item))

    return Sample(
        solution=answer.solution,
        asked_for=EVERYBODY if answer.user == EVERYBODY else f"user {answer.user}",
        history=tuple(named(item) for item in history),
        recommendations=tuple(
            Recommendation(
                item=named(item["itemId"]),
                score=item.get("score"),
                because=tuple(
                    Driver(item=named(past), share=share)
                    for past, share in answer.drivers.get(item["itemId"], ())
                ),
            )
            for item in answer.items
        ),
    )
