"""What every step of the teardown answers: what it did, what is under way, what stays, and why."""

from collections.abc import Iterable, Sequence
from typing import Any, Literal

from pydantic import Field

from lambdas.shared.strict import Strict
from lambdas.shared.teardown_settings import TeardownScope


class Entry(Strict):
    """One thing, or ``count`` things of one kind and place."""

    kind: str
    """What it is, in the service's words: ``solution version``, ``object``."""
    name: str
    """Its name; for objects, the bucket's."""
    arn: str = ""
    """Its ARN, where it has one."""
    reason: str = ""
    """Why it waits or stays; empty for what is deleted."""
    count: int = Field(default=1, ge=0)
    """How many."""


class Progress(Strict):
    """The answer of one bounded step; small enough for a state machine's variables."""

    remaining: int = Field(default=0, ge=0)
    """How many things of this step still have to go; 0 means the step is done."""
    stage: str = ""
    """What the step is at, in words."""
    deleted: tuple[Entry, ...] = ()
    """What was asked to go in this step; in a dry run, what would go."""
    stopped: tuple[Entry, ...] = ()
    """What was stopped so that it bills no further and can go."""
    going: tuple[Entry, ...] = ()
    """What was asked to go and is still there: the next step looks whether it is gone."""
    pending: tuple[Entry, ...] = ()
    """What has to go and cannot yet, with the reason."""
    left: tuple[Entry, ...] = ()
    """What is the pipeline's and cannot go, with the reason: somebody else builds on it."""
    kept: tuple[Entry, ...] = ()
    """What is not the pipeline's, or is retained, with the reason."""

    @property
    def answer(self) -> dict[str, Any]:
        """Return what a handler returns: the state machine reads every key, so none is left out."""
        return self.model_dump(by_alias=True, mode="json")


class StepRequest(Strict):
    """What every step is asked with."""

    scope: TeardownScope
    """What belongs to the pipeline."""
    dry_run: bool = False
    """Only look; change nothing."""
    by_hand: bool = False
    """Whether the stack stays: what it needs afterwards is left alone."""
    going: tuple[Entry, ...] = ()
    """What earlier steps asked to go."""


def total(entries: Iterable[Entry]) -> int:
    """Return how many things the entries stand for."""
    return sum(entry.count for entry in entries)


def merged(stage: str, steps: Sequence[Progress]) -> Progress:
    """Return several steps, taken one after the other, as one."""

    def all_of(part: Literal["deleted", "pending", "left", "kept"]) -> tuple[Entry, ...]:
        return tuple(entry for step in steps for entry in getattr(step, part))

    return Progress(
        stage=stage,
        remaining=sum(step.remaining for step in steps),
        deleted=all_of("deleted"),
        pending=all_of("pending"),
        left=all_of("left"),
        kept=all_of("kept"),
    )
