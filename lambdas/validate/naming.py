"""Which file of a drop is which dataset's. Pure: names in, names out."""

from collections.abc import Iterable

from lambdas.validate.pinned import Pinned
from lambdas.validate.wanted import KINDS, Wanted

MARKERS = ("_SUCCESS", "manifest.json")


def files_of(names: Iterable[str], wanted: Wanted) -> tuple[dict[str, str], list[str]]:
    """Return the datasets' files, and what else lies there.

    A dataset is one file, ``items.csv`` or what ``map:`` calls it, or a folder ``items/`` of part
    files, each with its header.

    Args:
        names: Every file, by its path in the drop.
        wanted: What the drop has to fit.

    Returns:
        The dataset by file, in the order of datasets and names; and the other files.
    """
    own = wanted.file_names()
    named: dict[str, str] = {}
    others = []
    for name in sorted(names):
        folder = name.split("/", maxsplit=1)[0]
        kind = own.get(name) or (folder if _is_part(name) and folder in KINDS else None)
        if kind:
            named[name] = kind
        elif name not in MARKERS and not _means_nothing(name):
            others.append(name)
    return dict(sorted(named.items(), key=lambda item: KINDS.index(item[1]))), others


def _means_nothing(name: str) -> bool:
    """Return whether a tool left it there: folders of S3's console, hidden files, Spark's marks."""
    return name.endswith("/") or not name or name.rsplit("/", maxsplit=1)[-1][0] in "._"


def _is_part(name: str) -> bool:
    return name.count("/") == 1 and name.endswith(".csv")


class ImportKeys:
    """Where the import finds what was looked at: a folder of its own for each look.

    A second look at the same drop may make other files; those of the first are never among them.
    """

    def __init__(self, drop_id: str, now: int) -> None:
        self._base = f"runs/{drop_id}/import/{now}"

    def of_file(self, pinned: Pinned) -> str:
        """Return the key of a file: a dataset's one file, or one in its folder of part files."""
        own = pinned.name if "/" in pinned.name else f"{pinned.kind}.csv"
        return f"{self._base}/{own}"

    def of_part(self, pinned: Pinned, number: int) -> str:
        """Return the key of the new file that one part of a large file became."""
        stem = pinned.name.rsplit("/", maxsplit=1)[-1].removesuffix(".csv")
        return f"{self._base}/{pinned.kind}/{stem}-{number:05}.csv"

    def of_dataset(self, kind: str, *, is_folder: bool) -> str:
        """Return what the import names: a file, or a folder of part files."""
        return f"{self._base}/{kind}/" if is_folder else f"{self._base}/{kind}.csv"
