"""A run's solution version: made, found again, or the one that the service trained by itself."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any

import boto3
import pytest

from lambdas.train.steps import take

SOLUTION = "arn:aws:personalize:us-east-1:123456789012:solution/movies-sims"
Take = Callable[[str, list[dict[str, Any]]], dict[str, Any]]


def version(number: int, status: str = "ACTIVE", mode: str = "FULL") -> dict[str, Any]:
    """A version as the service lists it; the higher, the newer."""
    begun = datetime(2026, 1, number, tzinfo=UTC)
    return {
        "solutionVersionArn": f"{SOLUTION}/{number}",
        "status": status,
        "trainingMode": mode,
        "creationDateTime": begun,
        "lastUpdatedDateTime": begun + timedelta(minutes=number),
    }


class Service:
    """As much of Personalize as the step asks."""

    def __init__(self, versions: list[dict[str, Any]]) -> None:
        self.versions, self.asked = versions, list[dict[str, Any]]()

    def get_paginator(self, operation: str) -> "Service":
        assert operation == "list_solution_versions"
        return self

    def paginate(self, *, solutionArn: str) -> list[dict[str, Any]]:  # noqa: N803 the API's key
        assert solutionArn == SOLUTION
        return [{"solutionVersions": self.versions[:1]}, {"solutionVersions": self.versions[1:]}]

    def describe_solution_version(self, *, solutionVersionArn: str) -> dict[str, Any]:  # noqa: N803
        return {"solutionVersion": {"name": solutionVersionArn}}

    def create_solution_version(self, **request: Any) -> dict[str, Any]:
        self.asked.append(request)
        return {"solutionVersionArn": f"{SOLUTION}/new-{request['trainingMode']}"}


@pytest.fixture
def taken(monkeypatch: pytest.MonkeyPatch) -> Take:
    def taking(mode: str, versions: list[dict[str, Any]]) -> dict[str, Any]:
        monkeypatch.setattr(boto3, "client", lambda _: Service(versions))
        step = {"step": "version", "solutionArn": SOLUTION, "run": "r", "tags": []}
        return take({**step, "trainingMode": mode})

    return taking


def test_the_newest_version_that_came_to_be_is_adopted(taken: Take) -> None:
    versions = [version(1), version(3, "CREATE FAILED"), version(2)]

    adopted = taken("ADOPT", versions)

    assert (adopted["arn"], adopted["created"]) == (f"{SOLUTION}/2", False)


def test_one_that_is_still_training_is_adopted_and_awaited(taken: Take) -> None:
    assert taken("ADOPT", [version(1), version(2, "CREATE IN_PROGRESS")])["arn"] == f"{SOLUTION}/2"


def test_where_there_is_nothing_to_adopt_the_first_version_is_trained(taken: Take) -> None:
    made = taken("ADOPT", [version(1, "CREATE FAILED")])

    assert (made["arn"], made["created"]) == (f"{SOLUTION}/new-FULL", True)


def test_an_update_needs_something_to_update(taken: Take) -> None:
    assert taken("UPDATE", [])["arn"] == f"{SOLUTION}/new-FULL"
    assert taken("UPDATE", [version(1)])["arn"] == f"{SOLUTION}/new-UPDATE"


def test_earlier_trainings_of_the_same_mode_tell_how_long_it_takes(taken: Take) -> None:
    versions = [version(7), version(5), version(1, mode="UPDATE")]

    assert taken("FULL", versions)["expected"] == 5 * 60
