"""What a run would do with each resource, told from what is wanted and what is there."""

import json
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any, Literal

from lambdas.shared.clients import Client
from lambdas.shared.ensure import describe
from lambdas.shared.errors import named_errors
from lambdas.shared.ownership import OWNED, another_owner, carries_tag, refusal
from lambdas.shared.resources import GROUP, KINDS, Description, Kind, differences, failure
from lambdas.shared.strict import Strict
from lambdas.shared.wanted import Wanted

Fate = Literal["create", "update", "keep", "replace", "delete", "refuse"]
# What people have to say yes to: it takes what serves away, or what others may still use.
ASKED: tuple[Fate, ...] = ("replace", "delete")
_REPLACEABLE = ("solution", "recommender")
_MADE_AGAIN = "filter"
_HINTS = {
    "schema": "give the dataset another schemaName: a dataset takes a schema that adds columns",
    "datasetGroup": "take another name for the dataset group",
}
_LISTED = {
    "eventTracker": ("list_event_trackers", "eventTrackers"),
    "metricAttribution": ("list_metric_attributions", "metricAttributions"),
}
_DATED = re.compile(r"-\d{8}$")


class Planned(Strict):
    """What would become of one resource."""

    fate: Fate
    """What a run would do; replace and delete only after a confirmation, unless they are free."""
    name: str
    """What people call it, and how they confirm it: ``solution/shop-likes``."""
    why: str = ""
    """The differences, if there are any, and what a run does besides."""
    free: bool = False
    """Whether a run does it without a confirmation: nothing is lost by it."""

    @property
    def asks(self) -> bool:
        """Return whether a run does it only if it is confirmed."""
        return self.fate in ASKED and not self.free

    @property
    def line(self) -> str:
        """Return it as one line for people."""
        return f"{self.fate:<7} {self.name}{f' ({self.why})' if self.why else ''}"


def plan_of(wanted: Sequence[Wanted], client: Client, *, own: str, group: str) -> list[Planned]:
    """Return what a run would do with everything that is wanted, and what is there besides.

    Args:
        wanted: What the pipeline file asks for, in the order of a run.
        client: A boto3 client of ``personalize``.
        own: What the names of this pipeline begin with, the hyphen included.
        group: The dataset group's ARN.

    Raises:
        PipelineError: The service refused, by the names of ``lambdas.shared.errors``.
    """
    with named_errors():
        there = describe(client, KINDS["datasetGroup"], group) is not None
        fates = [_fate(one, client, group if there else None, own) for one in wanted]
        left = list(_left_over(wanted, client, own=own, group=group)) if there else []
    return [*fates, *left]


def _fate(wanted: Wanted, client: Client, group: str | None, own: str) -> Planned:
    if wanted.word in _LISTED:
        return _listed(wanted, client, group, own)
    kind = KINDS[wanted.word]
    found = describe(client, kind, wanted.arn)
    if found is None:
        return _planned("create", wanted)
    owned = wanted.word in OWNED
    owner = another_owner(client, wanted.arn, own.removesuffix("-")) if owned else ""
    if owner:
        return _planned("refuse", wanted, [refusal(owner)])
    if kind.mended == "anew" and failure(found) and _is_ours(wanted, client, own):
        return _planned("replace", wanted, [failure(found)], free=True)
    return _compared(kind, wanted, found)


def _compared(kind: Kind, wanted: Wanted, found: Description) -> Planned:
    """Return the fate of what is there and is for this pipeline to adopt, if it fits."""
    conflicts = kind.conflicts(wanted.request, found)
    if conflicts and wanted.word in (*_REPLACEABLE, _MADE_AGAIN):
        # One of the pipeline's own group is made again freely; another group's may be in use there.
        moved = differences(wanted.request, found, (GROUP,))
        free = wanted.word == _MADE_AGAIN and not moved
        return _planned("replace", wanted, conflicts, free=free)
    if conflicts:
        columns = _columns(wanted.request, found) if wanted.word == "schema" else []
        return _planned("refuse", wanted, [*(columns or conflicts), _HINTS.get(wanted.word, "")])
    lost = [failure(found)] if kind.mended == "update" and failure(found) else []
    changes = [*lost, *kind.changes(wanted.request, found)]
    return _planned("update" if changes else "keep", wanted, changes)


