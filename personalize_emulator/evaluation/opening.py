"""What the first bytes of a file tell: other formats than CSV, other separators than commas."""

from collections.abc import Sequence
from pathlib import Path

_BOM = b"\xef\xbb\xbf"
_AS_CSV = "export it as CSV"
_FORMATS = {
    b"\x1f\x8b": ("a gzip archive", "unpack it (gunzip)"),
    b"PK\x03\x04": ("a zip archive, as .xlsx files are", f"unpack it, or {_AS_CSV}"),
    b"BZh": ("a bzip2 archive", "unpack it (bunzip2)"),
    b"\x28\xb5\x2f\xfd": ("a zstd archive", "unpack it (unzstd)"),
    b"PAR1": ("a Parquet file", _AS_CSV),
    b"\xff\xfe": ("in UTF-16", "save it in UTF-8"),
    b"\xfe\xff": ("in UTF-16", "save it in UTF-8"),
}
_SEPARATORS = {";": "semicolons", "\t": "tabs", "|": "bars"}


class NotCsv(Exception):  # noqa: N818 - what it says is the message
    """The file is something else; the message says what, and how to mend it."""


def text_of(path: Path, content: bytes) -> bytes:
    """Return a file's text without the mark that some programs put in front of it.

    Raises:
        NotCsv: It is of another format.
    """
    for begins, (what, remedy) in _FORMATS.items():
        if content.startswith(begins):
            raise NotCsv(f"{path} is {what}, not a CSV file in UTF-8: {remedy}")
    return content.removeprefix(_BOM)


def check_separator(path: Path, header: Sequence[str]) -> None:
    """Refuse a header that other characters than commas separate.

    Raises:
        NotCsv: It names the separator.
    """
    found = [what for mark, what in _SEPARATORS.items() if len(header) == 1 and mark in header[0]]
    if found:
        raise NotCsv(
            f"{path} separates its columns by {found[0]}, not by commas: export it with commas"
        )
