"""One file for each bad input that a drop can bring: the verdict, and the words."""

import gzip
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest

from lambdas.validate.findings import Level, in_one, worst_first
from tests.unit.validate.drops import (
    NOW,
    SCHEMAS,
    START,
    interactions,
    look,
    replaced,
    schema,
    sound,
)
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


CASES = [
    Case("1 empty file", "empty", {"items": b""}, ("items.csv, line 1", "is empty"), 1),
    Case(
        "2 header only", "header-only", {"items": lines("ITEM_ID,GENRES,PRICE,STOCK,OFFERED,TEXT")}
    ),
    Case("3 tabs", "separator", events(lines(HEADER.replace(",", "\t"))), ("tabs",)),
    Case("3 semicolons", "separator", events(lines(HEADER.replace(",", ";"))), ("semicolons",)),
    Case("3 gzip", "not-csv", events(gzip.compress(sound("interactions"))), ("gzip",)),
    Case("3 parquet", "not-csv", events(b"PAR1\x00\x00"), ("Parquet",)),
    Case(
        "4 not UTF-8",
        "not-utf8",
        {"items": replaced("items", 3, "i1,Caf\u00e9,1.5,1,true,x").decode().encode("latin-1")},
        ("0xe9", "Latin-1"),
        3,
    ),
    Case("5 byte-order mark", "bom", events(b"\xef\xbb\xbf" + sound("interactions"))),
    Case(
        "7 required column missing",
        "column-missing",
        events(lines("USER_ID,TIMESTAMP,EVENT_TYPE", f"u1,{START},watch")),
        ("ITEM_ID", "the service needs it"),
        1,
    ),
    Case(
        "8 header differs",
        "column-unknown",
        events(lines(f"{HEADER},PRICE", f"u1,i1,{START},watch,3")),
        ("PRICE",),
        1,
    ),
    Case(
        "9 order differs",
        "column-order",
        events(lines("ITEM_ID,USER_ID,TIMESTAMP,EVENT_TYPE", f"i1,u1,{START},watch")),
        ("repair",),
        1,
    ),
    Case("10 duplicate column", "column-twice", events(lines(f"{HEADER},ITEM_ID", "a,b,1,c,d"))),
    Case(
        "11 names equal once stripped",
        "same-name",
        {"users": lines("USER_ID,AGE,A_GE", "u1,3,4")},
        ("A_GE",),
        schemas=with_schema(
            "users", column("USER_ID", "string"), column("AGE", "int"), column("A_GE", "int")
        ),
    ),
    Case("12 ragged row", "ragged", events(replaced("interactions", 7, "u1,i1")), ("u1,i1",), 7),
    Case(
        "13 record over several lines",
        "record-over-lines",
        {"items": replaced("items", 5, 'i3,Drama,1.5,1,true,"two\nlines"')},
        ("one line",),
        5,
    ),
    Case("14 unbalanced quote", "ragged", events(replaced("interactions", 9, 'u1,"i1,5,watch'))),
    Case(
        "15 quote inside an id",
        "id-quote",
        events(replaced("interactions", 4, f'u1,"i""1",{START},watch')),
        ("double quote",),
        4,
    ),
    Case(
        "16 empty id",
        "id-empty",
        events(replaced("interactions", 12, f",i1,{START},watch")),
        (),
        12,
    ),
    Case(
        "17 id too long",
        "id-too-long",
        events(replaced("interactions", 2, f"{LONG_ID},i1,{START},watch")),
        ("257 characters", "256"),
        2,
    ),
    Case(
        "18 milliseconds",
        "time-milliseconds",
        events(replaced("interactions", 8, f"u1,i1,{START}000,watch")),
        ("Divide by 1,000",),
        8,
    ),
    Case(
        "19 ISO date",
        "time-date",
        events(replaced("interactions", 6, "u1,i1,2024-05-01T12:00:00Z,watch")),
        ("2024-05-01",),
        6,
    ),
    Case(
        "20 float",
        "time-not-whole",
        events(replaced("interactions", 6, "u1,i1,12.5,watch")),
        ("12.5",),
    ),
    Case(
        "20 negative",
        "time-negative",
        events(replaced("interactions", 6, "u1,i1,-5,watch")),
        ("-5",),
    ),
    Case("21 null", "null-not-allowed", {"users": replaced("users", 3, "u1,")}, ("AGE", "null"), 3),
    Case("22 wrong type", "type-whole", {"users": replaced("users", 3, "u1,old")}, ("old",), 3),
    Case(
        "22 wrong number",
        "type-number",
        {"items": replaced("items", 2, "i0,D,1x,1,true,t")},
        ("1x",),
        2,
    ),
    Case(
        "23 boolean spelled True",
        "boolean-spelling",
        {"items": replaced("items", 4, "i2,D,1,1,True,t")},
        ("small letters",),
        4,
    ),
    Case(
        "24 categorical too long",
        "category-too-long",
        {"items": replaced("items", 2, f"i0,{'D' * 1001},1,1,true,t")},
        ("1,001 characters",),
        2,
    ),
    Case(
        "25 under 1,000", "too-few-interactions", events(lines(HEADER, *MANY[:500])), ("500 rows",)
    ),
    Case(
        "26 under 25 users with two",
        "too-few-users",
        events(lines(HEADER, *[f"u{n % 24},i{n},{START + n},watch" for n in range(1_500)])),
        ("24 users",),
    ),
    Case(
        "27 under 1 % of users with two",
        "users-once",
        events(lines(HEADER, *ONE_OFF, *[f"u{n % 30},i{n},{START},watch" for n in range(90)])),
        ("0.10%",),
    ),
    Case(
        "28 too many event types",
        "too-many-event-types",
        events(
            lines(HEADER, *[f"{row.rsplit(',', 1)[0]},t{n % 11}" for n, row in enumerate(MANY)])
        ),
        ("11 event types",),
    ),
    Case(
        "29 too many metadata columns",
        "too-many-columns",
        events(lines(HEADER)),
        ("6 metadata columns", "at most 5"),
        schemas=type_columns(6),
    ),
    Case(
        "30 no metadata",
        "no-metadata",
        {"users": lines("USER_ID", "u1")},
        schemas=with_schema("users", column("USER_ID", "string")),
    ),
    Case(
        "31 nested type",
        "nested-type",
        {"users": lines("USER_ID,AGE", "u1,3")},
        ("array",),
        schemas=with_schema("users", column("USER_ID", "string"), column("AGE", "array")),
    ),
    Case(
        "32 reserved field of another type",
        "reserved-type",
        events(sound("interactions")),
        ("EVENT_TYPE", "categorical"),
        schemas=with_schema(
            "interactions", *PLAIN["fields"], column("EVENT_TYPE", "string", categorical=True)
        ),
    ),
    Case(
        "35 the event type leaves too few",
        "event-type-leaves-too-few",
        events(sound("interactions")),
        ("purchase", "likes", "leaves 0 rows"),
        solutions=({"name": "likes", "recipe": "aws-sims", "eventType": "purchase"},),
    ),
    Case(
        "39 CR LF",
        "crlf",
        events(sound("interactions").replace(b"\n", b"\r\n")),
        level=Level.WARN,
    ),
    Case(
        "40 in the future",
        "time-future",
        events(replaced("interactions", 3, f"u1,i1,{NOW + 86_400},watch")),
        line=3,
        level=Level.WARN,
    ),
    Case(
        "41 duplicates",
        "duplicates",
        events(sound("interactions") + sound("interactions").splitlines()[1] + b"\n"),
        ("1 rows equal",),
        level=Level.WARN,
    ),
    Case(
        "42 an id twice",
        "id-repeated",
        {"items": sound("items") + b"i0,Drama,1,1,true,again\n"},
        ("the last row of an id wins",),
        level=Level.WARN,
    ),
    Case(
        "43 a string without a mark",
        "string-ignored",
        {"users": lines("USER_ID,CITY", "u1,Paris")},
        ("CITY",),
        level=Level.WARN,
        schemas=with_schema("users", column("USER_ID", "string"), column("CITY", "string")),
    ),
    Case(
        "44 overlong text",
        "text-too-long",
        {"items": replaced("items", 2, f"i0,D,1,1,true,{LONG_TEXT}")},
        ("20,001 characters",),
        level=Level.WARN,
    ),
    Case(
        "46 little data",
        "little-data",
        events(lines(HEADER, *MANY)),
        ("advised",),
        level=Level.WARN,
    ),
    Case(
        "47 unknown items",
        "items-unknown",
        {"items": lines(*sound("items").decode().splitlines()[:200])},
        ("101 items",),
        level=Level.WARN,
    ),
    Case(
        "48 one event type",
        "one-event-type",
        events(lines(HEADER, *MANY, f"u1,i1,{START},click")),
        ("'watch' is 99.9%",),
        level=Level.WARN,
    ),
    Case(
        "49 all times equal",
        "times-equal",
        events(lines(HEADER, *[f"u{n % 600},i{n % 90},{START},watch" for n in range(1_500)])),
        level=Level.WARN,
    ),
    Case(
        "49 nothing of the last year",
        "data-old",
        events(lines(HEADER, *[f"u{n % 600},i{n % 90},{n},watch" for n in range(1_500)])),
        level=Level.WARN,
    ),
]


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.name)
def test_each_bad_input_is_named(case: Case, tmp_path: Path) -> None:
    seen = look(
        tmp_path,
        case.drop,
        schemas=case.schemas or None,
        solutions=list(case.solutions),
    )

    [finding] = [f for f in seen.findings if f.code == case.code]
    assert finding.level is case.level
    assert finding.line == case.line or case.line is None
    for word in case.words:
        assert word in finding.message
    assert seen.refused or case.level is Level.WARN
    assert finding.allowed
    assert finding.remedy


