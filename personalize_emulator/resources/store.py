"""All resources: in memory to be read, in SQLite to survive.

Every change is written before the client hears of it; a process killed at any moment finds its
resources again. SQLite's write-ahead log makes each write atomic.
"""

import json
import sqlite3
from collections import defaultdict
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Final

from personalize_emulator.errors import (
    CannotStart,
    ResourceAlreadyExistsException,
    ResourceNotFoundException,
)
from personalize_emulator.resources.kinds import Kind
from personalize_emulator.resources.resource import Resource

# EXCLUSIVE: what is in memory is the truth, so one process at a time. NORMAL loses nothing when the
# process dies, only when the machine does.
_OPENING: Final = """
PRAGMA locking_mode=EXCLUSIVE; PRAGMA journal_mode=WAL; PRAGMA synchronous=NORMAL;
"""
_TABLES: Final = """
CREATE TABLE IF NOT EXISTS resources (
    sequence INTEGER PRIMARY KEY AUTOINCREMENT, arn TEXT UNIQUE NOT NULL, document TEXT NOT NULL
);
CREATE TABLE IF NOT EXISTS records (
    sequence INTEGER PRIMARY KEY AUTOINCREMENT, dataset TEXT NOT NULL, document TEXT NOT NULL
);
CREATE INDEX IF NOT EXISTS records_of_a_dataset ON records (dataset, sequence);
"""
_FILE: Final = "state.sqlite"
# What goes with the resources it belongs to, and comes after them.
_REMOVED: Final = ("datasets", "versions")


class Store:
    """The resources of all accounts and regions. Callers hold the service's lock."""

    def __init__(self, folder: Path) -> None:
        """Open or create the store in ``folder``.

        Raises CannotStart if another process has it open, or if it is no folder of an emulator.
        """
        _require_own(folder)
        # The service's lock serializes access, from whichever thread serves the request.
        try:
            self.database = _opened(folder)
        except sqlite3.DatabaseError as error:
            raise CannotStart(f"The state folder {folder} can not be used: {error}.") from error
        self._afterwards: list[Callable[[], None]] = []
        self._resources: dict[str, Resource] = {}
        self._by_kind: defaultdict[str, dict[str, Resource]] = defaultdict(dict)
        for sequence, document in self.database.execute(
            "SELECT sequence, document FROM resources ORDER BY sequence"
        ):
            self._index(Resource.from_document(json.loads(document), sequence))

    def _index(self, resource: Resource) -> None:
        self._resources[resource.arn] = resource
        self._by_kind[resource.kind.name][resource.arn] = resource

    @contextmanager
    def transaction(self) -> Iterator[None]:
        """Write everything inside, or nothing of it; nested use joins the outer one."""
        if self.database.in_transaction:
            yield
            return
        self.database.execute("BEGIN IMMEDIATE")
        try:
            yield
        except BaseException:
            self.database.execute("ROLLBACK")
            self._afterwards.clear()
            raise
        self.database.execute("COMMIT")
        self._act_afterwards()

    def afterwards(self, act: Callable[[], None]) -> None:
        """Do something once all that is being changed is written: removing what it replaces.

        A process that is killed in between has both, never neither.
        """
        self._afterwards.append(act)
        if not self.database.in_transaction:
            self._act_afterwards()

    def _act_afterwards(self) -> None:
        while self._afterwards:
            self._afterwards.pop()()

    def add(self, resource: Resource) -> None:
        """Keep a new resource; raises ResourceAlreadyExistsException if its ARN is taken."""
        if resource.arn in self._resources:
            msg = f"Another resource with Arn {resource.arn} already exists."
            raise ResourceAlreadyExistsException(msg)
        cursor = self.database.execute(
            "INSERT INTO resources (arn, document) VALUES (?, ?)",
            (resource.arn, json.dumps(resource.to_document())),
        )
        resource.sequence = cursor.lastrowid or 0
        self._index(resource)

    def save(self, resource: Resource) -> None:
        """Keep the present state of a resource."""
        self.database.execute(
            "UPDATE resources SET document = ? WHERE sequence = ?",
            (json.dumps(resource.to_document()), resource.sequence),
        )

    def remove(self, resource: Resource) -> None:
        """Forget a resource and the records that were put into it one by one."""
        self.database.execute("DELETE FROM resources WHERE sequence = ?", (resource.sequence,))
        self.database.execute("DELETE FROM records WHERE dataset = ?", (resource.arn,))
        del self._resources[resource.arn]
        del self._by_kind[resource.kind.name][resource.arn]

    def find(self, arn: str, *kinds: Kind) -> Resource | None:
        """Return the resource of that ARN, if it is there and of one of the kinds."""
        resource = self._resources.get(arn)
        if resource is None or (kinds and resource.kind not in kinds):
            return None
        return resource

    def get(self, arn: str, *kinds: Kind) -> Resource:
        """Return the resource of that ARN; raises ResourceNotFoundException."""
        resource = self.find(arn, *kinds)
        if resource is None:
            msg = f"Resource Arn {arn} does not exist."
            raise ResourceNotFoundException(msg)
        return resource

    def all(self, *kinds: Kind) -> list[Resource]:
        """Return all resources of the kinds, oldest first."""
        if not kinds:
            return list(self._resources.values())
        return [resource for kind in kinds for resource in self._by_kind[kind.name].values()]

    def owned(self, kind: Kind, owner: tuple[str, str]) -> list[Resource]:
        """Return the resources of a kind in one account and region, oldest first."""
        return [
            resource for resource in self._by_kind[kind.name].values() if resource.owner == owner
        ]

    def close(self) -> None:
        """Close the file."""
        self.database.close()


def _opened(folder: Path) -> sqlite3.Connection:
    database = sqlite3.connect(
        folder / _FILE, timeout=1, isolation_level=None, check_same_thread=False
    )
    try:
        database.executescript(_OPENING + _TABLES)
    except sqlite3.DatabaseError:
        database.close()
        raise
    return database


def _require_own(folder: Path) -> None:
    """Make the folder if it is missing; CannotStart where somebody's own would be removed."""
    try:
        folder.mkdir(parents=True, exist_ok=True)
        known = (folder / _FILE).exists()
        foreign = [name for name in _REMOVED if not known and (folder / name).exists()]
    except FileExistsError:
        raise CannotStart(f"The state folder {folder} can not be used: it is a file.") from None
    except OSError as error:
        why = error.strerror
        raise CannotStart(f"The state folder {folder} can not be used: {why}.") from error
    if foreign:
        raise CannotStart(
            f"The state folder {folder} can not be used: it has {' and '.join(foreign)}, but no "
            f"{_FILE}, so they are not the emulator's, and it would remove what is in them. "
            "Name a new or an empty folder."
        )
