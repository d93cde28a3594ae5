"""How the pipeline runs: polling and retention."""

from typing import Literal, Self

from pydantic import Field, model_validator

from lambdas.shared.strict import Strict

# What is pending for longer is watched by an execution of its own; only trainings ever are.
WATCH_AFTER_SECONDS = 8 * 3600
RetentionDays = Literal[1, 3, 5, 7, 14, 30, 60, 90, 120, 150, 180, 365, 400, 545, 731]


class Polling(Strict):
    """How long to wait before a pending resource is looked at again.

    The wait is a share of the time already spent, between a floor and a cap: late enough to be
    quiet, early enough that a finished job is noticed within a small part of its own length.
    """

    share: float = Field(default=0.08, gt=0, le=1)
    """The wait as a share of the time spent; a job is noticed half of it late on average."""
    floor_seconds: int = Field(default=30, ge=1)
    """The shortest wait, in seconds."""
    cap_seconds: int = Field(default=300, ge=1, le=3600)
    """The longest wait, in seconds; a short one makes many events in a run's history."""
    give_up_after_hours: int = Field(default=24 * 8, ge=1, le=24 * 14)
    """When a pending resource is called stuck; the longest training on record took days."""

    @model_validator(mode="after")
    def _floor_below_cap(self) -> Self:
        if self.floor_seconds > self.cap_seconds:
            raise ValueError("floorSeconds is above capSeconds")
        return self


class Operation(Strict):
    """How the pipeline runs."""

    polling: Polling = Polling()
    """How pending resources are watched."""
    log_retention_days: RetentionDays = 30
    """How long logs are kept."""
