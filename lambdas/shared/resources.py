"""The kinds of Personalize resources: how each is created, described, compared and changed."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Literal

from lambdas.shared.clients import Json

Description = Mapping[str, Any]
# Names are unique in an account and region, not in a group: what has a wanted name may learn from
# another group's data.
GROUP = "datasetGroupArn"


@dataclass(frozen=True, kw_only=True)
class Kind:
    """One kind of resource that has its name in its ARN.

    Attributes:
        word: The API's word in lower camel case: ``datasetGroup``.
        fixed: Members of the create request that cannot change afterwards.
        changeable: Members that the update operation takes.
        member: The member of the describe answer that holds the resource, where it is not ``word``.
        mended: What leads out of CREATE FAILED: an update, or nothing but to be made anew; empty
            for what has no such status, or is a run's own.
        within: Of one fixed member, what the update takes all the same, and what it calls it.
    """

    word: str
    fixed: tuple[str, ...] = ()
    changeable: tuple[str, ...] = ()
    member: str | None = None
    mended: Literal["", "anew", "update"] = ""
    within: "Within | None" = None

    @property
    def snake(self) -> str:
        """Return the word as boto3's methods have it: ``dataset_group``."""
        return "".join(f"_{c.lower()}" if c.isupper() else c for c in self.word)

    @property
    def arn_member(self) -> str:
        """Return the member that names the ARN in requests and answers."""
        return f"{self.word}Arn"

    def described(self, answer: Mapping[str, Any]) -> Description:
        """Return the resource out of the describe answer."""
        described: Description = answer[self.member or self.word]
        return described

    def conflicts(self, wanted: Mapping[str, Any], found: Description) -> list[str]:
        """Return a phrase for each difference that no update can remove."""
        firm = self.within.without(wanted) if self.within else wanted
        return differences(firm, found, self.fixed)

    def changes(self, wanted: Mapping[str, Any], found: Description) -> list[str]:
        """Return a phrase for each difference that an update removes."""
        inner = self.within.alone(wanted) if self.within else {}
        return [
            *differences(wanted, found, self.changeable),
            *differences(inner, found, tuple(inner)),
        ]

    def update(self, wanted: Mapping[str, Any]) -> dict[str, Any]:
        """Return the update's request, the ARN left out."""
        request = {key: wanted[key] for key in self.changeable if key in wanted}
        inner = self.within.alone(wanted) if self.within else {}
        if self.within and inner:
            request[self.within.update] = inner[self.within.create]
        return request


@dataclass(frozen=True, kw_only=True)
class Within:
    """The changeable part of a member that is otherwise fixed.

    Attributes:
        create: The member of the create request.
        update: The same in the update's request.
        members: What of it can change.
    """

    create: str
    update: str
    members: tuple[str, ...]

    def without(self, wanted: Mapping[str, Any]) -> dict[str, Any]:
        """Return the request without what can change."""
        inner = wanted.get(self.create, {})
        firm = {key: value for key, value in inner.items() if key not in self.members}
        return {**wanted, self.create: firm} if self.create in wanted else dict(wanted)

    def alone(self, wanted: Mapping[str, Any]) -> dict[str, Any]:
        """Return nothing but what can change; an empty request where it asks for none of it."""
        inner = wanted.get(self.create, {})
        loose = {key: value for key, value in inner.items() if key in self.members}
        return {self.create: loose} if loose else {}


KINDS: dict[str, Kind] = {
    kind.word: kind
    for kind in (
        Kind(word="schema", fixed=("schema", "domain")),
        Kind(word="datasetGroup", fixed=("domain", "kmsKeyArn"), mended="anew"),
        Kind(word="dataset", fixed=("datasetType",), changeable=("schemaArn",), mended="anew"),
        # Its ARN does not follow from its name: it is listed, not ensured by this table.
        Kind(word="eventTracker", mended="anew"),
        Kind(word="datasetImportJob", fixed=("datasetArn", "dataSource")),
        Kind(
            word="solution",
            fixed=(
                GROUP,
                *("recipeArn", "performHPO", "performAutoML", "eventType", "solutionConfig"),
            ),
            changeable=("performAutoTraining", "performIncrementalUpdate"),
            mended="anew",
            within=Within(
                create="solutionConfig",
                update="solutionUpdateConfig",
                members=("autoTrainingConfig", "eventsConfig"),
            ),
        ),
        Kind(
            word="campaign",
            changeable=("solutionVersionArn", "minProvisionedTPS", "campaignConfig"),
            mended="update",  # ACTIVE or CREATE FAILED (API reference, UpdateCampaign)
        ),
        Kind(word="filter", fixed=(GROUP, "filterExpression"), mended="anew"),
        Kind(
            word="recommender",
            fixed=(GROUP, "recipeArn"),
            changeable=("recommenderConfig",),
            mended="anew",
        ),
        # Jobs carry their run in their name: one of that name is the run's own.
        Kind(word="batchInferenceJob", fixed=("solutionVersionArn",)),
        Kind(word="batchSegmentJob", fixed=("solutionVersionArn",)),
        Kind(word="datasetExportJob", fixed=("datasetArn",)),
        Kind(word="dataDeletionJob", fixed=(GROUP,)),
    )
}


def failure(found: Description) -> str:
    """Return in words why a resource never came to be; empty where it did, or still may."""
    if found.get("status") != "CREATE FAILED":
        return ""
    return f"CREATE FAILED: {found.get('failureReason') or 'the service gave no reason'}"


def differences(
    wanted: Mapping[str, Any], found: Description, members: tuple[str, ...]
) -> list[str]:
    """Return one phrase for each member that was asked for and is not what is there.

    What the request does not name is left to the service, and equals anything.
    """
    return [
        f"{member} is {_shown(found.get(member))}, wanted {_shown(wanted[member])}"
        for member in members
        if member in wanted and not _same(member, wanted[member], found.get(member))
    ]


def _same(member: str, wanted: Json, found: Json) -> bool:
    if member == "schema":
        return bool(json.loads(wanted) == json.loads(found))
    if isinstance(wanted, Mapping):
        there = found or {}
        return all(_same(key, value, there.get(key)) for key, value in wanted.items())
    return bool(wanted == found) or (not wanted and not found)


def _shown(value: Json) -> str:
    text = value if isinstance(value, str) else json.dumps(value, default=str)
    return text if len(text) <= _SHOWN else f"{text[:_SHOWN]}…"


_SHOWN = 300
