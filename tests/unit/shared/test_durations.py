"""How long a job takes at least, told by earlier ones."""

from datetime import UTC, datetime, timedelta
from typing import Any

from lambdas.shared.durations import expected_seconds


def job(day: int, minutes: float, status: str = "ACTIVE") -> dict[str, Any]:
    """A job as List operations summarize it."""
    begun = datetime(2026, 1, day, tzinfo=UTC)
    ended = begun + timedelta(minutes=minutes)
    return {"status": status, "creationDateTime": begun, "lastUpdatedDateTime": ended}


def test_the_shortest_of_the_newest_tells() -> None:
    assert expected_seconds([job(3, 50), job(1, 45), job(2, 60)]) == 45 * 60


def test_what_is_older_than_the_newest_five_is_forgotten() -> None:
    before_the_data_grew = [job(1, 10)]

    assert expected_seconds([*before_the_data_grew, *(job(d, 50) for d in range(2, 7))]) == 3000


def test_what_failed_or_is_still_going_on_tells_nothing() -> None:
    unfinished = [job(1, 2, "CREATE FAILED"), job(2, 1, "CREATE IN_PROGRESS")]

    assert expected_seconds(unfinished) == 0
    assert expected_seconds([*unfinished, job(3, 50)]) == 3000
