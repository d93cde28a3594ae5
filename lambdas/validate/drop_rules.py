"""The judgement over a drop before any of its files is read. Pure: sizes in, findings out."""

from collections.abc import Iterator, Mapping, Sequence
from difflib import get_close_matches

from lambdas.validate.findings import Finding, Level
from lambdas.validate.limits import MAX_FULL_BYTES, MAX_INCREMENTAL_BYTES
from lambdas.validate.schema_rules import judge_schema
from lambdas.validate.wanted import KINDS, Wanted

_ALIKE, _NAMED = 0.8, 5


def judge_drop(sizes: Mapping[str, int], wanted: Wanted) -> Iterator[Finding]:
    """Yield what is wrong with the schemas, the sizes, and the datasets that are there or not.

    Args:
        sizes: Bytes of each dataset.
        wanted: What the drop has to fit.
    """
    if "interactions" not in sizes:
        yield Finding(
            code="interactions-missing",
            level=Level.REFUSE,
            file="interactions.csv",
            found="is not in the drop",
            allowed=f"every drop has it, with {', '.join(wanted.columns('interactions'))}",
            remedy="Put it beside the other files before the marker",
        )
    for kind, size in sizes.items():
        if kind in wanted.schemas:
            yield from judge_schema(kind, wanted.fields(kind))
        if wanted.is_incremental_first(kind):
            yield _incremental_first(kind, mended=wanted.repair)
        yield from _size(kind, size, wanted.import_mode(kind))


def judge_names(
    named: Mapping[str, str], others: Sequence[str], wanted: Wanted
) -> Iterator[Finding]:
    """Yield what is wrong with how the files of a drop are called.

    Args:
        named: The dataset of each file that is one's.
        others: The files that are no dataset's.
        wanted: What the drop has to fit.
    """
    for kind in dict.fromkeys(named.values()):
        own = [name for name, dataset in named.items() if dataset == kind]
        if len(own) > 1 and not all("/" in name for name in own):
            yield _twice(kind, own)
    strange = []
    for name in others:
        expected = get_close_matches(name.lower(), wanted.file_names(), n=1, cutoff=_ALIKE)
        if "/" in name and name.split("/", maxsplit=1)[0] in KINDS:
            yield _no_part(name)
        elif expected and expected[0] not in named and "/" not in name:
            yield _unknown(name, f"Rename it to {expected[0]}, if that is what it is")
        else:
            strange.append(name)
    if strange:
        more = f" and {len(strange) - _NAMED} more" if len(strange) > _NAMED else ""
        yield _unknown(", ".join(strange[:_NAMED]) + more, "Nothing, if it is not meant to be one")


def _twice(kind: str, names: Sequence[str]) -> Finding:
    more = ", …" if len(names) > _NAMED else ""
    return Finding(
        code="dataset-twice",
        level=Level.REFUSE,
        file=names[0],
        found=f"{kind} comes as {', '.join(names[:_NAMED])}{more}",
        allowed=f"a dataset is one file, or a folder {kind}/ of files",
        remedy="Take one of them out, or put all files into the folder",
    )


def _no_part(name: str) -> Finding:
    return Finding(
        code="part-unknown",
        level=Level.REFUSE,
        file=name,
        found="lies in a dataset's folder and would not be imported",
        allowed="files whose names end in .csv, right in the folder",
        remedy="Unpack or rename it, or take it out",
    )


def _unknown(names: str, remedy: str) -> Finding:
    return Finding(
        code="file-unknown",
        level=Level.WARN,
        file=names,
        found="is no dataset's file and is not looked at",
        allowed="datasets are called interactions.csv, items.csv and so on, or as map: says",
        remedy=remedy,
    )


def _incremental_first(kind: str, *, mended: bool) -> Finding:
    return Finding(
        code="incremental-first",
        level=Level.MENDED if mended else Level.REFUSE,
        file=f"{kind}.csv",
        found=f"importMode is INCREMENTAL, and the dataset {kind} has no data yet",
        allowed="the first import of a dataset is FULL",
        remedy="Nothing; it is imported FULL, and later drops add to it"
        if mended
        else f"Set datasets.{kind}.importMode: FULL for the first drop (repair: true does it)",
    )


def _size(kind: str, size: int, mode: str) -> Iterator[Finding]:
    incremental = mode == "INCREMENTAL"
    most = MAX_INCREMENTAL_BYTES if incremental else MAX_FULL_BYTES
    if size > most:
        yield Finding(
            code="too-large",
            level=Level.REFUSE,
            file=f"{kind}.csv",
            found=f"has {size / 1e9:.1f} GB",
            allowed=f"an import of {kind} ({mode}) takes at most {most / 1e9:g} GB",
            remedy="Drop it in several goes" + (", or import FULL" if incremental else ""),
        )
