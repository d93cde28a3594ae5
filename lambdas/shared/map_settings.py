"""The pipeline file's ``map:``: how a user's own files become Personalize's."""

from typing import Annotated, Literal

from pydantic import Field

from lambdas.shared.strict import Strict

Column = Annotated[str, Field(min_length=1, max_length=256)]


class Dated(Strict):
    """A column of dates that become seconds since 1970."""

    column: Column
    """The user's column."""
    date: Annotated[str, Field(min_length=1, max_length=64)] = "iso"
    """How dates are written: "iso" (a time zone counts, none is UTC), or a strptime format, UTC."""


class Constant(Strict):
    """The same value in every row."""

    value: str
    """The value."""


class EventTypes(Strict):
    """Event types by the least value of a column, a rating for instance."""

    column: Column
    """The user's column of numbers."""
    at_least: dict[Annotated[str, Field(min_length=1, max_length=256)], float] = Field(min_length=1)
    """Least value by event type. A row becomes an event of each type whose least value it reaches;
    one that reaches none is left out."""


class DatasetMap(Strict):
    """How one file of the user becomes a dataset's."""

    file: Annotated[str, Field(pattern=r"^[^/]+$")] | None = None
    """The file's name in the drop; <dataset>.csv unless given."""
    separator: Annotated[str, Field(min_length=1, max_length=4)] = ","
    """What separates its columns."""
    encoding: Literal["utf-8", "latin-1", "utf-16"] = "utf-8"
    """How its characters are written."""
    header: tuple[Column, ...] = ()
    """The names of its columns, if its first line is not a header."""
    columns: dict[Column, Column | Dated | Constant] = Field(default_factory=dict)
    """The user's column for each of the schema's; those that are not named keep their names."""
    event_types: EventTypes | None = None
    """EVENT_TYPE by a threshold, if no column says it."""
