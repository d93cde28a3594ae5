"""The pipeline file that a command names, or what was meant instead."""

import os
from collections.abc import Iterator
from difflib import get_close_matches
from pathlib import Path

from localcloud.errors import UsageError
from localcloud.settings import PROJECT_ROOT

_SHIPPED = PROJECT_ROOT / "pipelines"


def no_pipeline(named: Path) -> UsageError:
    """What is wrong with a path that names no file; the files that may have been meant, too."""
    if named.is_dir():
        files = ", ".join(map(str, _files(named))) or "no *.yaml"
        return UsageError(f"{named} is a folder and no pipeline file; it holds {files}.")
    meant = _meant(named)
    question = f" Did you mean {meant}?" if meant else ""
    return UsageError(f"There is no pipeline file {named}.{question}")


def _meant(named: Path) -> str | None:
    """The file beside it, or of those that are shipped, that is called most alike."""
    files = [*_files(_SHIPPED), *_files(named.parent)]
    by_name = {file.name: file for file in files}
    alike = get_close_matches(named.name, by_name, n=1)
    return os.path.relpath(by_name[alike[0]]) if alike else None


def _files(folder: Path) -> Iterator[Path]:
    return (file for file in sorted(folder.glob("*.y*ml")) if file.is_file())
