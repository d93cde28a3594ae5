"""One pass over a catalogue (items, users, actions): how many things, and which come twice."""

from collections.abc import Sequence

import numpy as np

from lambdas.validate.counting.fingerprints import fingerprint, fingerprints
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
        # No column of a catalogue has to be a number, which the header's name would not be.
        [column] = self.columns
        again = (column, f"\ufeff{column}")
        self._headers = np.array([fingerprint(name) for name in again], np.uint64)
        self.rows = 0
        self.suspicious = False

    @property
    def columns(self) -> Sequence[str]:
        """Return the columns that are added up."""
        return [CATALOGUES[self._part.kind]]

    def add(self, block: Block, *, screened: bool = True) -> None:
        """Add a block of rows; all columns of one that is screened are there."""
        [column] = self.columns
        ids = fingerprints(block.columns[column])
        self._batches.add(**{IDS: ids})
        self.rows += block.rows
        if screened and not self.suspicious:
            is_header = np.isin(ids, self._headers).any()
            sound = not is_header and is_sound(self._part.fields, block, {}, now=self._part.now)
            self.suspicious = not sound

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
