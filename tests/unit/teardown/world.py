"""A small, strict Personalize in memory: refuses what the service refuses, and remembers it.

Its rules are written from the developer guide and know nothing of the teardown's own.
"""

import itertools
import json
from dataclasses import dataclass, field
from typing import Any

import boto3

REGION, ACCOUNT = "eu-west-1", "111122223333"
Answer = dict[str, Any]

# List operation, key of its answer, the member by which it narrows.
LISTS = {
    "ListDatasetGroups": ("datasetGroup", "datasetGroups"),
    "ListSchemas": ("schema", "schemas"),
    "ListDatasets": ("dataset", "datasets"),
    "ListSolutions": ("solution", "solutions"),
    "ListSolutionVersions": ("solutionVersion", "solutionVersions"),
    "ListCampaigns": ("campaign", "campaigns"),
    "ListRecommenders": ("recommender", "recommenders"),
    "ListEventTrackers": ("eventTracker", "eventTrackers"),
    "ListMetricAttributions": ("metricAttribution", "metricAttributions"),
    "ListFilters": ("filter", "Filters"),
    "ListDatasetImportJobs": ("datasetImportJob", "datasetImportJobs"),
    "ListDatasetExportJobs": ("datasetExportJob", "datasetExportJobs"),
    "ListDataDeletionJobs": ("dataDeletionJob", "dataDeletionJobs"),
    "ListBatchInferenceJobs": ("batchInferenceJob", "batchInferenceJobs"),
    "ListBatchSegmentJobs": ("batchSegmentJob", "batchSegmentJobs"),
}
IN_GROUP = frozenset(
    ("dataset", "solution", "recommender", "eventTracker", "metricAttribution", "filter")
)


@dataclass(eq=False)
class Thing:
    kind: str
    name: str
    above: "Thing | None" = None
    """A campaign's or version's solution, a job's dataset, everything else's dataset group."""
    tags: dict[str, str] = field(default_factory=dict)
    status: str = "ACTIVE"
    update_status: str | None = None
    schema: "Thing | None" = None
    becomes: list[str | None] = field(default_factory=list)
    """The statuses to come, one a tick; None is gone."""
    number: int = field(default_factory=itertools.count(1).__next__)

    @property
    def arn(self) -> str:
        if self.kind == "solutionVersion" and self.above:
            return f"{self.above.arn}/{self.name}"
        head = f"arn:aws:personalize:{REGION}:{ACCOUNT}:{self.kind}"
        return f"{head}/{self.name}" if self.above is None else f"{head}/{self.number}/{self.name}"

    @property
    def group(self) -> "Thing":
        return self if self.above is None else self.above.group

    @property
    def moving(self) -> bool:
        return bool(self.becomes)


class RefusedError(Exception):
    def __init__(self, code: str, message: str) -> None:
        super().__init__(message)
        self.code = code


