"""Bad input that the file itself shows: its bytes, its header, its lines."""

import gzip

from lambdas.validate.findings import Level
from lambdas.validate.reading.records import MAX_LINE
from tests.unit.validate.case import HEADER, Case, events, lines, with_schema
from tests.unit.validate.drops import START, replaced, sound
from tests.unit.validate.drops import field as column

CASES = [
    Case("1 empty file", "empty", {"items": b""}, ("items.csv, line 1", "is empty"), 1),
    Case(
        "2 header only", "header-only", {"items": lines("ITEM_ID,GENRES,PRICE,STOCK,OFFERED,TEXT")}
    ),
    Case("3 tabs", "separator", events(lines(HEADER.replace(",", "\t"))), ("tabs",)),
    Case("3 semicolons", "separator", events(lines(HEADER.replace(",", ";"))), ("semicolons",)),
    Case("3 gzip", "not-csv", events(gzip.compress(sound("interactions"))), ("gzip",)),
    Case("3 JSON", "not-csv", events(b'[{"USER_ID": "u1"}]\n'), ("JSON",), 1),
    Case("3 a web page", "not-csv", {"items": b"<html>403 Forbidden</html>"}, ("HTML",), 1),
    Case("3 parquet", "not-csv", events(b"PAR1\x00\x00"), ("Parquet",)),
    Case(
        "4 not UTF-8",
        "not-utf8",
        {"items": replaced("items", 3, "i1,Caf\u00e9,1.5,1,true,x").decode().encode("latin-1")},
        ("0xe9", "Windows-1252"),
        3,
    ),
    Case("5 byte-order mark", "bom", events(b"\xef\xbb\xbf" + sound("interactions"))),
    Case(
        "6 quoted header",
        "header-quoted",
        events(sound("interactions").replace(b"USER_ID", b'"USER_ID"', 1)),
        ("without quotes",),
        1,
    ),
    Case(
        "no header",
        "header-missing",
        {"users": lines("u1,30", "u2,40")},
        ("users.csv, line 1", "'u1,30'", "USER_ID, AGE"),
        1,
    ),
    Case(
        "a line before the header",
        "header-missing",
        {"users": lines("sep=,", "USER_ID,AGE", "u1,30")},
        ("'sep=,'",),
        1,
    ),
    Case(
        "the header again",
        "header-repeated",
        events(sound("interactions") + lines(HEADER)),
        ("interactions.csv, line 60002, USER_ID", "joined"),
        60_002,
    ),
    Case(
        "the header again, with its byte-order mark, where no column is a number",
        "header-repeated",
        {"items": lines("ITEM_ID,GENRES", "i1,Drama", "\ufeffITEM_ID,GENRES", "i2,Drama")},
        ("items.csv, line 3, ITEM_ID",),
        3,
        schemas=with_schema(
            "items", column("ITEM_ID", "string"), column("GENRES", "string", categorical=True)
        ),
    ),
    Case(
        "line ends of an old Mac",
        "line-ends",
        {"users": sound("users").replace(b"\n", b"\r")},
        ("CR alone",),
        1,
    ),
    Case(
        "a comma too many in every line",
        "column-unknown",
        {"users": sound("users").replace(b"\n", b",\n")},
        ("no name", "comma too many"),
        1,
    ),
    Case(
        "a hundred columns too many",
        "column-unknown",
        {"users": lines(",".join(["USER_ID", "AGE", *(f"C{n}" for n in range(100))]))},
        ("100 columns: C0, C1", "and 80 more"),
        1,
    ),
    Case(
        "spaces after the commas",
        "column-missing",
        {"users": lines("USER_ID, AGE", "u1, 30")},
        ("Take the spaces around AGE out",),
        1,
    ),
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
    Case("14 unbalanced quote", "quote", events(replaced("interactions", 9, 'u1,"i1,5,watch'))),
    Case(
        "14 doubled quote",
        "quote-doubled",
        {"items": replaced("items", 6, 'i4,Drama,1.5,1,true,"a ""b"" c"')},
        ('\\"',),
        6,
        level=Level.WARN,
    ),
    Case(
        "15 quote inside an id",
        "id-quote",
        events(replaced("interactions", 4, f'u1,"i""1",{START},watch')),
        ("double quote",),
        4,
    ),
    Case(
        "a control character",
        "control",
        events(replaced("interactions", 5, f"u\0 1,i1,{START},watch")),
        ("NUL",),
        5,
    ),
    Case(
        "an endless line",
        "line-too-long",
        {"items": sound("items") + b"i9,Drama,1,1,true," + b"x" * MAX_LINE + b"\n"},
        (),
        302,
    ),
    Case(
        "a dataset that the pipeline does not have",
        "dataset-unknown",
        {"actions": lines("ACTION_ID,VALUE", "a1,3")},
        ("datasets.actions",),
    ),
]
