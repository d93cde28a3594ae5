"""Filters are brought step by step to what the pipeline file says."""

from typing import Any

import pytest

from lambdas.filters.reconcile import reconcile
from tests.unit.plan.service import GROUP, PREFIX, Service

EXPRESSION = 'EXCLUDE ItemID WHERE Interactions.EVENT_TYPE IN ("view")'
ARN = f"{PREFIX}:filter/shop-seen"


class Filters(Service):
    """Filters as the service lists them, by their group; new ones are ACTIVE at once."""

    def create_filter(self, **request: Any) -> dict[str, str]:
        assert f"{PREFIX}:filter/{request['name']}" not in self.there, "names are unique"
        more = {key: request[key] for key in ("datasetGroupArn", "filterExpression")}
        self.put("filter", request["name"], **more)
        return {}


@pytest.fixture
def service(monkeypatch: pytest.MonkeyPatch) -> Filters:
    service = Filters()
    monkeypatch.setattr("boto3.client", lambda _: service)
    return service


def put(service: Filters, **more: Any) -> None:
    service.put(
        "filter", "shop-seen", **{"datasetGroupArn": GROUP, "filterExpression": EXPRESSION} | more
    )


def step(*, first: bool = False) -> dict[str, Any]:
    return reconcile(
        {
            "own": "shop-",
            "datasetGroupArn": GROUP,
            "arnPrefix": PREFIX,
            "filters": [{"name": "seen", "filterExpression": EXPRESSION}],
            "first": first,
            "startedAt": 1_780_000_000_000,
            "tags": [{"tagKey": "pipeline", "tagValue": "shop"}],
        }
    )


def test_what_is_missing_is_made(service: Filters) -> None:
    assert not step()["done"]
    assert step() == {"done": True, "failures": [], "filters": ["shop-seen"]}
    assert list(service.there) == [ARN]


def test_a_changed_one_is_made_again(service: Filters) -> None:
    put(service, filterExpression="another")

    step()
    service.settle()
    step()

    assert service.deleted == ["filter/shop-seen"]
    assert service.there[ARN]["filterExpression"] == EXPRESSION
    assert step()["done"]


@pytest.mark.parametrize("expression", [EXPRESSION, "a mistake that is mended by now"])
def test_one_that_failed_in_an_earlier_run_is_made_again(service: Filters, expression: str) -> None:
    put(service, status="CREATE FAILED", filterExpression=expression)

    begun = step(first=True)
    under_way = step()
    service.settle()
    step()

    assert [begun["done"], under_way["done"]] == [False, False]
    assert service.deleted == ["filter/shop-seen"]
    assert service.there[ARN]["filterExpression"] == EXPRESSION
    assert step() == {"done": True, "failures": [], "filters": ["shop-seen"]}


def test_one_that_fails_in_this_run_fails_it(service: Filters) -> None:
    put(service, status="CREATE FAILED", failureReason="no luck")

    assert step()["failures"] == ["shop-seen: no luck"]
    assert service.deleted == []


def test_one_of_another_dataset_group_stays_there_until_it_is_confirmed(service: Filters) -> None:
    put(service, datasetGroupArn=f"{GROUP}-of-old")

    said = step()

    [failure] = said["failures"]
    assert said["done"]
    assert f"it is in {GROUP}-of-old, another dataset group" in failure
    assert 'confirm "filter/shop-seen"' in failure
    assert service.deleted == []
