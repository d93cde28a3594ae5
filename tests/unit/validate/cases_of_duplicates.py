"""Bad input that equal events make: the service keeps one of them."""

from lambdas.validate.findings import Level
from tests.unit.validate.case import HEADER, MANY, ONE_OFF, Case, events, lines
from tests.unit.validate.drops import sound

CASES = [
    Case(
        "25 under 1,000, each of them twice",
        "too-few-interactions",
        events(lines(HEADER, *MANY[:600] * 2)),
        ("1,200 rows", "600 without", "at least 1,000"),
    ),
    Case(
        "26 all users come back, with the same event",
        "too-few-users",
        events(lines(HEADER, *ONE_OFF[:1_500] * 2)),
        ("0 users have two different interactions",),
    ),
    Case(
        "35 the event type leaves too few that differ",
        "event-type-leaves-too-few",
        events(lines(HEADER, *MANY, *[row.replace("watch", "like") for row in MANY[:600]] * 2)),
        ("'like'", "likes", "leaves 1,200 rows, 600 without"),
        solutions=(
            {"name": "likes", "recipe": "aws-sims", "eventType": "like"},
            {"name": "watched", "recipe": "aws-sims", "eventType": "watch"},
        ),
    ),
    Case(
        "41 duplicates",
        "duplicates",
        events(sound("interactions") + sound("interactions").splitlines()[1] + b"\n"),
        ("1 row equal",),
        level=Level.WARN,
    ),
]