def _is_ours(wanted: Wanted, client: Client, own: str) -> bool:
    """Return whether a failed one may go freely; filters are told by their names."""
    return wanted.word == _MADE_AGAIN or _tagged(wanted.arn, client, own)


def _planned(fate: Fate, wanted: Wanted, why: Iterable[str] = (), *, free: bool = False) -> Planned:
    said = "; ".join(filter(None, (*why, wanted.note)))
    return Planned(fate=fate, name=wanted.shown, why=said, free=free)


def _listed(wanted: Wanted, client: Client, group: str | None, own: str) -> Planned:
    """Return the fate of what has no ARN that follows from its name."""
    operation, member = _LISTED[wanted.word]
    names = _names(client, operation, member, datasetGroupArn=group) if group else {}
    found = names.get(wanted.name)
    if found is None:
        return _planned("create", wanted)
    lost = failure(found) if wanted.word in KINDS else ""  # metric attributions take no tags
    if lost and _tagged(found[f"{wanted.word}Arn"], client, own):
        return _planned("replace", wanted, [lost], free=True)
    return _planned("keep", wanted)


def _names(client: Client, operation: str, member: str, **of: str) -> dict[str, Mapping[str, Any]]:
    pages = client.get_paginator(operation).paginate(**of)
    return {one["name"]: one for page in pages for one in page[member]}


def _left_over(
    wanted: Sequence[Wanted], client: Client, *, own: str, group: str
) -> Iterator[Planned]:
    """Yield this pipeline's resources that its file no longer names; they bill until deleted."""
    known = {one.shown for one in wanted}

    def left(word: str, found: Mapping[str, Mapping[str, Any]], why: str) -> Iterator[Planned]:
        for name, one in sorted(found.items()):
            shown, ours = f"{word}/{name}", name.startswith(own) and not _passing(name, own, known)
            if ours and shown not in known and _tagged(one[f"{word}Arn"], client, own):
                yield Planned(fate="delete", name=shown, why=why)

    gone, listed = "no longer in the pipeline file", {"datasetGroupArn": group}
    solutions = _names(client, "list_solutions", "solutions", **listed)
    for solution in solutions.values():
        campaigns = _names(
            client, "list_campaigns", "campaigns", solutionArn=solution["solutionArn"]
        )
        yield from left("campaign", campaigns, gone)
    yield from left("solution", solutions, f"{gone}; its versions go with it")
    yield from left(
        "recommender", _names(client, "list_recommenders", "recommenders", **listed), gone
    )
    yield from left("filter", _names(client, "list_filters", "Filters", **listed), gone)


def _tagged(arn: str, client: Client, own: str) -> bool:
    """Return whether it carries this pipeline's tag: ``shop-`` begins ``shop-test-likes`` too."""
    return carries_tag(client, arn, own.removesuffix("-"))


def _passing(name: str, own: str, known: set[str]) -> bool:
    """Return whether something goes by itself: a trial, or a moving filter of an earlier date."""
    if name.startswith(f"{own}trial-"):
        return True
    bare = _DATED.sub("", name)
    return bare != name and any(_DATED.sub("", one) == f"filter/{bare}" for one in known)


def _columns(request: Mapping[str, Any], found: Mapping[str, Any]) -> list[str]:
    """Return the columns in which two schemas differ: all there is to say, if nothing else does."""
    there, here = (
        {field["name"]: field for field in json.loads(text)["fields"]}
        for text in (found["schema"], request["schema"])
    )
    return [
        f"{name} is {json.dumps(there.get(name))}, wanted {json.dumps(here.get(name))}"
        for name in dict.fromkeys((*there, *here))
        if there.get(name) != here.get(name)
    ]
