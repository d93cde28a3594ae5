"""When runs start: by data, by the clock, by hand."""

from typing import Annotated, Literal, get_args

from pydantic import Field

from lambdas.shared.strict import Strict

# What a run can do, in this order; training includes the gate and the campaign. Exports and
# deletions are never part of a drop, batch jobs only without a schedule of their own.
Part = Literal["import", "filters", "train", "recommenders", "batch", "export", "deletion"]
PARTS: tuple[Part, ...] = get_args(Part)

# EventBridge Scheduler (user guide, "Schedule types"): the forms, not every value.
_RATE = r"rate\([1-9]\d* (minute|minutes|hour|hours|day|days)\)"
_CRON = r"cron\(\S+ \S+ \S+ \S+ \S+ \S+\)"
ScheduleExpression = Annotated[str, Field(pattern=f"^({_RATE}|{_CRON})$", max_length=256)]


class Schedules(Strict):
    """Runs by the clock; each is off unless given. A schedule that meets a run is left out."""

    time_zone: Annotated[str, Field(pattern=r"^[A-Za-z_]+(/[A-Za-z0-9_+\-]+)*$")] = "UTC"
    """The time zone of cron expressions."""
    import_: ScheduleExpression | None = Field(default=None, alias="import")
    """Import the newest drop again, and go on from there if anything in it is new."""
    retrain: ScheduleExpression | None = None
    """Train every solution anew on the data that is there."""
    update: ScheduleExpression | None = None
    """Fold new items into the solutions that can: training mode UPDATE."""
    adopt: ScheduleExpression | None = None
    """Let what the service trained by itself pass the gate; daily where performAutoTraining is on.
    """
    batch: ScheduleExpression | None = None
    """The batch jobs, on the versions that serve."""
    filters: ScheduleExpression | None = None
    """Renew the filters that move with the date."""
    export: ScheduleExpression | None = None
    """The exports."""


class Runs(Strict):
    """How data starts a run."""

    debounce_seconds: int | None = Field(default=None, ge=10, le=3600)
    """For people who just copy files: a run starts when no file came for this long.

    Without it only a marker (_SUCCESS) or a manifest (manifest.json) completes a drop.
    """
    skip_unchanged: bool = True
    """A drop whose files were imported by the run before starts nothing."""
