"""The input of a batch job, made from the newest interactions: a JSON line for each subject."""

import json
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Literal

import duckdb

Subject = Literal["user", "item", "ranking"]
# How many items are ranked for every user, where the pipeline file names no input of its own.
RANKED = 100
_ROWS = 10_000
_USERS = "SELECT DISTINCT USER_ID FROM events ORDER BY USER_ID"
_ITEMS = "SELECT DISTINCT ITEM_ID FROM events ORDER BY ITEM_ID"
_POPULAR = "SELECT ITEM_ID FROM events GROUP BY ITEM_ID ORDER BY count(*) DESC, ITEM_ID LIMIT ?"


def write_input(interactions: Path, target: Path, subject: Subject) -> int:
    """Write a job's input and return its number of lines.

    The lines are those of the developer guide, "Preparing input data for batch recommendations"
    and "… for user segments": ``{"userId": …}``, ``{"itemId": …}``, or a user with a list.

    Args:
        interactions: The folder of the interactions: CSV files, each with a header.
        target: The JSON Lines file to write.
        subject: What each line asks about.
    """
    with duckdb.connect() as database, target.open("w", encoding="utf-8") as lines:
        files = [str(file) for file in sorted(interactions.glob("*.csv"))]
        database.read_csv(files, header=True, all_varchar=True).create_view("events")
        count = 0
        for line in _lines(database, subject):
            lines.write(json.dumps(line, ensure_ascii=False) + "\n")
            count += 1
    return count


def _lines(database: duckdb.DuckDBPyConnection, subject: Subject) -> Iterator[Mapping[str, object]]:
    if subject == "item":
        yield from ({"itemId": item} for item in _ids(database, _ITEMS))
        return
    listed = {"itemList": _popular(database)} if subject == "ranking" else {}
    yield from ({"userId": user, **listed} for user in _ids(database, _USERS))


def _ids(database: duckdb.DuckDBPyConnection, query: str) -> Iterator[str]:
    answer = database.execute(query)
    while rows := answer.fetchmany(_ROWS):
        yield from (str(row[0]) for row in rows)


def _popular(database: duckdb.DuckDBPyConnection) -> list[str]:
    return [str(row[0]) for row in database.execute(_POPULAR, [RANKED]).fetchall()]
