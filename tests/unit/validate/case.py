"""What a case of bad input is made of."""

from dataclasses import dataclass, field
from typing import Any

from lambdas.validate.findings import Level
from tests.unit.validate.drops import SCHEMAS, START, schema, sound
from tests.unit.validate.drops import field as column


@dataclass(frozen=True)
class Case:
    """A bad input: what is dropped, and what has to be said of it."""

    name: str
    code: str
    files: dict[str, bytes]
    words: tuple[str, ...] = ()
    line: int | None = None
    level: Level = Level.REFUSE
    schemas: dict[str, Any] = field(default_factory=dict)
    solutions: tuple[dict[str, Any], ...] = ()

    @property
    def drop(self) -> dict[str, bytes]:
        """The drop: sound interactions unless the case brings its own."""
        return {"interactions": sound("interactions"), **self.files}


def events(content: bytes) -> dict[str, bytes]:
    return {"interactions": content}


def lines(*rows: str) -> bytes:
    return ("\n".join(rows) + "\n").encode()


HEADER = "USER_ID,ITEM_ID,TIMESTAMP,EVENT_TYPE"
MANY = [f"u{n % 600},i{n % 90},{START + n},watch" for n in range(1_500)]
LONG_ID, LONG_TEXT = "x" * 257, "x" * 20_001
ONE_OFF = [f"once{n},i1,{START + n},watch" for n in range(30_000)]
PLAIN = schema(
    *(column(name, "string") for name in ("USER_ID", "ITEM_ID")), column("TIMESTAMP", "long")
)


def with_schema(kind: str, *fields: dict[str, Any]) -> dict[str, Any]:
    return {**SCHEMAS, kind: schema(*fields)}


def type_columns(count: int) -> dict[str, Any]:
    more = [column(f"C{n}", "string", "null", categorical=True) for n in range(count)]
    return with_schema("interactions", *PLAIN["fields"], *more)
