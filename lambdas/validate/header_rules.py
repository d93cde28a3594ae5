"""What the first bytes and the first line of a file tell. Pure: bytes in, findings out."""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from lambdas.shared.map_settings import Constant, DatasetMap
from lambdas.validate.findings import Finding, Level
from lambdas.validate.schema_rules import REQUIRED

HEAD = 256 * 1024
"""How much of a file's beginning is looked at; a header is shorter."""
_MAGIC = {
    b"\x1f\x8b": "a gzip archive",
    b"PAR1": "a Parquet file",
    b"PK\x03\x04": "a zip archive",
    b"BZh": "a bzip2 archive",
    b"\x28\xb5\x2f\xfd": "a zstd archive",
    b"Obj\x01": "an Avro file",
    b"ORC": "an ORC file",
}
_BOM = b"\xef\xbb\xbf"
_UTF_16 = (b"\xff\xfe", b"\xfe\xff")
_CSV = "a CSV file in UTF-8, columns separated by commas"
_SEPARATORS = (("\t", "tabs"), (";", "semicolons"), ("|", "bars"), ("::", "double colons"))


class Opening:
    """The beginning of a file: what it is, and its header.

    Attributes:
        name: The file's name in the drop.
        head: Its first bytes, at most ``HEAD``.
    """

    def __init__(self, name: str, head: bytes) -> None:
        self.name = name
        self.head = head
        self.first_line = self.first_line_in("utf-8")
        self.header = [name.strip('"') for name in self.first_line.split(",")]

    def first_line_in(self, encoding: str) -> str:
        """Return the first line of a file whose characters are written in some way."""
        text = self.head.removeprefix(_BOM).decode(encoding, errors="replace")
        return text.split("\n", 1)[0].rstrip("\r")

    def unreadable(self) -> Finding | None:
        """Return why the file cannot be read as a CSV at all; nothing else is looked at then."""
        if not self.head.strip():
            return self.refuse("empty", "is empty", _CSV, "Export it again")
        for magic, what in _MAGIC.items():
            if self.head.startswith(magic):
                return self.refuse("not-csv", f"is {what}", _CSV, "Unpack or export it as CSV")
        if self.head.startswith(_UTF_16) or b"\0" in self.first_line.encode():
            return self.refuse("not-utf8", "is not UTF-8 text", _CSV, "Save it as UTF-8")
        for separator, what in _SEPARATORS:
            if separator in self.first_line and "," not in self.first_line:
                remedy = "Export it with commas (or name its separator under map:)"
                return self.refuse("separator", f"is separated by {what}", _CSV, remedy)
        return None

    def judged(self, kind: str, fields: Sequence[Mapping[str, Any]]) -> Iterator[Finding]:
        """Yield what is wrong with the header, against the schema's columns in their order."""
        columns = [str(field["name"]) for field in fields]
        if self.head.startswith(_BOM):
            yield self.refuse(
                "bom",
                "begins with a byte-order mark",
                "UTF-8 without one",
                "Save it without the mark (repair: true does it)",
            )
        if '"' in self.first_line:
            yield self.refuse(
                "header-quoted",
                f"the header is {self.first_line[:80]}",
                "column names without quotes",
                "Take the quotes out of the header (repair: true does it)",
            )
        yield from self._twice()
        yield from self._missing(columns, REQUIRED[kind])
        yield from self._unknown(columns)
        yield from self._order(columns)

    def _twice(self) -> Iterator[Finding]:
        for name in sorted({name for name in self.header if self.header.count(name) > 1}):
            found = f"{name} stands there {self.header.count(name)} times"
            yield self.refuse("column-twice", found, "each column once", "Remove one", name)

    def _missing(self, columns: Sequence[str], required: Sequence[str]) -> Iterator[Finding]:
        for column in columns:
            if column in self.header:
                continue
            needed = "the service needs it" if column in required else "the schema has it"
            alike = next((name for name in self.header if _key(name) == _key(column)), None)
            remedy = "Add the column" + (
                "" if column in required else ", or drop it from the schema"
            )
            yield self.refuse(
                "column-missing",
                f"the column is missing; there are {', '.join(self.header)}",
                needed,
                f"Rename {alike} to {column} (map: does it)" if alike else remedy,
                column,
            )

    def _unknown(self, columns: Sequence[str]) -> Iterator[Finding]:
        for name in dict.fromkeys(self.header):
            if name not in columns and _key(name) not in map(_key, columns):
                yield self.refuse(
                    "column-unknown",
                    "the schema has no such column",
                    f"the columns are {', '.join(columns)}",
                    "Add it to the schema, or leave it out of the file",
                    name,
                )

    def _order(self, columns: Sequence[str]) -> Iterator[Finding]:
        if sorted(self.header) == sorted(columns) and self.header != list(columns):
            yield self.refuse(
                "column-order",
                f"the columns come as {', '.join(self.header)}",
                f"the schema's order is {', '.join(columns)}",
                "Write them in the schema's order (repair: true does it)",
            )

    def is_countable(self, kind: str) -> bool:
        """Return whether the rows mean anything: each column once, the needed ones among them."""
        header = self.header
        return len(set(header)) == len(header) and set(REQUIRED[kind]) <= set(header)

    def refuse(
        self, code: str, found: str, allowed: str, remedy: str, column: str | None = None
    ) -> Finding:
        """Return a refusal about the first line."""
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


