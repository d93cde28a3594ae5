"""Rows of the drop's own files, for the report: who did what lately, and what items are called."""

import csv
import io
from collections.abc import Iterator

from lambdas.report.raw import File, Run
from lambdas.shared.clients import Client

HEAD_BYTES = 256 * 1024
# Titles are read from a file of items that is no longer than this; ids are shown beyond it.
TITLES_BYTES = 64 * 1024 * 1024
HISTORY = 5


def histories_of(s3: Client, run: Run, file: File) -> dict[str, list[str]]:
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


def titles_of(s3: Client, run: Run, wanted: set[str]) -> dict[str, str]:
    """Return the titles of the wanted items, as far as items.csv has them."""
    file = run.file("items")
    if file is None or not wanted:
        return {}
    column = run.settings.title_column
    return {
        row["ITEM_ID"]: row[column]
        for row in _rows(_read(s3, run, file, TITLES_BYTES))
        if row["ITEM_ID"] in wanted and row.get(column)
    }


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
