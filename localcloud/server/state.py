"""The folder in which a local cloud keeps everything: a local cloud's own, and one's at a time.

A file in it says so and is locked by whoever uses the folder. It outlives everything else in there:
two that empty the folder at the same time would otherwise lock two different files.
"""

import fcntl
import json
import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import IO

from localcloud.errors import UsageError

MARKER = "local-cloud.json"
# All that is ever removed: what somebody else puts beside it stays.
_OWN = ("ministack", "objects", "personalize", "tmp", "server.log", "no-docker.sock")
_SHOWN = 3


@dataclass(frozen=True)
class StateFolder:
    """A state folder that is held.

    Attributes:
        path: The folder.
        file: Its marker, locked for as long as somebody has it open, children included.
    """

    path: Path
    file: IO[str]

    @property
    def descriptor(self) -> int:
        """What a child inherits to hold the folder, too."""
        return self.file.fileno()

    def tell(self, endpoint: str | None = None) -> None:
        """Let others know who holds the folder: this process, answering at `endpoint`."""
        self.file.truncate(0)
        json.dump({"pid": os.getpid(), "endpoint": endpoint}, self.file)
        self.file.flush()

    def empty(self) -> None:
        """Remove what local clouds kept in it."""
        for name in _OWN:
            kept = self.path / name
            if kept.is_dir():
                shutil.rmtree(kept, ignore_errors=True)
            else:
                kept.unlink(missing_ok=True)


@contextmanager
def held(folder: Path, descriptor: int | None = None) -> Iterator[StateFolder]:
    """Hold a state folder, made if missing, against every other local cloud.

    Args:
        folder: The state folder.
        descriptor: Inherited from a parent that holds it already.

    Raises:
        UsageError: It is no local cloud's, or another one uses it; nothing was changed.
    """
    with _locked(folder) if descriptor is None else os.fdopen(descriptor, "a") as file:
        state = StateFolder(folder, file)
        state.tell()
        yield state


def require_free(folder: Path) -> None:
    """Raise UsageError if a folder could not be held now; nothing is changed."""
    _require_own(folder)
    try:
        with suppress(FileNotFoundError), (folder / MARKER).open(encoding="utf-8") as file:
            _lock(file, folder)
    except OSError as error:
        raise UsageError(f"--state takes a folder to write to: {error}") from None


def _locked(folder: Path) -> IO[str]:
    _require_own(folder)
    try:
        folder.mkdir(parents=True, exist_ok=True)
        file = (folder / MARKER).open("a", encoding="utf-8")
    except OSError as error:
        raise UsageError(f"--state takes a folder to write to: {error}") from None
    try:
        _lock(file, folder)
    except UsageError:
        file.close()
        raise
    return file


def _require_own(folder: Path) -> None:
    try:
        if folder.exists() and not folder.is_dir():
            raise UsageError(f"{folder} is no folder: --state takes one.")
        names = sorted(path.name for path in folder.iterdir()) if folder.exists() else []
    except OSError as error:
        raise UsageError(f"--state takes a folder to read from: {error}") from None
    if not names or MARKER in names or _is_of_an_older_version(folder, names):
        return
    more = f" and {len(names) - _SHOWN} more" if len(names) > _SHOWN else ""
    raise UsageError(
        f"{folder} is no local cloud's: it holds {', '.join(names[:_SHOWN])}{more}, and a local "
        "cloud removes and overwrites what it finds. --state takes a new or an empty folder, or "
        "one that a local cloud made; nothing was changed."
    )


def _is_of_an_older_version(folder: Path, names: list[str]) -> bool:
    """Whether it was made before there was a marker: what belongs there, and nothing else."""
    return set(names) <= set(_OWN) and (folder / "personalize" / "state.sqlite").is_file()


def _lock(file: IO[str], folder: Path) -> None:
    """Lock a marker until it is closed; raises UsageError if somebody else has."""
    try:
        fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        raise UsageError(
            f"Another local cloud ({_holder(folder / MARKER)}) uses {folder}; --endpoint URL talks "
            "to it, --state DIR keeps another."
        ) from None
    except OSError as error:
        raise UsageError(f"{folder} cannot be locked: {error.strerror}.") from None


def _holder(marker: Path) -> str:
    try:
        told = json.loads(marker.read_text(encoding="utf-8"))
        return f"pid {told['pid']}, {told['endpoint'] or 'starting'}"
    except (OSError, ValueError, KeyError, TypeError):
        return "starting"  # it holds the folder already and has not said more yet
