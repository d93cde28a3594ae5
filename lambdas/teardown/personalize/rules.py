"""What may be deleted, and when: ownership, readiness, and who still builds on whom.

Pure: everything that is known about a resource comes in as a ``Found``.
"""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from enum import StrEnum

from lambdas.shared.teardown_settings import TeardownScope
from lambdas.teardown.personalize.kinds import (
    DATASET,
    DATASET_GROUP,
    SCHEMA,
    SOLUTION,
    Kind,
)

# CREATE PENDING, CREATE IN_PROGRESS, CREATE STOPPING, STOP PENDING, DELETE IN_PROGRESS, …
_MOVING = re.compile(r"PENDING|IN[_ ]PROGRESS|STOPPING")
_RETAINED_WITH_GROUP = frozenset({DATASET, SCHEMA, DATASET_GROUP})


@dataclass(frozen=True, kw_only=True)
class Found:
    """A resource as it was found.

    Attributes:
        kind: What it is.
        name: Its name.
        arn: Its ARN.
        status: Its status; empty for schemas, which have none.
        update_status: The status of its latest update, None if it was never updated.
        tags: Its tags.
        group: The ARN of its dataset group, None for schemas.
        group_is_ours: Whether that group is the pipeline's.
        uses: ARNs that it is built on: a campaign's solution, a dataset's schema.
        jobs: The jobs in flight on it, each as ``<kind> <name> is <status>``.
    """

    kind: Kind
    name: str
    arn: str
    status: str = ""
    update_status: str | None = None
    tags: Mapping[str, str] = field(default_factory=dict)
    group: str | None = None
    group_is_ours: bool = False
    uses: frozenset[str] = frozenset()
    jobs: tuple[str, ...] = ()


class Fate(StrEnum):
    """What becomes of a resource."""

    DELETE = "delete"
    WAIT = "wait"
    LEAVE = "leave"
    """The pipeline's own, but somebody else's resource is built on it."""
    KEEP = "keep"
    """Not the pipeline's, or retained."""


@dataclass(frozen=True)
class Decision:
    """What becomes of a resource, and why."""

    found: Found
    fate: Fate
    reason: str = ""

    @property
    def stays(self) -> bool:
        """Return whether the resource outlives the teardown."""
        return self.fate in (Fate.LEAVE, Fate.KEEP)


def decide(found: Found, scope: TeardownScope, staying: Iterable[Found]) -> Decision:
    """Decide about one resource.

    Args:
        found: The resource.
        scope: What is the pipeline's, and what is retained.
        staying: The resources of earlier stages that outlive the teardown.
    """
    if foreign := why_foreign(found, scope):
        return Decision(found, Fate.KEEP, foreign)
    if scope.retain.dataset_group and found.kind in _RETAINED_WITH_GROUP:
        return Decision(found, Fate.KEEP, "retained: the pipeline file says retain.datasetGroup")
    if holders := [other for other in staying if _builds_on(other, found)]:
        names = ", ".join(f"{other.kind.words} {other.name}" for other in holders)
        return Decision(found, Fate.LEAVE, f"still in use by what stays: {names}")
    if why := _why_not_yet(found):
        return Decision(found, Fate.WAIT, why)
    return Decision(found, Fate.DELETE)


def is_moving(status: str | None) -> bool:
    """Return whether a status is one that passes by itself."""
    return bool(status and _MOVING.search(status))


def is_training(status: str) -> bool:
    """Return whether a solution version of this status can be stopped, and should be: it bills."""
    return status.startswith("CREATE ") and is_moving(status) and "STOPPING" not in status


def why_foreign(found: Found, scope: TeardownScope) -> str:
    """Return why a resource is not the pipeline's to delete; empty if it is."""
    owner = found.tags.get(scope.tag_key)
    if owner == scope.pipeline:
        return ""
    if owner is not None:
        return f"it is another pipeline's: its tag {scope.tag_key} is {owner}"
    return _why_untagged_is_foreign(found, scope)


def _why_untagged_is_foreign(found: Found, scope: TeardownScope) -> str:
    tag = f"{scope.tag_key}={scope.pipeline}"
    if found.kind == DATASET_GROUP:
        return f"it has no tag {tag}: this pipeline did not make it"
    if found.kind == SCHEMA and found.name in scope.adopted_schemas:
        return "its name does not carry the pipeline's: it was adopted, or may serve others too"
    if found.kind == DATASET and found.group_is_ours:
        # One a type and group; the one for recorded events the service makes by itself, untagged.
        return ""
    known = found.name in scope.names.get(found.kind.key, ())
    if known and (found.kind == SCHEMA or found.group_is_ours):
        return ""
    return f"it has no tag {tag}, and no name that the pipeline file gives"


def _why_not_yet(found: Found) -> str:
    if is_moving(found.status):
        return f"it is {found.status}"
    if is_moving(found.update_status):
        return f"its update is {found.update_status}"
    return "; ".join(found.jobs)


def _builds_on(other: Found, found: Found) -> bool:
    """Return whether ``other``, which stays, needs ``found``.

    What stays in a group needs the group and its datasets: a filter reads them, a solution's
    campaign is trained on them.
    """
    if found.kind in (SOLUTION, SCHEMA):
        return found.arn in other.uses
    if found.kind == DATASET:
        return other.group == found.group and other.kind not in (DATASET, SCHEMA)
    if found.kind == DATASET_GROUP:
        return other.group == found.arn and other.kind != DATASET_GROUP
    return False
