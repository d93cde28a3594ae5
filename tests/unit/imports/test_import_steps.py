"""The import stage against the emulated service."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from botocore.exceptions import ClientError

from lambdas.imports import steps
from lambdas.shared.errors import ResourceBusyError

GROUP = "arn:aws:personalize:eu-west-1:123456789012:dataset-group/shop"
TRACKER = {
    "step": "eventTracker",
    "name": "shop-events",
    "datasetGroupArn": GROUP,
    "tags": [{"tagKey": "pipeline", "tagValue": "shop"}],
}
IMPORT = {
    "step": "import",
    "pipeline": "shop",
    "kind": "items",
    "arnPrefix": "arn:aws:personalize:eu-west-1:123456789012",
    "datasetArn": f"{GROUP}/ITEMS",
    "location": "s3://bucket/drops/one/items.csv",
    "roleArn": "arn:aws:iam::123456789012:role/personalize",
    "importMode": "INCREMENTAL",
    "run": "run-1",
    "tags": [],
}


class Paginator:
    def __init__(self, pages: list[dict[str, Any]]) -> None:
        self.pages = pages

    def paginate(self, **_: str) -> list[dict[str, Any]]:
        return self.pages


class Service:
    """Just enough of the service: trackers by page, import jobs by name."""

    def __init__(self, trackers: list[str], imported: bool) -> None:
        self.trackers = trackers
        self.imported = imported
        self.requests: list[dict[str, Any]] = []
        self.status, self.owner = "ACTIVE", "shop"

    def list_tags_for_resource(self, **_: str) -> dict[str, Any]:
        return {"tags": [{"tagKey": "pipeline", "tagValue": self.owner}]}

    def delete_event_tracker(self, **_: str) -> None:
        self.status = "DELETE IN_PROGRESS"

    def get_paginator(self, _: str) -> Paginator:
        named = [
            {"name": name, "eventTrackerArn": f"arn:{name}", "status": self.status}
            for name in self.trackers
        ]
        return Paginator([{"eventTrackers": [tracker]} for tracker in named])

    def create_event_tracker(self, **request: Any) -> dict[str, str]:
        self.requests.append(request)
        return {"eventTrackerArn": "arn:new", "trackingId": "id"}

    def list_dataset_import_jobs(self, **_: Any) -> dict[str, Any]:
        status = "ACTIVE" if self.imported else "CREATE FAILED"
        began = datetime(2026, 1, 1, tzinfo=UTC)
        job = {
            "status": status,
            "creationDateTime": began,
            "lastUpdatedDateTime": began + timedelta(minutes=9),
        }
        return {"datasetImportJobs": [job]}

    def describe_dataset_import_job(self, **_: str) -> dict[str, Any]:
        error: Any = {"Error": {"Code": "ResourceNotFoundException"}}
        raise ClientError(error, "DescribeDatasetImportJob")

    def create_dataset_import_job(self, **request: Any) -> dict[str, str]:
        self.requests.append(request)
        return {"datasetImportJobArn": "arn:job"}


@pytest.fixture
def taken(monkeypatch: pytest.MonkeyPatch) -> Any:
    def take(event: dict[str, Any], service: Service) -> dict[str, Any]:
        monkeypatch.setattr("boto3.client", lambda _: service)
        return steps.take(event)

    return take


def test_a_tracker_of_that_name_is_adopted_on_whichever_page(taken: Any) -> None:
    service = Service(["other", "shop-events"], imported=False)

    assert taken(TRACKER, service)["arn"] == "arn:shop-events"
    assert service.requests == []


def test_a_missing_tracker_is_created(taken: Any) -> None:
    service = Service(["other"], imported=False)

    answer = taken(TRACKER, service)

    assert (answer["arn"], answer["created"]) == ("arn:new", True)


@pytest.mark.parametrize(("imported", "mode"), [(False, "FULL"), (True, "INCREMENTAL")])
def test_the_first_import_is_full_whatever_is_asked(
    taken: Any,
    imported: bool,
    mode: str,
) -> None:
    service = Service([], imported=imported)

    taken(IMPORT, service)

    assert service.requests[0]["importMode"] == mode


def test_a_run_asks_for_the_same_job_each_time(taken: Any) -> None:
    first, again, other = (Service([], imported=False) for _ in range(3))

    taken(IMPORT, first)
    taken(IMPORT, again)
    taken({**IMPORT, "run": "run-2"}, other)

    assert first.requests[0]["jobName"] == again.requests[0]["jobName"]
    assert first.requests[0]["jobName"] != other.requests[0]["jobName"]
    assert len(first.requests[0]["jobName"]) <= 63


def test_a_tracker_that_came_to_nothing_is_made_anew(taken: Any) -> None:
    service = Service(["shop-events"], imported=False)
    service.status = "CREATE FAILED"

    for _ in range(2):  # it is deleted, then it is on its way out
        with pytest.raises(ResourceBusyError):
            taken(TRACKER, service)
    service.trackers = []

    assert taken(TRACKER, service)["created"]


def test_a_tracker_that_somebody_else_made_in_vain_stays(taken: Any) -> None:
    service = Service(["shop-events"], imported=False)
    service.status, service.owner = "CREATE FAILED", "theirs"

    assert taken(TRACKER, service)["arn"] == "arn:shop-events"
    assert service.status == "CREATE FAILED"
