"""Drops for tests: a sound one, and ways to spoil it."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

from lambdas.validate.look import DropFile, look_at
from lambdas.validate.reading.table import Room
from lambdas.validate.seen import Seen
from lambdas.validate.wanted import Wanted

NOW = 1_760_000_000
START = NOW - 100 * 24 * 3600


def field(name: str, *kinds: str, **marks: bool) -> dict[str, Any]:
    return {"name": name, "type": kinds[0] if len(kinds) == 1 else list(kinds), **marks}


def schema(*fields: dict[str, Any]) -> dict[str, Any]:
    return {"type": "record", "fields": list(fields), "version": "1.0"}


SCHEMAS = {
    "interactions": schema(
        field("USER_ID", "string"),
        field("ITEM_ID", "string"),
        field("TIMESTAMP", "long"),
        field("EVENT_TYPE", "string"),
    ),
    "items": schema(
        field("ITEM_ID", "string"),
        field("GENRES", "string", "null", categorical=True),
        field("PRICE", "float", "null"),
        field("STOCK", "int", "null"),
        field("OFFERED", "boolean", "null"),
        field("TEXT", "string", "null", textual=True),
    ),
    "users": schema(field("USER_ID", "string"), field("AGE", "int")),
}


def interactions(rows: int = 60_000, users: int = 1_200) -> list[str]:
    """Lines of a sound interactions.csv: every user comes back, two event types, 300 items."""
    lines = ["USER_ID,ITEM_ID,TIMESTAMP,EVENT_TYPE"]
    for n in range(rows):
        kind = "watch" if n % 3 else "click"
        lines.append(f"u{n % users},i{(n * 7 + n // users) % 300},{START + n},{kind}")
    return lines


def items(count: int = 300) -> list[str]:
    lines = ["ITEM_ID,GENRES,PRICE,STOCK,OFFERED,TEXT"]
    return lines + [f"i{n},Drama|Comedy,{n}.5,{n},true,a film" for n in range(count)]


def users(count: int = 1_200) -> list[str]:
    return ["USER_ID,AGE", *(f"u{n},{20 + n % 50}" for n in range(count))]


SOUND: dict[str, Callable[[], list[str]]] = {
    "interactions": interactions,
    "items": items,
    "users": users,
}
_BYTES: dict[str, bytes] = {}


def sound(kind: str) -> bytes:
    """The bytes of a sound file."""
    if kind not in _BYTES:
        _BYTES[kind] = ("\n".join(SOUND[kind]()) + "\n").encode()
    return _BYTES[kind]


def replaced(kind: str, line: int, text: str) -> bytes:
    """A sound file with one line (counted from 1, the header) replaced."""
    lines = sound(kind).decode().splitlines()
    lines[line - 1] = text
    return ("\n".join(lines) + "\n").encode()


def look(
    folder: Path,
    files: dict[str, bytes],
    *,
    schemas: dict[str, Any] | None = None,
    solutions: list[dict[str, Any]] | None = None,
    modes: dict[str, str] | None = None,
) -> Seen:
    """Write the files, look at them, and return what was seen."""
    dropped = []
    for kind, content in files.items():
        path = folder / f"{kind}.csv"
        path.write_bytes(content)
        dropped.append(DropFile(kind=kind, name=path.name, file=path))
    wanted = Wanted.model_validate(
        {
            "schemas": schemas or SCHEMAS,
            "solutions": solutions or [],
            "importModes": modes or {},
        }
    )
    room = Room(memory_mib=500, folder=folder)
    return look_at(dropped, wanted, room, now=NOW).seen
