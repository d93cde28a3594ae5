"""A manifest: what a drop is expected to hold, against what it holds."""

import json
from collections.abc import Iterator, Mapping, Sequence

from pydantic import BaseModel, ValidationError

from lambdas.validate.findings import Finding, Level

_FILE = "manifest.json"


class Entry(BaseModel):
    """One expected object."""

    name: str
    size: int | None = None


class Manifest(BaseModel):
    """``{"objects": [{"name": "interactions.csv", "size": 1234}]}``; sizes in bytes, optional."""

    objects: list[Entry]


def judge_manifest(
    text: bytes, there: Mapping[str, int], others: Sequence[str]
) -> Iterator[Finding]:
    """Yield each difference between what is expected and what is there.

    Args:
        text: The manifest.
        there: Size in bytes of each dataset's file, by name.
        others: Names of whatever else lies in the drop.
    """
    try:
        manifest = Manifest.model_validate_json(text)
    except ValidationError:
        yield _refuse("manifest-unreadable", "is not a list of objects", _example(), "Correct it")
        return
    expected = {entry.name: entry.size for entry in manifest.objects}
    for name, size in expected.items():
        if name not in there:
            yield _refuse("manifest-missing", f"names {name}", "it is not there", "Upload it first")
        elif size is not None and size != there[name]:
            yield _refuse(
                "manifest-size",
                f"says that {name} has {size:,} bytes",
                f"it has {there[name]:,}",
                "Upload the file again, then the manifest",
            )
    for name in (*there, *others):
        if name not in expected:
            yield _refuse(
                "manifest-outside",
                f"does not name {name}",
                "everything in the drop is named",
                "Add it to the manifest, or take it out of the drop",
            )


def _example() -> str:
    return json.dumps({"objects": [{"name": "interactions.csv", "size": 1234}]})


def _refuse(code: str, found: str, allowed: str, remedy: str) -> Finding:
    return Finding(
        code=code, level=Level.REFUSE, file=_FILE, found=found, allowed=allowed, remedy=remedy
    )
