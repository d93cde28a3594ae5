"""What the campaigns recommend, for a few users of the drop, with titles for people."""

import csv
import io
import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from botocore.exceptions import BotoCoreError, ClientError

from lambdas.report.model import Driver, Item, Recommendation, Sample
from lambdas.report.raw import File, Run
from lambdas.shared.clients import Client
from lambdas.shared.observability import logger

HEAD_BYTES = 256 * 1024
# Titles are read from a file of items that is no longer than this; ids are shown beyond it.
TITLES_BYTES = 64 * 1024 * 1024
SHOWN = 5
HISTORY = 5
# A runtime that knows which past items drove a list says so in this header of its answer, as JSON:
# {"item": [["past item", share], …]}. Amazon Personalize does not.
DRIVERS = "x-personalize-drivers"
ASKED_FOR_USERS = {"user"}


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
        histories = _histories(s3, run, file) if file else {}
        answers = list(_ask(run, runtime, histories))
        wanted = {item for answer in answers for item in _named(answer)}
        wanted |= {item for items in histories.values() for item in items}
        titles = _titles(s3, run, wanted)
    except (ClientError, BotoCoreError, UnicodeDecodeError):
        logger.exception("the report has no samples")
        return Samples()
    return Samples(
        samples=tuple(_sample(answer, histories[answer.user], titles) for answer in answers),
        explained=any(answer.drivers for answer in answers),
    )


def _histories(s3: Client, run: Run, file: File) -> dict[str, list[str]]:
    """Return the newest items of the first users in the file, as far as its head tells."""
    rows: dict[str, list[tuple[int, str]]] = {}
    for row in _rows(_read(s3, run, file, HEAD_BYTES)):
        user = rows.get(row["USER_ID"])
        if user is None and len(rows) >= run.settings.sample_users:
            continue
        moment = int(row["TIMESTAMP"]) if row["TIMESTAMP"].isdigit() else 0
        rows.setdefault(row["USER_ID"], []).append((moment, row["ITEM_ID"]))
    newest = {user: sorted(seen, reverse=True) for user, seen in rows.items()}
    return {
        user: list(dict.fromkeys(i for _, i in seen))[:HISTORY] for user, seen in newest.items()
    }


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


def _named(answer: _Answer) -> Iterator[str]:
    for item in answer.items:
        yield item["itemId"]
        yield from (past for past, _ in answer.drivers.get(item["itemId"], ()))


def _titles(s3: Client, run: Run, wanted: set[str]) -> dict[str, str]:
    file = run.file("items")
    if file is None or not wanted:
        return {}
    column = run.settings.title_column
    return {
        row["ITEM_ID"]: row[column]
        for row in _rows(_read(s3, run, file, TITLES_BYTES))
        if row["ITEM_ID"] in wanted and row.get(column)
    }


def _sample(answer: _Answer, history: Sequence[str], titles: Mapping[str, str]) -> Sample:
    def named(item: str) -> Item:
        return Item(id=item, title=titles.get(item))

    return Sample(
        solution=answer.solution,
        asked_for=f"user {answer.user}",
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


def _read(s3: Client, run: Run, file: File, most: int) -> str:
    """Return the whole lines within the first ``most`` bytes of a file."""
    answer = s3.get_object(
        Bucket=run.bucket,
        Key=file.key,
        VersionId=file.version_id,
        Range=f"bytes=0-{most - 1}",
    )
    text: str = answer["Body"].read().decode("utf-8-sig", errors="ignore")
    return text[: text.rindex("\n") + 1] if "\n" in text else ""


def _rows(text: str) -> Iterator[dict[str, str]]:
    yield from csv.DictReader(io.StringIO(text))
