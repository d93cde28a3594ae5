"""What a schema itself may say: reserved columns, numbers of fields, types."""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from lambdas.validate.findings import Finding, Level
from lambdas.validate.limits import (
    MAX_INTERACTION_METADATA,
    MAX_ITEM_METADATA,
    MAX_TEXTUAL,
    MAX_USER_METADATA,
)

Field = Mapping[str, Any]

REQUIRED: dict[str, tuple[str, ...]] = {
    "interactions": ("USER_ID", "ITEM_ID", "TIMESTAMP"),
    "items": ("ITEM_ID",),
    "users": ("USER_ID",),
    "actions": ("ACTION_ID",),
    "actionInteractions": ("USER_ID", "ACTION_ID", "TIMESTAMP", "EVENT_TYPE"),
}
# Reserved names keep their types (developer guide, "Schema formatting requirements").
RESERVED: dict[str, frozenset[str]] = {
    "USER_ID": frozenset({"string"}),
    "ITEM_ID": frozenset({"string"}),
    "ACTION_ID": frozenset({"string"}),
    "TIMESTAMP": frozenset({"long"}),
    "CREATION_TIMESTAMP": frozenset({"long"}),
    "EVENT_TYPE": frozenset({"string"}),
    "EVENT_VALUE": frozenset({"float"}),
    "IMPRESSION": frozenset({"string"}),
    "RECOMMENDATION_ID": frozenset({"string"}),
}
PRIMITIVE = frozenset({"string", "int", "long", "float", "double", "boolean", "null"})
_NOT_METADATA = frozenset(RESERVED) - {"CREATION_TIMESTAMP"}
_MOST: dict[str, int] = {
    "interactions": MAX_INTERACTION_METADATA,
    "items": MAX_ITEM_METADATA,
    "users": MAX_USER_METADATA,
}


def types(field: Field) -> list[str]:
    """Return a field's types as a list, however they are written."""
    kind = field["type"]
    return [str(part) for part in kind] if isinstance(kind, list | tuple) else [str(kind)]


def metadata(fields: Sequence[Field]) -> list[str]:
    """Return the columns that describe, rather than identify."""
    return [field["name"] for field in fields if field["name"] not in _NOT_METADATA]


def judge_schema(kind: str, fields: Sequence[Field]) -> Iterator[Finding]:
    """Yield what is wrong with a dataset's schema, before any file is looked at."""
    yield from _types(kind, fields)
    yield from _reserved(kind, fields)
    yield from _numbers(kind, fields)
    yield from _same_once_stripped(kind, fields)
    yield from _unused(kind, fields)


def _finding(code: str, kind: str, column: str | None, level: Level, *words: str) -> Finding:
    found, allowed, remedy = words
    return Finding(
        code=code,
        level=level,
        file=f"schema of {kind}",
        column=column,
        found=found,
        allowed=allowed,
        remedy=remedy,
    )


def _types(kind: str, fields: Sequence[Field]) -> Iterator[Finding]:
    for field in fields:
        strange = [part for part in types(field) if part not in PRIMITIVE]
        if strange:
            yield _finding(
                "nested-type",
                kind,
                field["name"],
                Level.REFUSE,
                f"has the type {', '.join(strange)}",
                f"the service takes {', '.join(sorted(PRIMITIVE))}",
                "Make it flat: one column a value, several categories joined by |",
            )


def _reserved(kind: str, fields: Sequence[Field]) -> Iterator[Finding]:
    for field in fields:
        allowed = RESERVED.get(field["name"])
        if allowed is None:
            continue
        wrong = set(types(field)) - allowed - {"null"}
        marked = [m for m in ("categorical", "textual") if field.get(m)]
        if wrong or marked:
            yield _finding(
                "reserved-type",
                kind,
                field["name"],
                Level.REFUSE,
                f"is {', '.join([*sorted(wrong), *marked])}",
                f"this name is reserved and is {' or '.join(sorted(allowed))}, unmarked",
                "Give the reserved column its type, or give yours another name",
            )


def _numbers(kind: str, fields: Sequence[Field]) -> Iterator[Finding]:
    columns, most = metadata(fields), _MOST.get(kind)
    if most is not None and len(columns) > most:
        yield _finding(
            "too-many-columns",
            kind,
            None,
            Level.REFUSE,
            f"has {len(columns)} metadata columns",
            f"at most {most}",
            "Leave out what no recipe will use",
        )
    if kind in ("items", "users") and not columns:
        yield _finding(
            "no-metadata",
            kind,
            None,
            Level.REFUSE,
            "has no column beside the id",
            "at least one metadata column",
            "Add one, or leave the dataset out",
        )
    texts = [field["name"] for field in fields if field.get("textual")]
    if len(texts) > MAX_TEXTUAL:
        yield _finding(
            "too-many-texts",
            kind,
            texts[1],
            Level.REFUSE,
            f"{', '.join(texts)} are textual",
            f"at most {MAX_TEXTUAL} textual column",
            "Join the texts into one column",
        )


def _same_once_stripped(kind: str, fields: Sequence[Field]) -> Iterator[Finding]:
    seen: dict[str, str] = {}
    for field in fields:
        name = field["name"]
        first = seen.setdefault(name.replace("_", "").lower(), name)
        if first != name:
            yield _finding(
                "same-name",
                kind,
                name,
                Level.REFUSE,
                f"equals {first} once underscores and case are dropped",
                "names that differ by more",
                "Rename one of them",
            )


def _unused(kind: str, fields: Sequence[Field]) -> Iterator[Finding]:
    for field in fields:
        plain = not field.get("categorical") and not field.get("textual")
        if "string" in types(field) and plain and field["name"] not in RESERVED:
            yield _finding(
                "string-ignored",
                kind,
                field["name"],
                Level.WARN,
                "is a string that is neither categorical nor textual",
                "the service keeps it for filters and does not train on it",
                "Mark it categorical (or textual, one of items) if the model should learn from it",
            )
