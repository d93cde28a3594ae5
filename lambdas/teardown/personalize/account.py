"""The account's Personalize, as the teardown sees it: find, describe, stop, delete."""

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from enum import StrEnum
from functools import cached_property
from typing import TYPE_CHECKING, Any

from lambdas.shared.teardown_settings import TeardownScope
from lambdas.teardown.personalize.kinds import (
    CAMPAIGN,
    DATASET,
    DATASET_GROUP,
    SCHEMA,
    SOLUTION,
    Kind,
)
from lambdas.teardown.personalize.rules import Found, is_moving, is_training, why_foreign

if TYPE_CHECKING:
    from types_boto3_personalize import PersonalizeClient

Item = dict[str, Any]


class Deletion(StrEnum):
    """What the service answered to a delete request."""

    STARTED = "started"
    GONE = "gone"
    IN_USE = "in use"


class PersonalizeAccount:
    """The resources of one account and region, seen through one pipeline's teardown.

    It is made for one look: what it has listed for the whole account, it does not list again.
    """

    def __init__(self, client: "PersonalizeClient", scope: TeardownScope) -> None:
        self._client = client
        self._scope = scope
        self._groups: list[Found] | None = None

    @property
    def groups(self) -> list[Found]:
        """The dataset groups in view: those that carry the pipeline's tag, or exactly its name."""
        if self._groups is None:
            self._groups = [found for found in self._all_groups() if self._in_view(found)]
        return self._groups

    def find(self, kind: Kind) -> Iterator[Found]:
        """Yield every resource of a kind that is in the groups in view, and our schemas."""
        if kind == DATASET_GROUP:
            yield from self.groups
        elif kind == SCHEMA:
            yield from self._schemas()
        else:
            for group in self.groups:
                yield from self._in_group(kind, group)

    def datasets_elsewhere(self) -> Iterator[Found]:
        """Yield the datasets of all other groups: one of them may use a schema of ours."""
        ours = {group.arn for group in self.groups}
        for group in self._all_groups():
            if group.arn not in ours:
                yield from self._in_group(DATASET, group)

    def status(self, kind: Kind, arn: str) -> str | None:
        """Return the status of a resource, None once the service says that it does not exist."""
        described = self._describe(kind, arn)
        return None if described is None else str(described.get("status", ""))

    def trainings(self) -> Iterator[tuple[str, str]]:
        """Yield ARN and status of the pipeline's solution versions that are being trained."""
        for group in self.groups:
            for solution in self._bare(SOLUTION, group):
                if why_foreign(solution, self._scope):
                    continue
                for version in self._list("solution_versions", solutionArn=solution.arn):
                    if is_training(version["status"]):
                        yield version["solutionVersionArn"], version["status"]

    def stop_training(self, arn: str) -> None:
        """Ask for a training to be stopped; one that ends at this moment needs no stopping."""
        over = self._client.exceptions
        try:
            self._client.stop_solution_version_creation(solutionVersionArn=arn)
        except (over.ResourceInUseException, over.ResourceNotFoundException):
            # Stopping already, or gone. Were it still training, the next look would say so.
            return

    def delete(self, found: Found) -> tuple[Deletion, str]:
        """Ask for a resource to be deleted; returns the answer and the service's words to it."""
        errors = self._client.exceptions
        delete = getattr(self._client, f"delete_{found.kind.method}")
        try:
            delete(**{found.kind.arn_key: found.arn})
        except errors.ResourceNotFoundException:
            return Deletion.GONE, ""
        except errors.ResourceInUseException as error:
            return Deletion.IN_USE, error.response["Error"].get("Message", "it is in use")
        return Deletion.STARTED, ""

    def _all_groups(self) -> Iterator[Found]:
        for item in self._list("dataset_groups"):
            described = self._describe(DATASET_GROUP, item["datasetGroupArn"])
            if described is not None:
                yield self._with_jobs(self._found(DATASET_GROUP, described, group=None))

    def _in_view(self, group: Found) -> bool:
        return group.name == self._scope.dataset_group or not why_foreign(group, self._scope)

    def _schemas(self) -> Iterator[Found]:
        known = {*self._scope.names.get(SCHEMA.key, ()), *self._scope.adopted_schemas}
        for item in self._list("schemas"):
            if item["name"] in known:
                yield self._found(SCHEMA, item, group=None)

    def _in_group(self, kind: Kind, group: Found) -> Iterator[Found]:
        yield from map(self._with_jobs, self._bare(kind, group))

    def _bare(self, kind: Kind, group: Found) -> Iterator[Found]:
        """Yield what is in a group without its jobs, which take more calls than all else."""
        for within in self._containers(kind, group):
            for item in self._list(f"{kind.method}s", kind.list_key, **within):
                described = self._describe(kind, item[kind.arn_key])
                if described is not None:
                    yield self._found(kind, described, group=group)

    def _containers(self, kind: Kind, group: Found) -> list[dict[str, str]]:
        if kind != CAMPAIGN:
            return [{"datasetGroupArn": group.arn}]
        solutions = self._list("solutions", datasetGroupArn=group.arn)
        return [{"solutionArn": solution["solutionArn"]} for solution in solutions]

    def _found(self, kind: Kind, item: Item, *, group: Found | None) -> Found:
        arn = item[kind.arn_key]
        return Found(
            kind=kind,
            name=item["name"],
            arn=arn,
            status=item.get("status", ""),
            update_status=(item.get(kind.update or "") or {}).get("status"),
            tags=self._tags(arn) if kind.taggable else {},
            group=None if group is None else group.arn,
            group_is_ours=group is not None and not why_foreign(group, self._scope),
            uses=_uses(kind, item),
        )

    def _with_jobs(self, found: Found) -> Found:
        return replace(found, jobs=tuple(self._jobs(found.kind, found.arn)))

    def _tags(self, arn: str) -> dict[str, str]:
        tags = self._client.list_tags_for_resource(resourceArn=arn)["tags"]
        return {tag["tagKey"]: tag["tagValue"] for tag in tags}

    def _jobs(self, kind: Kind, arn: str) -> Iterator[str]:
        """Yield the jobs in flight that keep a resource from being deleted."""
        if kind == DATASET:
            yield from self._moving("dataset_import_jobs", datasetArn=arn)
            yield from self._moving("dataset_export_jobs", datasetArn=arn)
        elif kind == DATASET_GROUP:
            yield from self._moving("data_deletion_jobs", datasetGroupArn=arn)
        elif kind == SOLUTION:
            yield from self._moving("solution_versions", solutionArn=arn)
            yield from self._batch_jobs.get(arn, ())

    @cached_property
    def _batch_jobs(self) -> Mapping[str, Sequence[str]]:
        """The batch jobs in flight by their solution, in words.

        Listed without a solution version, hence all of the account: a solution keeps every version
        that was ever trained, and one call for each would take longer than a look may. Of a job
        that were missing here the service would speak when it refuses to delete the solution.
        """
        found: dict[str, list[str]] = defaultdict(list)
        for jobs in ("batch_inference_jobs", "batch_segment_jobs"):
            for job in self._list(jobs):
                if is_moving(job["status"]):
                    # SOLUTION_ARN/VERSION
                    solution = job["solutionVersionArn"].rsplit("/", 1)[0]
                    found[solution].append(_in_words(jobs, job))
        return found

    def _moving(self, jobs: str, **within: str) -> Iterator[str]:
        for job in self._list(jobs, **within):
            if is_moving(job["status"]):
                yield _in_words(jobs, job)

    def _describe(self, kind: Kind, arn: str) -> Item | None:
        describe = getattr(self._client, f"describe_{kind.method}")
        try:
            described: Item = describe(**{kind.arn_key: arn})[kind.key]
        except self._client.exceptions.ResourceNotFoundException:
            return None
        return described

    def _list(self, items: str, key: str = "", **within: str) -> Sequence[Item]:
        """Return all pages: not every list operation has a paginator in botocore's model."""
        operation = getattr(self._client, f"list_{items}")
        found: list[Item] = []
        request = dict(within)
        while True:
            answer = operation(**request)
            found += answer[key or _camel(items)]
            if not answer.get("nextToken"):
                return found
            request["nextToken"] = answer["nextToken"]


def _camel(items: str) -> str:
    first, *rest = items.split("_")
    return first + "".join(word.capitalize() for word in rest)


def _in_words(jobs: str, job: Item) -> str:
    name = job.get("jobName") or job["solutionVersionArn"].rsplit("/", 1)[-1]
    return f"{jobs[:-1].replace('_', ' ')} {name} is {job['status']}"


def _uses(kind: Kind, item: Item) -> frozenset[str]:
    if kind == CAMPAIGN:
        # SOLUTION_ARN/VERSION, or SOLUTION_ARN/$LATEST where the campaign follows the solution.
        return frozenset({item["solutionVersionArn"].rsplit("/", 1)[0]})
    return frozenset({item["schemaArn"]}) if kind == DATASET else frozenset()
