"""The records of a user's own file, whatever separates its values and however it is written."""

import codecs
from collections.abc import Sequence
from pathlib import Path

from lambdas.shared.map_settings import DatasetMap
from lambdas.validate.reading.plain import NotPlainError, plain_blocks
from lambdas.validate.reading.records import Dialect, Records, read_records

QUOTING = (",", ";")
"""Files with other separators are written without quotes, and may have them in their texts."""
_CHARACTERS = 1024 * 1024
_UNREADABLE = "unreadable-is-nul"
# A NUL is no character of any text: the line that it is put into is found for it.
codecs.register_error(_UNREADABLE, lambda error: ("\0", getattr(error, "end", 0)))


def own_records(
    raw: Path, mapping: DatasetMap, there: Sequence[str], *, header: bool, folder: Path
) -> Records:
    """Return the records in UTF-8, one a line, and the lines that are none.

    Args:
        raw: The user's file.
        mapping: How it is written.
        there: Its columns.
        header: Whether its first line is the header.
        folder: Where copies go if they are needed.
    """
    file = raw
    if mapping.encoding != "utf-8":
        file = folder / f"{raw.name}-in-utf-8"
        _transcribe(raw, file, mapping.encoding)
    separator = mapping.separator.encode()
    if len(separator) == 1 and _is_plain(file, there, separator[0], header=header):
        return Records(file=file)
    dialect = Dialect(mapping.separator, quoting=mapping.separator in QUOTING)
    copy = folder / f"{raw.name}-own-records"
    return read_records(file, len(there), header=header, copy=copy, dialect=dialect)


def _transcribe(raw: Path, target: Path, encoding: str) -> None:
    with (
        raw.open(encoding=encoding, newline="", errors=_UNREADABLE) as source,
        target.open("w", encoding="utf-8", newline="", errors="replace") as copy,
    ):
        while text := source.read(_CHARACTERS):
            copy.write(text)


def _is_plain(file: Path, columns: Sequence[str], separator: int, *, header: bool) -> bool:
    stretch = (0, file.stat().st_size)
    try:
        for _ in plain_blocks(file, columns, stretch, header=header, separator=separator):
            pass
    except NotPlainError:
        return False
    return True
