"""Bad input that the values show, and what there is too little or too much of."""

from lambdas.validate.findings import Level
from tests.unit.validate.case import (
    HEADER,
    LONG_ID,
    LONG_TEXT,
    MANY,
    ONE_OFF,
    PLAIN,
    Case,
    events,
    lines,
    type_columns,
    with_schema,
)
from tests.unit.validate.drops import NOW, START, replaced, schema, sound
from tests.unit.validate.drops import field as column

ACTIONS = {
    **with_schema("actions", column("ACTION_ID", "string"), column("VALUE", "long", "null")),
    "actionInteractions": schema(
        *(column(name, "string") for name in ("USER_ID", "ACTION_ID")),
        column("TIMESTAMP", "long"),
        column("EVENT_TYPE", "string"),
    ),
}
CASES = [
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
    Case(
        "21 null where none may be",
        "null-not-allowed",
        events(replaced("interactions", 3, "u1,i1,,watch")),
        ("TIMESTAMP", "Fill it in, or leave the row out."),
        3,
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
        "22 neither true nor false",
        "type-boolean",
        {"items": replaced("items", 4, "i2,D,1,1,perhaps,t")},
        ("perhaps",),
        4,
    ),
    Case(
        "22 beyond 32 bits",
        "type-range",
        {"users": replaced("users", 3, "u1,3000000000")},
        ("3000000000", "int"),
        3,
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
        "29 two textual columns",
        "too-many-texts",
        {"items": lines("ITEM_ID,A,B", "i1,x,y")},
        ("A, B",),
        schemas=with_schema(
            "items",
            column("ITEM_ID", "string"),
            column("A", "string", textual=True),
            column("B", "string", textual=True),
        ),
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
        ("101 of its 300 items",),
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
        "16 empty id of an action",
        "id-empty",
        {"actions": lines("ACTION_ID,VALUE", "a1,3", ",4")},
        ("actions.csv", "ACTION_ID"),
        3,
        schemas=ACTIONS,
    ),
    Case(
        "18 milliseconds of an action interaction",
        "time-milliseconds",
        {
            "actions": lines("ACTION_ID,VALUE", "a1,3"),
            "actionInteractions": lines(
                "USER_ID,ACTION_ID,TIMESTAMP,EVENT_TYPE",
                f"u1,a1,{START},Viewed",
                f"u1,a1,{START}000,Taken",
            ),
        },
        ("actionInteractions.csv",),
        3,
        schemas=ACTIONS,
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
