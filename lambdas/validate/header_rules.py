"""What the first bytes and the first line of a file tell."""

import csv
import io
from collections.abc import Iterator, Sequence

from lambdas.validate.findings import Finding, Level

_MAGIC = {b"\x1f\x8b": "a gzip archive", b"PAR1": "a Parquet file", b"PK\x03\x04": "a zip archive"}
_BOM = b"\xef\xbb\xbf"
_UTF_16 = (b"\xff\xfe", b"\xfe\xff")
_CSV = "a CSV file in UTF-8, columns separated by commas"


class Opening:
    """The beginning of a file: what it is, and its header.

    Attributes:
        name: The file's name in the drop.
        head: Its first bytes, the whole first line among them.
    """

    def __init__(self, name: str, head: bytes) -> None:
        self.name = name
        self.head = head
        self.has_bom = head.startswith(_BOM)
        self.has_crlf = b"\r\n" in head

    @property
    def first_line(self) -> str:
        """Return the header line without its end."""
        head = self.head.removeprefix(_BOM)
        return head.split(b"\n", 1)[0].rstrip(b"\r").decode("utf-8", errors="replace")

    @property
    def header(self) -> list[str]:
        """Return the names in the header line."""
        return next(csv.reader(io.StringIO(self.first_line)), [])

    def readable(self) -> Iterator[Finding]:
        """Yield why the file cannot be read as a CSV at all; nothing else is looked at then."""
        if not self.head.strip():
            yield self._refuse("empty", "is empty", _CSV, "Export it again")
            return
        for magic, what in _MAGIC.items():
            if self.head.startswith(magic):
                yield self._refuse("not-csv", f"is {what}", _CSV, "Unpack or export it as CSV")
                return
        if self.head.startswith(_UTF_16):
            yield self._refuse("not-utf8", "is UTF-16", _CSV, "Save it as UTF-8")
            return
        yield from self._separator()

    def _separator(self) -> Iterator[Finding]:
        for separator, what in (("\t", "tabs"), (";", "semicolons"), ("|", "bars")):
            if separator in self.first_line and "," not in self.first_line:
                yield self._refuse(
                    "separator", f"is separated by {what}", _CSV, "Export it with commas"
                )

    def judged(self, columns: Sequence[str], required: Sequence[str]) -> Iterator[Finding]:
        """Yield what is wrong with the header, against the schema's columns in their order."""
        header = self.header
        if self.has_bom:
            yield self._refuse(
                "bom",
                "begins with a byte-order mark",
                "UTF-8 without one",
                "Save it without the mark (repair: true does it)",
            )
        yield from self._twice(header)
        yield from self._against(header, columns, required)
        if self.has_crlf:
            yield Finding(
                code="crlf",
                level=Level.WARN,
                file=self.name,
                line=1,
                found="lines end in CR LF",
                allowed="LF is expected",
                remedy="Convert it (repair: true does it)",
            )

    def _twice(self, header: Sequence[str]) -> Iterator[Finding]:
        for name in sorted({name for name in header if list(header).count(name) > 1}):
            yield self._refuse(
                "column-twice", f"{name} stands there twice", "each once", "Remove one", name
            )

    def _against(
        self, header: Sequence[str], columns: Sequence[str], required: Sequence[str]
    ) -> Iterator[Finding]:
        missing = [column for column in columns if column not in header]
        for column in missing:
            needed = "the service needs it" if column in required else "the schema has it"
            yield self._refuse(
                "column-missing",
                f"the column is missing; there are {', '.join(header)}",
                needed,
                "Add the column, or take it out of the schema",
                column,
            )
        for name in header:
            if name not in columns:
                yield self._refuse(
                    "column-unknown",
                    "the schema has no such column",
                    f"{', '.join(columns)}",
                    "Add it to the schema, or leave it out of the file",
                    name,
                )
        same = sorted(header) == sorted(columns)
        if same and list(header) != list(columns):
            yield self._refuse(
                "column-order",
                f"the columns come as {', '.join(header)}",
                f"the schema's order is {', '.join(columns)}",
                "Write them in the schema's order (repair: true does it)",
            )

    def _refuse(
        self, code: str, found: str, allowed: str, remedy: str, column: str | None = None
    ) -> Finding:
        return Finding(
            code=code,
            level=Level.REFUSE,
            file=self.name,
            line=1,
            column=column,
            found=found,
            allowed=allowed,
            remedy=remedy,
        )