def test_a_sound_drop_is_sound(tmp_path: Path) -> None:
    seen = look(tmp_path, {kind: sound(kind) for kind in SCHEMAS})

    assert seen.findings == []
    assert seen.facts["interactions"].rows == 60_000
    assert seen.facts["interactions"].users == 1_200


def test_a_drop_without_interactions_is_refused(tmp_path: Path) -> None:
    seen = look(tmp_path, {"items": sound("items")})

    assert [finding.code for finding in seen.findings] == ["interactions-missing"]


def test_an_incremental_import_is_bounded(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("lambdas.validate.look.MAX_INCREMENTAL_BYTES", 1_000)

    seen = look(tmp_path, events(sound("interactions")), modes={"interactions": "INCREMENTAL"})

    assert "too-large" in [finding.code for finding in seen.findings]


def test_more_items_than_a_recipe_considers_is_said(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("lambdas.validate.rules.MAX_ITEMS", 200)

    seen = look(tmp_path, events(sound("interactions")))

    assert "many-items" in [finding.code for finding in seen.findings]


def test_several_findings_come_together_worst_first(tmp_path: Path) -> None:
    broken = lines(HEADER, *interactions(rows=400)[1:], f",i1,{START}000,watch")

    seen = look(tmp_path, {"interactions": broken, "items": b""})

    said = in_one(seen.findings).splitlines()
    refusals = [f.message for f in worst_first(seen.findings) if f.level is Level.REFUSE]
    assert said[: len(refusals)] == refusals
    assert any(message.startswith("interactions.csv, line 402, USER_ID") for message in refusals)
    assert {f.code for f in seen.findings} >= {"empty", "id-empty", "time-milliseconds"}
