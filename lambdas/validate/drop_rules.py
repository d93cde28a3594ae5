"""The judgement over a drop before any of its files is read. Pure: sizes in, findings out."""

from collections.abc import Iterator, Mapping

from lambdas.validate.findings import Finding, Level
from lambdas.validate.limits import MAX_FULL_BYTES, MAX_INCREMENTAL_BYTES
from lambdas.validate.schema_rules import judge_schema
from lambdas.validate.wanted import Wanted


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
