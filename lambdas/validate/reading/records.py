r"""Line by line: which lines are records, in the service's dialect, and why the others are not.

The dialect (developer guide, "Data format guidelines" and "Unstructured text metadata"): a record
is one line; a value with a comma or a quote in it stands between double quotes; a quote inside is
written ``\"``. The doubled ``""`` of other dialects is understood, and pointed out.

Every line is judged by itself, whatever its neighbours say. That makes it slow compared with a
parser (about a million lines a second) and exact: cut a file at any line ends, and the parts' lines
have the same faults as the whole's. Only files that a parser stumbles over come this way.
"""

import re
from array import array
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from enum import StrEnum
from functools import partial
from pathlib import Path
from typing import BinaryIO

MAX_LINE = 8 * 1024 * 1024
KEPT = 1_000
MOST_DROPPED = 5_000_000
_SHOWN = 80
_QUOTED = rb'"(?:[^"\\]|\\.|"")*"'
_PAIR = re.compile(rb'\\(.)|""', re.DOTALL)


class Fault(StrEnum):
    """Why a line is no record."""

    EMPTY = "is empty"
    RAGGED = "has another number of values"
    OPEN_QUOTE = "opens a quote and does not close it"
    STRAY_QUOTE = "has a quote where none may be"
    FOREIGN = "is not UTF-8"
    CONTROL = "has a control character"
    TOO_LONG = "is too long"
    NO_NUMBER = "has no number where event types are taken from"


class Dialect:
    """How the values of a line are told apart.

    Attributes:
        separator: What stands between them.
        quoting: Whether a value may stand between quotes; elsewhere a quote is any character.
    """

    def __init__(self, separator: str = ",", *, quoting: bool = True) -> None:
        self.separator, self.quoting = separator.encode(), quoting
        between = re.escape(self.separator)
        # A value between quotes, or one without quotes; only one-byte separators go with these.
        value = rb"(?:%b|[^\"%b]*)" % (_QUOTED, between)
        self.value = re.compile(value, re.DOTALL)
        self._more = rb"(?:%b%b)" % (between, value)
        self.only_quoted = re.compile(
            rb"(?:(?<=%b)|^)(%b)(?=%b|$)" % (between, _QUOTED, between), re.DOTALL
        )

    def record(self, columns: int) -> re.Pattern[bytes]:
        """Return what a line of so many values is."""
        return re.compile(rb"%b%b{%d}" % (self.value.pattern, self._more, columns - 1), re.DOTALL)


_SERVICE = Dialect()


@dataclass(frozen=True, kw_only=True)
class Broken:
    """A line that is no record.

    Attributes:
        line: Its number, counted from 1.
        fault: What is wrong with it.
        detail: The number of values, or the byte.
        text: Its beginning.
    """

    line: int
    fault: Fault
    detail: str
    text: str


@dataclass(kw_only=True)
class Records:
    """What the lines of a file are.

    Attributes:
        file: Where the records are: the file itself, or a copy with nothing but records in it, one
            a line, quotes doubled.
        broken: The first lines that are no records, at most ``KEPT``.
        faults: How many lines have each fault.
        dropped: Numbers of the lines that are not in ``file``, ascending.
        doubled: How many lines double a quote instead of escaping it.
        first_doubled: The first of them, 0 if there is none.
        given_up: Whether there were too many broken lines to go on.
    """

    file: Path
    broken: list[Broken] = field(default_factory=list)
    faults: Counter[Fault] = field(default_factory=Counter)
    dropped: "array[int]" = field(default_factory=lambda: array("Q"))
    doubled: int = 0
    first_doubled: int = 0
    given_up: bool = False


def read_records(
    file: Path, columns: int, *, header: bool, copy: Path, dialect: Dialect = _SERVICE
) -> Records:
    """Judge every line of ``file``.

    Args:
        file: The file.
        columns: How many values a record has.
        header: Whether the first line is the header, which is judged elsewhere.
        copy: Where a copy goes if some lines are no records or are written otherwise.
        dialect: How values are told apart; the service's unless given.
    """
    found, record = Records(file=file), dialect.record(columns)
    with file.open("rb") as source, _Copy(file, copy) as target:
        for number, raw in enumerate(_lines(source), start=1):
            line = raw.removesuffix(b"\n").removesuffix(b"\r")
            if header and number == 1:
                target.put(raw, line)
                continue
            fault = _fault(line, columns, record, dialect)
            if fault is None:
                target.put(raw, _rewritten(line, number, found, dialect))
            elif not _note(found, fault, line, number, _detail(fault, line, columns, dialect)):
                break
            else:
                target.leave_out()
        found.file = target.file
    return found


