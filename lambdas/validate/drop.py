"""One drop in the bucket: pinned by version, looked at, and set aside for the import.

What was validated is what is imported: the service reads by key, not by version, so the looked-at
version of each file is copied to ``runs/<drop>/import/``, where no user writes.
"""

from collections.abc import Iterator, Mapping, Sequence

from lambdas.validate.answer import Answer, Imported, answer
from lambdas.validate.bucket import Bucket
from lambdas.validate.changing.prepare import Ready
from lambdas.validate.drop_rules import judge_names
from lambdas.validate.findings import Finding
from lambdas.validate.look import DropFile, look_at
from lambdas.validate.manifest import Algorithm, judge_manifest
from lambdas.validate.naming import ImportKeys, files_of
from lambdas.validate.pinned import Pinned
from lambdas.validate.reading.table import Room
from lambdas.validate.wanted import Wanted

_MANIFEST = "manifest.json"


def pin(bucket: Bucket, prefix: str, wanted: Wanted) -> tuple[list[Pinned], list[Finding]]:
    """Return the files of a drop by their present versions, and what its manifest says of them."""
    names = bucket.names(prefix)
    named, others = files_of(names, wanted)
    pinned = [bucket.pin(kind, name, prefix) for name, kind in named.items()]
    if _MANIFEST not in names:
        return pinned, list(judge_names(named, others, wanted))
    text, there = bucket.get(f"{prefix}{_MANIFEST}"), {one.name: one for one in pinned}

    def digest_of(name: str, algorithm: Algorithm) -> str:
        return bucket.digest(there[name], algorithm)

    sizes = {name: one.size for name, one in there.items()}
    # What else is there, the manifest does not name.
    found = [*judge_names(named, [], wanted), *judge_manifest(text, sizes, others, digest_of)]
    return pinned, found


def look_at_drop(
    bucket: Bucket,
    drop_id: str,
    wanted: Wanted,
    pinned: Sequence[Pinned],
    findings: Sequence[Finding],
    *,
    room: Room,
    now: int,
) -> Answer:
    """Look at all of a drop; return the verdict.

    Args:
        bucket: Where it is.
        drop_id: The drop.
        wanted: What it has to fit.
        pinned: Its files.
        findings: What is known to be wrong already.
        room: Memory and an empty folder.
        now: Unix time in seconds.
    """
    files = []
    for one in pinned:
        file = room.folder / "drop" / one.name
        bucket.download(one, file)
        files.append(DropFile(kind=one.kind, name=one.name, file=file))
    looked = look_at(files, wanted, room, now=now)
    seen = looked.seen.model_copy(update={"findings": [*looked.seen.findings, *findings]})
    keys = ImportKeys(drop_id, now)
    imported = [] if seen.refused else list(_set_aside(bucket, keys, pinned, looked.ready))
    return answer(bucket, drop_id, seen, pinned, imported)


def _set_aside(
    bucket: Bucket, keys: ImportKeys, pinned: Sequence[Pinned], ready: Mapping[str, Ready]
) -> Iterator[Imported]:
    """Put what is imported where nobody changes it; yield where each file is."""
    for one in pinned:
        key, made = keys.of_file(one), ready[one.name]
        if made.is_new:
            bucket.upload(made.file, key)
        else:
            bucket.copy(one, key)
        location = keys.of_dataset(one.kind, is_folder="/" in one.name)
        yield Imported(kind=one.kind, key=key, location=location)
