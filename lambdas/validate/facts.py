"""What counting found out about a drop: numbers and firsts, no judgement."""

from pydantic import BaseModel, Field

from lambdas.validate.counting.part import BrokenLine, Held, Mended
from lambdas.validate.reading.records import Fault


class FileFacts(BaseModel):
    """One file; lines are counted from 1, the header."""

    name: str
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


class Facts(BaseModel):
    """One dataset of a drop, all its files together."""

    kind: str
    files: list[FileFacts] = Field(default_factory=list)
    users: int = 0
    users_with_two: int = 0
    things: int = 0
    """Different items of the events (actions of action interactions), or ids of a catalogue."""
    duplicates: int = 0
    """Events that equal another one in every column, the one that stays not counted."""
    followed: int = 0
    """Events looked at for repeats: all, or those of one in sixteen pairs of user and item."""
    repeats: int = 0
    """Of these, events of a user with an item that the user had before."""
    repeated_ids: int = 0
    """Rows of a catalogue whose id another row has, the one that stays not counted."""
    unknown_things: int = 0
    """Things of the events that the catalogue does not have."""
    cold_things: int = 0
    """Things of the catalogue without any event."""
    first_time: int | None = None
    last_time: int | None = None
    by_month: dict[str, int] = Field(default_factory=dict)
    event_types: dict[str, int] = Field(default_factory=dict)
    """Events by type, the most frequent first."""
    popularity: list[int] = Field(default_factory=list)
    """Events of the most popular things, most popular first."""
    trainable: dict[str, int] = Field(default_factory=dict)
    """Events left for each solution that leaves some out, by the solution's name."""
    different: dict[str, int] = Field(default_factory=dict)
    """Of these, for solutions that choose by type: different ones, counted up to the minimum."""

    @property
    def name(self) -> str:
        """Return what the dataset is called in messages."""
        return self.files[0].name if len(self.files) == 1 else f"{self.kind}/"

    @property
    def rows(self) -> int:
        """Return the rows of all files."""
        return sum(file.rows for file in self.files)

    @property
    def different_rows(self) -> int:
        """Return the rows of all files, equal ones counted once."""
        return self.rows - self.duplicates

    @property
    def size(self) -> int:
        """Return the bytes of all files."""
        return sum(file.size for file in self.files)
