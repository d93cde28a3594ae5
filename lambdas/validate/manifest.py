"""A manifest: what a drop is expected to hold, against what it holds."""

import json
from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, StringConstraints, ValidationError

from lambdas.validate.findings import Finding, Level

Algorithm = Literal["md5", "sha256"]
DigestOf = Callable[[str, Algorithm], str]
_FILE, _AGAIN = "manifest.json", "Upload the file again, then the manifest"


class Entry(BaseModel):
    """One expected object; checksums in hexadecimal digits, as ``sha256sum`` prints them."""

    # What a checksum is called is no place for a slip: one that is not read is not checked.
    model_config = ConfigDict(extra="forbid")

    name: str
    size: int | None = None
    md5: Annotated[str, StringConstraints(pattern=r"^[0-9a-fA-F]{32}$")] | None = None
    sha256: Annotated[str, StringConstraints(pattern=r"^[0-9a-fA-F]{64}$")] | None = None

    @property
    def checksums(self) -> dict[Algorithm, str]:
        """Return the checksums that are given, in small letters."""
        given: dict[Algorithm, str | None] = {"md5": self.md5, "sha256": self.sha256}
        return {algorithm: text.lower() for algorithm, text in given.items() if text}


class Manifest(BaseModel):
    """``{"objects": [{"name": "interactions.csv", "size": 1234, "sha256": "9f86…"}]}``.

    Sizes in bytes; sizes and checksums may be left out.
    """

    objects: list[Entry]


def judge_manifest(
    text: bytes, there: Mapping[str, int], others: Sequence[str], digest_of: DigestOf
) -> Iterator[Finding]:
    """Yield each difference between what is expected and what is there.

    Args:
        text: The manifest.
        there: Size in bytes of each dataset's file, by name.
        others: Names of whatever else lies in the drop.
        digest_of: Reads a file that is there; asked only where a checksum is expected.
    """
    try:
        manifest = Manifest.model_validate_json(text)
    except ValidationError:
        yield _refuse("manifest-unreadable", "is not a list of objects", _example(), "Correct it")
        return
    expected = {entry.name: entry for entry in manifest.objects}
    for name, entry in expected.items():
        if name not in there:
            yield _refuse("manifest-missing", f"names {name}", "it is not there", "Upload it first")
        elif entry.size is not None and entry.size != there[name]:
            yield _refuse(
                "manifest-size",
                f"says that {name} has {entry.size:,} bytes",
                f"it has {there[name]:,}",
                _AGAIN,
            )
        else:
            yield from _checked(entry, digest_of)
    for name in (*there, *others):
        if name not in expected:
            yield _refuse(
                "manifest-outside",
                f"does not name {name}",
                "everything in the drop is named",
                "Add it to the manifest, or take it out of the drop",
            )


def _checked(entry: Entry, digest_of: DigestOf) -> Iterator[Finding]:
    for algorithm, expected in entry.checksums.items():
        found = digest_of(entry.name, algorithm)
        if found != expected:
            says = f"says that the {algorithm} of {entry.name} is {expected}"
            yield _refuse("manifest-checksum", says, f"it is {found}", _AGAIN)


def _example() -> str:
    return json.dumps({"objects": [{"name": "interactions.csv", "size": 1234}]})


def _refuse(code: str, found: str, allowed: str, remedy: str) -> Finding:
    return Finding(
        code=code, level=Level.REFUSE, file=_FILE, found=found, allowed=allowed, remedy=remedy
    )
