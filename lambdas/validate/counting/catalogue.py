"""One pass over a catalogue (items, users, actions): how many things, and which come twice."""

import duckdb
import numpy as np

from lambdas.validate.counting.fingerprints import Fingerprints
from lambdas.validate.counting.part import CATALOGUES, Counted, Part
from lambdas.validate.counting.runs import Runs
from lambdas.validate.reading.questions import screen
from lambdas.validate.reading.table import Source, name

IDS = "ids"
_BATCH = 4 * 1024 * 1024


class CataloguePass:
    """Adds up the blocks of one part."""

    def __init__(self, part: Part, runs: Runs) -> None:
        self._part, self._runs = part, runs
        self._waiting: list[Fingerprints] = []
        self._waiting_rows = 0
        self.rows = 0
        self.suspicious = False

    def sql(self, source: Source) -> str:
        """Return the query whose blocks this pass adds up."""
        sound = screen(self._part.fields, quoted=source.quoted, now=self._part.now)
        return (
            f"SELECT hash({name(CATALOGUES[self._part.kind])}), (NOT ({sound}))::UBIGINT "
            f"FROM {source.sql}"
        )

    def add(self, block: list[Fingerprints]) -> None:
        """Add a block of rows."""
        ids, doubts = block
        self._waiting.append(ids.copy())
        self._waiting_rows += len(ids)
        self.rows += len(ids)
        self.suspicious = self.suspicious or bool(doubts.any())
        if self._waiting_rows >= _BATCH:
            self._flush()

    def _flush(self) -> None:
        if self._waiting:
            together = np.concatenate(self._waiting)
            together.sort()
            self._runs.add(IDS, together)
            self._waiting, self._waiting_rows = [], 0

    def finish(self, connection: duckdb.DuckDBPyConnection, source: Source) -> Counted:  # noqa: ARG002
        """Return what the rows add up to; the runs are written."""
        self._flush()
        part = self._part
        return Counted(kind=part.kind, name=part.name, number=part.number, rows=self.rows)
