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
_MARKUP = {b"{": "JSON", b"[": "JSON", b"<": "HTML or XML"}
_SEVERAL, _LISTED, _NAME_SHOWN = 3, 20, 60
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
        foreign = self._foreign_format()
        if foreign:
            remedy = "Unpack or export it as CSV"
            return self.refuse("not-csv", f"is {foreign}", _CSV, remedy)
        if self.head.startswith(_UTF_16) or b"\0" in self.first_line.encode():
            return self.refuse("not-utf8", "is not UTF-8 text", _CSV, "Save it as UTF-8")
        if "\r" in self.first_line:
            found, allowed = "lines end in CR alone", "lines end in LF"
            return self.refuse("line-ends", found, allowed, "Convert it to line ends of Unix")
        for separator, what in _SEPARATORS:
            if separator in self.first_line and "," not in self.first_line:
                remedy = "Export it with commas (or name its separator under map:)"
                return self.refuse("separator", f"is separated by {what}", _CSV, remedy)
        return None

    def unlike_map(self, mapping: DatasetMap) -> Finding | None:
        """Return why the file is not what a map can read."""
        said = f"a text in {mapping.encoding}, values separated by {mapping.separator!r}, says map:"
        foreign = self._foreign_format()
        if foreign:
            remedy = "Unpack or export it as a text"
            return self.refuse("not-csv", f"is {foreign}", said, remedy)
        if self.head.startswith(_UTF_16) and mapping.encoding != "utf-16":
            remedy = "Say encoding: utf-16 under map:"
            return self.refuse("not-utf8", "is in UTF-16", said, remedy)
        line = self.first_line_in(mapping.encoding)
        if not mapping.header and mapping.separator not in line and len(mapping.columns) > 1:
            found = f"the first line is {line[:80]!r}, without a {mapping.separator!r}"
            return self.refuse("separator", found, said, "Say its separator under map:")
        if "\r" in line:
            remedy = "Convert it to line ends of Unix"
            return self.refuse("line-ends", "lines end in CR alone", "lines end in LF", remedy)
        return None

    def _foreign_format(self) -> str | None:
        begins = [what for magic, what in _MAGIC.items() if self.head.startswith(magic)]
        markup = _MARKUP.get(self.head.removeprefix(_BOM).lstrip()[:1])
        return begins[0] if begins else markup

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
        if not {_key(name) for name in self.header} & {_key(name) for name in columns}:
            yield self.refuse(
                "header-missing",
                f"the first line is {self.first_line[:80]!r}, with none of the schema's columns",
                f"a header with {_listed(columns)}",
                "Put the header in front, and nothing before it (or name the columns under map:)",
            )
            return
        yield from self._twice()
        yield from self._missing(columns, REQUIRED[kind])
        yield from self._unknown(columns)
        yield from self._order(columns)

    def _twice(self) -> Iterator[Finding]:
        for name in sorted({name for name in self.header if name and self.header.count(name) > 1}):
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
                f"the column is missing; there are {_listed(self.header)}",
                needed,
                _renaming(alike, column) if alike else remedy,
                column,
            )

    def _unknown(self, columns: Sequence[str]) -> Iterator[Finding]:
        allowed, known = f"the columns are {_listed(columns)}", set(map(_key, columns))
        names = [name for name in dict.fromkeys(self.header) if _key(name) not in known]
        if "" in names:
            found = "a column has no name: is a comma too many at the end of the line?"
            remedy = "Take it out of every line, or name the column"
            yield self.refuse("column-unknown", found, allowed, remedy)
        names = [name for name in names if name]
        if len(names) > _SEVERAL:
            found = f"the schema does not have {len(names)} columns: {_listed(names)}"
            remedy = "Add them to the schema, or leave them out of the file"
            yield self.refuse("column-unknown", found, allowed, remedy)
            return
        for name in names:
            found, remedy = "the schema has no such column", "Add it to the schema, or leave it out"
            yield self.refuse("column-unknown", found, allowed, remedy, name)

    def _order(self, columns: Sequence[str]) -> Iterator[Finding]:
        if sorted(self.header) == sorted(columns) and self.header != list(columns):
            yield self.refuse(
                "column-order",
                f"the columns come as {_listed(self.header)}",
                f"the schema's order is {_listed(columns)}",
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
    unlike = opening.unlike_map(mapping)
    if unlike:
        return None, [unlike]
    there = source_columns(mapping, opening.first_line_in(mapping.encoding))
    missing = [
        opening.refuse(
            "map-column-missing",
            f"has no such column; there are {_listed(there)}",
            "map: takes its columns from the file",
            "Name another column under map:, or its separator or header",
            column,
        )
        for column in missing_columns(mapping, there)
    ]
    empty = [
        opening.refuse(
            "column-missing",
            f"nothing fills the column; there are {_listed(there)}",
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


def _renaming(alike: str, column: str) -> str:
    if alike.strip() == column:
        return f"Take the spaces around {column} out"
    return f"Rename {alike} to {column} (map: does it)"


def _listed(names: Sequence[str]) -> str:
    """Return names in a row, as many as a message can bear."""
    more = f" and {len(names) - _LISTED} more" if len(names) > _LISTED else ""
    return ", ".join(name[:_NAME_SHOWN] for name in names[:_LISTED]) + more


def _key(name: str) -> str:
    return name.strip().replace("_", "").lower()
