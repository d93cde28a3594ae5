"""The kinds of Personalize resources: how each is created, described, compared and changed."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from lambdas.shared.clients import Json

Description = Mapping[str, Any]


@dataclass(frozen=True, kw_only=True)
class Kind:
    """One kind of resource that has its name in its ARN.

    Attributes:
        word: The API's word in lower camel case: ``datasetGroup``.
        fixed: Members of the create request that cannot change afterwards.
        changeable: Members that the update operation takes.
        member: The member of the describe answer that holds the resource, where it is not ``word``.
    """

    word: str
    fixed: tuple[str, ...] = ()
    changeable: tuple[str, ...] = ()
    member: str | None = None

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


KINDS: dict[str, Kind] = {
    kind.word: kind
    for kind in (
        Kind(word="schema", fixed=("schema", "domain")),
        Kind(word="datasetGroup", fixed=("domain", "kmsKeyArn")),
        Kind(word="dataset", fixed=("datasetType",), changeable=("schemaArn",)),
        Kind(word="datasetImportJob", fixed=("datasetArn", "dataSource")),
        Kind(
            word="solution",
            fixed=("recipeArn", "performHPO", "performAutoML", "eventType", "solutionConfig"),
            changeable=("performAutoTraining", "performIncrementalUpdate"),
        ),
        Kind(
            word="campaign",
            changeable=("solutionVersionArn", "minProvisionedTPS", "campaignConfig"),
        ),
        Kind(word="filter", fixed=("filterExpression",)),
        Kind(word="recommender", fixed=("recipeArn",), changeable=("recommenderConfig",)),
        # Jobs carry their run in their name: one of that name is the run's own.
        Kind(word="batchInferenceJob", fixed=("solutionVersionArn",)),
        Kind(word="batchSegmentJob", fixed=("solutionVersionArn",)),
        Kind(word="datasetExportJob", fixed=("datasetArn",)),
        Kind(word="dataDeletionJob", fixed=("datasetGroupArn",)),
    )
}


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