def judge_mapped(
    opening: Opening, mapping: DatasetMap, fields: Sequence[Mapping[str, Any]]
) -> tuple[list[str] | None, list[Finding]]:
    """Return the columns of a file that will be mapped, and what is wrong with them."""
    if not opening.head.strip():
        return None, [opening.refuse("empty", "is empty", _CSV, "Export it again")]
    there = source_columns(mapping, opening.first_line_in(mapping.encoding))
    missing = [
        opening.refuse(
            "map-column-missing",
            f"has no such column; there are {', '.join(there)}",
            "map: takes its columns from the file",
            "Name another column under map:, or its separator or header",
            column,
        )
        for column in missing_columns(mapping, there)
    ]
    empty = [
        opening.refuse(
            "column-missing",
            f"nothing fills the column; there are {', '.join(there)}",
            "the schema has it",
            "Name its source under map:, or drop it from the schema",
            column,
        )
        for column in unfilled_columns(mapping, fields, there)
    ]
    return (None if missing or empty else there), [*missing, *empty]


def unfilled_columns(
    mapping: DatasetMap, fields: Sequence[Mapping[str, Any]], there: Sequence[str]
) -> list[str]:
    """Return the schema's columns that neither the map nor the file has."""
    named = {*mapping.columns, *there, *(["EVENT_TYPE"] if mapping.event_types else [])}
    return [str(field["name"]) for field in fields if field["name"] not in named]


def without_schema(kind: str, name: str) -> Finding:
    """Return the finding about a file of a dataset that the pipeline does not have."""
    return Finding(
        code="dataset-unknown",
        level=Level.REFUSE,
        file=name,
        found=f"the pipeline has no dataset {kind}",
        allowed="files of the pipeline's datasets",
        remedy=f"Add datasets.{kind} to the pipeline file, or leave the file out",
    )


def source_columns(mapping: DatasetMap, first_line: str) -> list[str]:
    """Return the columns of a user's file."""
    if mapping.header:
        return list(mapping.header)
    return [column.strip('"') for column in first_line.split(mapping.separator)]


def missing_columns(mapping: DatasetMap, there: Sequence[str]) -> list[str]:
    """Return the user's columns that the map names and the file does not have."""
    ways = [way for way in mapping.columns.values() if not isinstance(way, Constant)]
    named = [way if isinstance(way, str) else way.column for way in ways]
    if mapping.event_types:
        named.append(mapping.event_types.column)
    return [column for column in dict.fromkeys(named) if column not in there]


def _key(name: str) -> str:
    return name.strip().replace("_", "").lower()
