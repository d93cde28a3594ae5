"""What is counted: a file of a drop or a stretch of lines of it, and what a count of it says."""

from bisect import bisect_right
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Protocol

from pydantic import BaseModel, ConfigDict, Field
from pydantic.alias_generators import to_camel

from lambdas.validate.reading.records import Fault, Records

EVENTS = {"interactions": "ITEM_ID", "actionInteractions": "ACTION_ID"}
"""Datasets of events, and what the events are about."""
CATALOGUES = {"items": "ITEM_ID", "users": "USER_ID", "actions": "ACTION_ID"}
"""Datasets with a row a thing, and the thing's id."""


class Wish(BaseModel):
    """What a solution trains on."""

    model_config = ConfigDict(alias_generator=to_camel, populate_by_name=True, extra="ignore")

    name: str
    recipe: str = ""
    event_type: str | None = None
    """The events it takes, None for all."""
    solution_config: dict[str, Any] = Field(default_factory=dict)
    """CreateSolution.solutionConfig, with the API's keys."""

    @property
    def threshold(self) -> float | None:
        """Return the least EVENT_VALUE it takes, None for any."""
        given = self.solution_config.get("eventValueThreshold")
        return float(given) if given else None

    @property
    def choices(self) -> list[tuple[str | None, float | None]]:
        """Return event types and least values of which an event has to meet one; none for all."""
        events = self.solution_config.get("eventsConfig", {}).get("eventParametersList", [])
        listed = [(event.get("eventType"), event.get("eventValueThreshold")) for event in events]
        if self.event_type is None and self.threshold is None:
            return listed
        return listed or [(self.event_type, self.threshold)]


class Origin(Protocol):
    """Where the records of a file come from."""

    def line(self, row: int) -> int:
        """Return the line of the user's file, from 1, that a record, from 0, was made of."""


@dataclass(frozen=True, kw_only=True)
class Lines:
    """The origin of records that are lines of the user's own file, some left out.

    Attributes:
        header: Whether the first line is the header.
        dropped: Numbers of the lines that are no records, ascending.
    """

    header: bool
    dropped: Sequence[int] = ()

    def line(self, row: int) -> int:
        """Return the line that a record is."""
        kept, dropped = row + 1 + self.header, self.dropped
        # The numbers ascend, and so do they less their own places.
        return kept + bisect_right(range(len(dropped)), kept, key=lambda n: dropped[n] - n)


@dataclass(frozen=True, kw_only=True)
class Part:
    """Whole lines of one file.

    Attributes:
        kind: The dataset: ``interactions``, ``items`` …
        name: The file's name in messages.
        file: Where the lines are.
        columns: The file's columns, in its order.
        fields: The schema's fields.
        now: Unix time in seconds; what is later lies in the future.
        header: Whether the first line is the header.
        wishes: What the solutions train on.
        number: The part's place in the file, 0 for the first.
        one_pair_in: Of how many pairs of user and thing one is followed for the repeat rate.
        origin: Where the records come from, if not from the very lines of ``file``.
    """

    kind: str
    name: str
    file: Path
    columns: Sequence[str]
    fields: Sequence[Mapping[str, Any]]
    now: int
    header: bool = True
    wishes: Sequence[Wish] = field(default=())
    number: int = 0
    one_pair_in: int = 1
    origin: Origin | None = None


class Held(BaseModel):
    """How often a probe held, and where first."""

    count: int
    line: int
    value: str | None


WHOLE_FILE = frozenset({"bom", "header-quoted", "column-order", "crlf"})
"""Codes of what a file has once, not line by line."""


class Mended(BaseModel):
    """What was mended in a column, or in the lines of a file."""

    code: str
    column: str | None = None
    count: int = 1
    line: int = 1
    """The first of them."""


class BrokenLine(BaseModel):
    """A line that is no record."""

    line: int
    fault: Fault
    detail: str
    text: str


def broken_lines(records: Records) -> list[BrokenLine]:
    """Return the first lines that are no records."""
    return [
        BrokenLine(line=one.line, fault=one.fault, detail=one.detail, text=one.text)
        for one in records.broken
    ]


class Counted(BaseModel):
    """A part, counted; lines are counted from the part's own first."""

    kind: str
    name: str
    number: int = 0
    size: int = 0
    """Bytes."""
    lines: int = 0
    rows: int = 0
    returns: bool = False
    """Whether there is a CR anywhere."""
    held: dict[str, Held] = Field(default_factory=dict)
    """By the probe's key."""
    broken: list[BrokenLine] = Field(default_factory=list)
    """The first lines that are no records."""
    faults: dict[Fault, int] = Field(default_factory=dict)
    doubled: int = 0
    """Lines that double a quote instead of escaping it."""
    first_doubled: int = 0
    mended: list[Mended] = Field(default_factory=list)
    first_time: int | None = None
    last_time: int | None = None
    by_month: dict[str, int] = Field(default_factory=dict)
    event_types: dict[str, int] = Field(default_factory=dict)
    followed: int = 0
    """Events whose pair of user and thing is followed for the repeat rate."""
    trainable: dict[str, int] = Field(default_factory=dict)
    """Events left for each choosy solution, by its name."""
