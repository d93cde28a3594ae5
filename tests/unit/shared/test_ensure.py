"""Ensure: look up, adopt what fits, create what is missing, refuse what conflicts."""

import json
from contextlib import suppress
from typing import Any

import pytest
from botocore.exceptions import ClientError

from lambdas.shared.ensure import Ensured, ensure
from lambdas.shared.errors import (
    AccessRefusedError,
    QuotaExceededError,
    ResourceBusyError,
    ResourceConflictError,
    TransientError,
    named_errors,
)

ARN = "arn:aws:personalize:eu-west-1:123456789012:solution/shop-likes"
RECIPE = "arn:aws:personalize:::recipe/aws-sims"
REQUEST = {"name": "shop-likes", "recipeArn": RECIPE, "performAutoTraining": False}

FULL = "More than 5 resources with PENDING or IN_PROGRESS status. Please wait and try again."


def refusal(code: str, message: str = "", status: int = 400) -> ClientError:
    answer: Any = {
        "Error": {"Code": code, "Message": message},
        "ResponseMetadata": {"HTTPStatusCode": status},
    }
    return ClientError(answer, "CreateSolution")


class Service:
    """A Personalize that holds at most one solution, and remembers what it was asked."""

    def __init__(self, solution: dict[str, Any] | None = None) -> None:
        self.solution = solution
        self.calls: list[str] = []
        self.race = False

    def describe_solution(self, **request: str) -> dict[str, Any]:
        assert request == {"solutionArn": ARN}
        self.calls.append("describe")
        if self.solution is None:
            raise refusal("ResourceNotFoundException")
        return {"solution": self.solution}

    def create_solution(self, **request: Any) -> dict[str, str]:
        self.calls.append("create")
        self.solution = request
        if self.race:
            raise refusal("ResourceAlreadyExistsException")
        return {"solutionArn": ARN}

    def delete_solution(self, **_: str) -> None:
        self.calls.append("delete")
        assert self.solution is not None
        self.solution["status"] = "DELETE PENDING"

    def list_tags_for_resource(self, **_: str) -> dict[str, Any]:
        assert self.solution is not None
        return {"tags": self.solution["tags"]}

    def update_solution(self, **request: Any) -> dict[str, str]:
        self.calls.append("update")
        assert self.solution is not None
        self.solution |= request
        return {"solutionArn": ARN}


def test_what_is_missing_is_created() -> None:
    service = Service()

    assert ensure("solution", ARN, REQUEST, service) == Ensured(arn=ARN, created=True)
    assert service.solution == REQUEST


def test_what_fits_is_adopted_without_a_write() -> None:
    service = Service({**REQUEST, "status": "ACTIVE"})

    assert ensure("solution", ARN, REQUEST, service) == Ensured(arn=ARN)
    assert service.calls == ["describe"]


def test_what_somebody_else_created_meanwhile_is_adopted() -> None:
    service = Service()
    service.race = True

    assert ensure("solution", ARN, REQUEST, service) == Ensured(arn=ARN)
    assert service.calls == ["describe", "create", "describe"]


def test_what_can_change_is_changed() -> None:
    service = Service({**REQUEST, "performAutoTraining": True})

    assert ensure("solution", ARN, REQUEST, service) == Ensured(arn=ARN, updated=True)
    assert service.solution is not None
    assert service.solution["performAutoTraining"] is False


def test_what_is_shown_otherwise_than_it_is_asked_for_is_compared_as_it_is_shown() -> None:
    follows = {**REQUEST, "performAutoTraining": "as the service likes"}
    there, other = (Service({**REQUEST, "performAutoTraining": now}) for now in (True, False))

    kept = ensure("solution", ARN, follows, there, shown={"performAutoTraining": True})
    changed = ensure("solution", ARN, follows, other, shown={"performAutoTraining": True})

    assert (kept.updated, changed.updated) == (False, True)
    assert other.solution is not None
    assert other.solution["performAutoTraining"] == "as the service likes"


def test_of_a_configuration_only_the_schedule_of_trainings_is_changed_in_place() -> None:
    def config(days: int, **more: str) -> dict[str, Any]:
        schedule = {"schedulingExpression": f"rate({days} days)"}
        return {"solutionConfig": {"autoTrainingConfig": schedule, **more}}

    service = Service({**REQUEST, **config(7)})

    assert ensure("solution", ARN, {**REQUEST, **config(2)}, service).updated
    assert service.solution is not None
    assert service.solution["solutionUpdateConfig"] == config(2)["solutionConfig"]
    with pytest.raises(ResourceConflictError, match="eventValueThreshold"):
        ensure("solution", ARN, {**REQUEST, **config(2, eventValueThreshold="1")}, service)


