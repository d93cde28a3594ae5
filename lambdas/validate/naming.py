"""Which file of a drop is which dataset's. Pure: names in, names out."""

from collections.abc import Iterable

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
        elif name not in MARKERS:
            others.append(name)
    return dict(sorted(named.items(), key=lambda item: KINDS.index(item[1]))), others


def _is_part(name: str) -> bool:
    return name.count("/") == 1 and name.endswith(".csv")
