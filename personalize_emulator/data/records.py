"""Rows put one by one: events, items and users that came through the events API."""

import json
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

from personalize_emulator.data.schema import DatasetSchema
from personalize_emulator.data.table import Table
from personalize_emulator.resources.store import Store
from personalize_emulator.values import Payload

SESSION: Final = "sessionId"
EVENT_ID: Final = "eventId"


@dataclass(frozen=True)
class Record:
    """A row: its place in the order of arrival, its fields by column, and what came with it."""

    sequence: int
    row: Payload
    extra: Payload


class Records:
    """The records of all datasets, in the store's database. Callers hold the service's lock."""

    def __init__(self, store: Store) -> None:
        self._database = store.database

    def put(self, dataset: str, row: Payload, extra: Payload | None = None) -> int:
        """Keep a row for a dataset (by ARN) and return its sequence number."""
        cursor = self._database.execute(
            "INSERT INTO records (dataset, document) VALUES (?, ?)",
            (dataset, json.dumps([row, extra or {}])),
        )
        return cursor.lastrowid or 0

    def of(self, dataset: str) -> Iterator[Record]:
        """Return a dataset's records, oldest first."""
        for sequence, document in self._database.execute(
            "SELECT sequence, document FROM records WHERE dataset = ? ORDER BY sequence",
            (dataset,),
        ):
            row, extra = json.loads(document)
            yield Record(sequence, row, extra)

    def last(self) -> int:
        """Return the sequence number of the newest record; 0 if there never was one."""
        ((newest,),) = self._database.execute("SELECT coalesce(max(sequence), 0) FROM records")
        return int(newest)

    def remove(self, sequences: list[int]) -> None:
        """Forget records."""
        self._database.executemany(
            "DELETE FROM records WHERE sequence = ?", [(sequence,) for sequence in sequences]
        )


def table_of(schema: DatasetSchema, records: list[Record]) -> Table:
    """Return records as a table: known users only, repeated event ids once.

    Events of a session count for the user whom a later event of the session names.
    """
    if schema.type.name not in {"INTERACTIONS", "ACTION_INTERACTIONS"}:
        return Table.from_rows(schema, [record.row for record in records])
    users = session_users(records)
    rows: dict[object, Payload] = {}
    for record in records:
        user = record.row.get("USER_ID") or users.get(record.extra.get(SESSION, ""))
        if user:
            key = record.extra.get(EVENT_ID) or record.sequence
            rows.setdefault(key, record.row | {"USER_ID": user})
    return Table.from_rows(schema, list(rows.values()))


def session_users(records: list[Record]) -> dict[str, str]:
    """Return the user of each session that somebody has logged in to."""
    users: defaultdict[str, str] = defaultdict(str)
    for record in records:
        if user := record.row.get("USER_ID"):
            users[record.extra.get(SESSION, "")] = user
    return users