class World:
    """The account: things, what was refused, what was called."""

    def __init__(self, things: list[Thing] | None = None, page: int = 2) -> None:
        self.things = list(things or [])
        self.page = page
        self.refused: list[str] = []
        self.calls: list[str] = []
        self.refusals: dict[str, int] = {}
        """How often the deletion of a name is refused for a reason of the service's own."""
        self.client = boto3.client(
            "personalize",
            region_name=REGION,
            aws_access_key_id="testing",
            aws_secret_access_key="testing",
        )
        events: Any = self.client.meta.events  # its types do not know that a handler may answer
        events.register("before-call.personalize", self._answer)

    def add(self, kind: str, name: str, above: Thing | None = None, **more: Any) -> Thing:
        thing = Thing(kind, name, above, **more)
        self.things.append(thing)
        return thing

    def of(self, kind: str) -> list[str]:
        return [thing.name for thing in self.things if thing.kind == kind]

    def tick(self) -> None:
        """Let a little time pass: everything that moves takes one step."""
        for thing in [thing for thing in self.things if thing.becomes]:
            status = thing.becomes.pop(0)
            if status is None:
                self._remove(thing)
            else:
                thing.status = status
        for thing in self.things:
            thing.update_status = None

    def _remove(self, thing: Thing) -> None:
        """Remove a thing with what it owns: jobs and versions go with their dataset or solution."""
        for below in [other for other in self.things if other.above is thing]:
            self._remove(below)
        if thing in self.things:
            self.things.remove(thing)

    def _answer(self, model: Any, params: Answer, **_: Any) -> tuple[Any, Answer]:
        self.calls.append(model.name)
        try:
            body = self._call(model.name, json.loads(params["body"]))
        except RefusedError as refusal:
            error = {"Code": refusal.code, "Message": str(refusal)}
            return _Response(400), {"Error": error, "ResponseMetadata": {}}
        return _Response(200), {"ResponseMetadata": {}, **body}

    def _call(self, operation: str, request: Answer) -> Answer:
        if operation in LISTS:
            return self._list(*LISTS[operation], request)
        if operation == "ListTagsForResource":
            tags = self._get(request["resourceArn"]).tags
            return {"tags": [{"tagKey": key, "tagValue": value} for key, value in tags.items()]}
        [arn] = request.values()
        thing = self._get(arn)
        if operation == "StopSolutionVersionCreation":
            if not thing.status.startswith("CREATE ") or not thing.moving:
                raise RefusedError("ResourceInUseException", f"{thing.name} is {thing.status}")
            thing.status, thing.becomes = "CREATE STOPPING", ["CREATE STOPPED"]
            return {}
        if operation.startswith("Describe"):
            return {thing.kind: self._described(thing)}
        self._delete(thing)
        return {}

    def _get(self, arn: str) -> Thing:
        for thing in self.things:
            if thing.arn == arn:
                return thing
        raise RefusedError("ResourceNotFoundException", f"there is no {arn}")

    def _list(self, kind: str, key: str, request: Answer) -> Answer:
        within = {value for name, value in request.items() if name.endswith("Arn")}
        of_kind = [
            thing
            for thing in self.things
            if thing.kind == kind and (not within or (thing.above and thing.above.arn in within))
        ]
        start = int(request.get("nextToken", 0))
        page = of_kind[start : start + self.page]
        more = start + self.page < len(of_kind)
        answer: Answer = {key: [self._described(thing) for thing in page]}
        return answer | ({"nextToken": str(start + self.page)} if more else {})

    def _described(self, thing: Thing) -> Answer:
        shown: Answer = {f"{thing.kind}Arn": thing.arn, "name": thing.name}
        if thing.kind.endswith("Job"):
            shown["jobName"] = thing.name
        if thing.kind != "schema":
            shown["status"] = thing.status
        if thing.update_status:
            shown[f"latest{thing.kind[0].upper()}{thing.kind[1:]}Update"] = {
                "status": thing.update_status
            }
        if thing.kind.startswith("batch") and thing.above:
            shown["solutionVersionArn"] = thing.above.arn
        if thing.kind == "campaign" and thing.above:
            shown["solutionVersionArn"] = f"{thing.above.arn}/$LATEST"
        if thing.schema:
            shown["schemaArn"] = thing.schema.arn
        return shown

    def _delete(self, thing: Thing) -> None:
        if self.refusals.get(thing.name):
            self.refusals[thing.name] -= 1
            raise RefusedError("ResourceInUseException", "something we cannot see uses it")
        in_the_way = [other.name for other in self.things if _holds(other, thing)]
        if thing.moving or thing.update_status:
            in_the_way.append(f"its own {thing.status}")
        if in_the_way:
            self.refused.append(f"{thing.kind} {thing.name}: {', '.join(in_the_way)}")
            raise RefusedError("ResourceInUseException", f"in use by {', '.join(in_the_way)}")
        if thing.kind == "schema":
            self.things.remove(thing)
        else:
            thing.status, thing.becomes = "DELETE PENDING", ["DELETE IN_PROGRESS", None]


def _holds(other: Thing, thing: Thing) -> bool:
    """Return whether the service refuses to delete ``thing`` because of ``other``."""
    if thing.kind == "schema":
        return other.schema is thing
    if thing.kind == "datasetGroup":
        return other.above is thing and (other.kind in IN_GROUP or other.moving)
    if thing.kind == "dataset":
        same_group = other.group is thing.group
        return (other.above is thing and other.moving) or (
            same_group and other.kind in ("filter", "eventTracker", "metricAttribution", "solution")
        )
    if thing.kind == "solution":
        moving_below = other.moving and other.above in (thing, *_below(other, thing))
        return (other.kind == "campaign" and other.above is thing) or moving_below
    return False


def _below(other: Thing, thing: Thing) -> list[Thing]:
    return [other.above] if other.above and other.above.above is thing else []


class _Response:
    def __init__(self, status: int) -> None:
        self.status_code = status
