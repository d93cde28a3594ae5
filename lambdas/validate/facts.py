"""What one pass over a file found out: counts and firsts, no judgement."""

from pydantic import BaseModel, Field


class Held(BaseModel):
    """How often a probe held, and where first."""

    count: int
    line: int
    value: str | None


class Ragged(BaseModel):
    """A line that is no record: too few or too many values, or a broken quote."""

    line: int
    kind: str
    """The reader's own name for it: ``MISSING COLUMNS``, ``INVALID ENCODING`` …"""
    error: str
    text: str


class Facts(BaseModel):
    """One dataset's file, counted."""

    file: str
    size: int = 0
    """Bytes."""
    rows: int = 0
    held: dict[int, Held] = Field(default_factory=dict)
    """By the probe's place in the list of probes."""
    ragged: list[Ragged] = Field(default_factory=list)
    """The first few lines that are no records."""
    ragged_lines: int = 0
    users: int = 0
    users_with_two: int = 0
    items: int = 0
    duplicates: int = 0
    """Rows that equal an earlier row in every column."""
    repeated_ids: int = 0
    """Rows of a metadata file whose id an earlier row has."""
    first_time: int | None = None
    last_time: int | None = None
    event_types: dict[str, int] = Field(default_factory=dict)
    by_month: dict[str, int] = Field(default_factory=dict)
    popularity: list[int] = Field(default_factory=list)
    """Interactions of the most popular items, at most 1,000 of them, most popular first."""
    repeats: int = 0
    """Interactions with an item that the user had interacted with before."""
    unknown_items: int = 0
    """Items with interactions that items.csv does not have."""
    cold_items: int = 0
    """Items of items.csv without any interaction."""
    trainable: dict[str, int] = Field(default_factory=dict)
    """Interactions left for each solution after its event type, by the solution's name."""
