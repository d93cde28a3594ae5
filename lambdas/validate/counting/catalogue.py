"""One pass over a catalogue (items, users, actions): how many things, and which come twice."""

from collections.abc import Sequence

from lambdas.validate.counting.fingerprints import fingerprints
from lambdas.validate.counting.part import CATALOGUES, Counted, Part
from lambdas.validate.counting.runs import Runs
from lambdas.validate.counting.screen import is_sound
from lambdas.validate.counting.tallies import Batches
from lambdas.validate.reading.table import Room, Source
from lambdas.validate.reading.texts import Block

IDS = "ids"


class CataloguePass:
    """Adds up blocks of one part."""

    def __init__(self, part: Part, runs: Runs) -> None:
        self._part = part
        self._batches = Batches(runs, IDS)
        self.rows = 0
        self.suspicious = False

    @property
    def columns(self) -> Sequence[str]:
        """Return the columns that are added up."""
        return [CATALOGUES[self._part.kind]]

    def add(self, block: Block, *, screened: bool = True) -> None:
        """Add a block of rows; all columns of one that is screened are there."""
        [column] = self.columns
        self._batches.add(**{IDS: fingerprints(block.columns[column])})
        self.rows += block.rows
        if screened and not self.suspicious:
            self.suspicious = not is_sound(self._part.fields, block, {}, now=self._part.now)

    def close(self) -> None:
        """Write the last run."""
        self._batches.flush()

    def absorb(self, other: "CataloguePass") -> None:
        """Take over what another closed pass over the same part has added up."""
        self.rows += other.rows
        self.suspicious = self.suspicious or other.suspicious

    def counted(self, source: Source, room: Room) -> Counted:  # noqa: ARG002 - as the other pass
        """Return what the rows add up to."""
        part = self._part
        return Counted(kind=part.kind, name=part.name, number=part.number, rows=self.rows)