def _lines(source: BinaryIO) -> Iterator[bytes]:
    """Yield lines; of one that is too long only a beginning that shows it."""
    for raw in iter(partial(source.readline, MAX_LINE), b""):
        yield raw
        rest = raw
        while len(rest) == MAX_LINE and not rest.endswith(b"\n"):
            rest = source.readline(MAX_LINE)


def _fault(line: bytes, columns: int, record: re.Pattern[bytes], dialect: Dialect) -> Fault | None:
    if not line:
        return Fault.EMPTY
    if len(line) >= MAX_LINE:
        return Fault.TOO_LONG
    if not line.isascii() and not _is_utf8(line):
        return Fault.FOREIGN
    if b"\0" in line or b"\r" in line:
        return Fault.CONTROL
    if b'"' not in line or not dialect.quoting:
        return None if line.count(dialect.separator) == columns - 1 else Fault.RAGGED
    return None if record.fullmatch(line) else _quote_fault(line, dialect)


def _is_utf8(line: bytes) -> bool:
    try:
        line.decode()
    except UnicodeDecodeError:
        return False
    return True


def _quote_fault(line: bytes, dialect: Dialect) -> Fault:
    values = _values(line, dialect)
    return values if isinstance(values, Fault) else Fault.RAGGED


def _values(line: bytes, dialect: Dialect) -> int | Fault:
    """Return how many values a line has, or what is wrong with its quotes."""
    if not dialect.quoting:
        return line.count(dialect.separator) + 1
    position = count = 0
    while True:
        value = dialect.value.match(line, position)
        assert value is not None  # noqa: S101 - it also matches nothing
        count += 1
        if value.end() == len(line):
            return count
        if line[value.end() : value.end() + 1] != dialect.separator:
            nothing = value.end() == position  # the quote at its beginning has no partner
            return Fault.OPEN_QUOTE if nothing else Fault.STRAY_QUOTE
        position = value.end() + 1


def _note(found: Records, fault: Fault, line: bytes, number: int, detail: str) -> bool:
    """Note a broken line; return whether to go on."""
    found.faults[fault] += 1
    found.dropped.append(number)
    if len(found.broken) < KEPT:
        text = line[: 4 * _SHOWN].decode("utf-8", errors="replace")[:_SHOWN]
        found.broken.append(Broken(line=number, fault=fault, detail=detail, text=text))
    found.given_up = len(found.dropped) >= MOST_DROPPED
    return not found.given_up


def _detail(fault: Fault, line: bytes, columns: int, dialect: Dialect) -> str:
    if fault is Fault.RAGGED:
        return f"has {_values(line, dialect)} values instead of {columns}"
    if fault is Fault.FOREIGN:
        try:
            line.decode()
        except UnicodeDecodeError as error:
            return f"has the byte 0x{line[error.start]:02x}, which is not UTF-8"
    if fault is Fault.CONTROL:
        name = "NUL" if b"\0" in line else "carriage return"
        return f"has a {name} amid the line"
    return str(fault)


def _rewritten(line: bytes, number: int, found: Records, dialect: Dialect) -> bytes:
    """Return a record with its quotes doubled, as the parser reads them."""
    if b'"' not in line or not dialect.quoting:
        return line
    quoted = dialect.only_quoted
    if b'""' in line and any(b'""' in value[1:-1] for value in quoted.findall(line)):
        found.doubled += 1
        found.first_doubled = found.first_doubled or number
    return quoted.sub(_doubled, line) if b"\\" in line else line


def _doubled(value: re.Match[bytes]) -> bytes:
    plain = _PAIR.sub(lambda pair: pair[1] or b'"', value[1][1:-1])
    return b'"' + plain.replace(b'"', b'""') + b'"'


class _Copy:
    """A copy that is only begun once it differs from the original."""

    def __init__(self, original: Path, copy: Path) -> None:
        self.file = original
        self._original, self._copy = original, copy
        self._same = 0
        self._target: BinaryIO | None = None

    def __enter__(self) -> "_Copy":
        return self

    def __exit__(self, *_: object) -> None:
        if self._target:
            self._target.close()

    def put(self, raw: bytes, line: bytes) -> None:
        """Add a line; ``raw`` is how the original has it, end and all."""
        if self._target is None:
            if raw == line + b"\n" or raw == line:
                self._same += len(raw)
                return
            self.leave_out()
        assert self._target is not None  # noqa: S101 - begun just now
        self._target.write(line + b"\n")

    def leave_out(self) -> None:
        """Leave the next line of the original out."""
        if self._target is None:
            self._target = self._copy.open("wb")
            self.file = self._copy
            with self._original.open("rb") as source:
                left = self._same
                while left and (piece := source.read(min(left, 1 << 20))):
                    self._target.write(piece)
                    left -= len(piece)
