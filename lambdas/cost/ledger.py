"""What was spent: one small document a charge, kept under ``state/costs/<month>/``.

Written under a key that follows from what was charged, so that a step that runs twice charges once.
Kept by the pipeline itself, because a solution version takes its trainingHours along when it is
deleted, and the bill itself arrives a day late.
"""

from collections.abc import Iterable
from datetime import UTC, datetime
from typing import Literal

from lambdas.cost.estimate import PastTraining
from lambdas.shared import documents
from lambdas.shared.clients import Client
from lambdas.shared.strict import Strict

COSTS = "state/costs"
TRAININGS = "state/trainings"


class Charge(Strict):
    """One thing that was paid for. US dollars."""

    what: Literal["training", "import"]
    about: str
    """The solution, or the drop."""
    usd: float
    run: str
    at: datetime
    training_hours: float | None = None


class Month(Strict):
    """A calendar month, UTC."""

    start: datetime

    @classmethod
    def of(cls, at: datetime) -> "Month":
        """Return the month that a time lies in."""
        return cls(
            start=at.astimezone(UTC).replace(day=1, hour=0, minute=0, second=0, microsecond=0)
        )

    @property
    def end(self) -> datetime:
        """Return the first moment of the next month."""
        following = self.start.month % 12 + 1
        return self.start.replace(year=self.start.year + (following == 1), month=following)

    @property
    def prefix(self) -> str:
        """Return where the month's charges are kept."""
        return f"{COSTS}/{self.start:%Y-%m}/"


def charge(s3: Client, bucket: str, name: str, entry: Charge) -> None:
    """Write one charge down; the same name in the same month is the same charge."""
    documents.write(s3, bucket, f"{Month.of(entry.at).prefix}{name}.json", entry)


def charges(s3: Client, bucket: str, months: Iterable[Month]) -> list[Charge]:
    """Return the charges of some months."""
    return [
        entry for month in months for entry in documents.read_all(s3, bucket, month.prefix, Charge)
    ]


def remember_training(s3: Client, bucket: str, solution: str, training: PastTraining) -> None:
    """Keep a solution's last training for the estimate of its next one."""
    documents.write(s3, bucket, _training_key(solution), training)


def past_trainings(s3: Client, bucket: str, solutions: Iterable[str]) -> dict[str, PastTraining]:
    """Return the last training of each solution that has one."""
    found = {
        name: documents.read(s3, bucket, _training_key(name), PastTraining)[0] for name in solutions
    }
    return {name: training for name, training in found.items() if training is not None}


def _training_key(solution: str) -> str:
    return f"{TRAININGS}/{solution}.json"