def test_an_update_under_way_to_what_is_wanted_is_not_asked_for_again() -> None:
    update = {"status": "CREATE IN_PROGRESS", "performAutoTraining": False}
    service = Service({**REQUEST, "performAutoTraining": True, "latestSolutionUpdate": update})

    assert ensure("solution", ARN, REQUEST, service) == Ensured(arn=ARN)


def test_what_cannot_change_is_refused_with_the_difference() -> None:
    service = Service({**REQUEST, "recipeArn": f"{RECIPE}-else"})

    with pytest.raises(ResourceConflictError, match=r"aws-sims-else, wanted .*aws-sims$"):
        ensure("solution", ARN, REQUEST, service)
    assert service.calls == ["describe"]


def test_one_of_another_dataset_group_is_not_adopted() -> None:
    service = Service({**REQUEST, "datasetGroupArn": "before"})

    with pytest.raises(ResourceConflictError, match="datasetGroupArn is before, wanted now"):
        ensure("solution", ARN, {**REQUEST, "datasetGroupArn": "now"}, service)
    assert service.calls == ["describe"]


OURS = {"tags": [{"tagKey": "pipeline", "tagValue": "shop"}]}
LOST = {"status": "CREATE FAILED", "failureReason": "no luck"}


def test_what_this_pipeline_made_in_vain_is_deleted_and_made_anew() -> None:
    service = Service({**REQUEST, **OURS, **LOST, "recipeArn": "a mistake"})
    wanted = {**REQUEST, **OURS}

    with pytest.raises(ResourceBusyError, match="made anew: CREATE FAILED: no luck"):
        ensure("solution", ARN, wanted, service)
    with pytest.raises(ResourceBusyError, match="is being deleted"):
        ensure("solution", ARN, wanted, service)
    service.solution = None

    assert ensure("solution", ARN, wanted, service).created
    assert service.calls.count("delete") == 1


@pytest.mark.parametrize("tags", [[], [{"tagKey": "pipeline", "tagValue": "theirs"}]])
def test_what_somebody_else_made_in_vain_is_not_deleted(tags: list[dict[str, str]]) -> None:
    service = Service({**REQUEST, **LOST, "tags": tags})

    with suppress(ResourceConflictError):
        ensure("solution", ARN, {**REQUEST, **OURS}, service)

    assert "delete" not in service.calls


def test_a_campaign_that_came_to_nothing_is_updated_though_nothing_differs() -> None:
    class Campaigns:
        def __init__(self) -> None:
            self.updates = 0
            self.campaign: dict[str, Any] = {"solutionVersionArn": "v", **LOST}

        def describe_campaign(self, **_: str) -> dict[str, Any]:
            return {"campaign": self.campaign}

        def update_campaign(self, **_: str) -> None:
            self.updates += 1
            self.campaign = {**self.campaign, "latestCampaignUpdate": {"status": "CREATE PENDING"}}

    service, request = Campaigns(), {"name": "shop-likes", "solutionVersionArn": "v"}

    assert ensure("campaign", "arn", request, service).updated
    assert not ensure("campaign", "arn", request, service).updated
    assert service.updates == 1


def test_schemas_are_compared_by_meaning_not_by_spelling() -> None:
    class Schemas:
        def describe_schema(self, **_: str) -> dict[str, Any]:
            return {"schema": {"schema": json.dumps({"b": 1, "a": 2}, indent=4)}}

    request = {"name": "s", "schema": '{"a":2,"b":1}'}
    assert ensure("schema", "arn", request, Schemas()) == Ensured(arn="arn")


@pytest.mark.parametrize(
    ("error", "named"),
    [
        (refusal("ThrottlingException"), TransientError),
        (refusal("Anything", status=503), TransientError),
        (refusal("LimitExceededException", "Rate exceeded"), TransientError),
        (refusal("LimitExceededException", "at most 5 dataset groups"), QuotaExceededError),
        (refusal("LimitExceededException", FULL), ResourceBusyError),
        (refusal("ResourceInUseException"), ResourceBusyError),
        (refusal("AccessDeniedException", "no"), AccessRefusedError),
    ],
)
def test_the_services_refusals_get_names(error: ClientError, named: type[Exception]) -> None:
    with pytest.raises(named), named_errors():
        raise error
