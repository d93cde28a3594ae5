"""What was confirmed goes step by step: what hangs on it first, and nobody else's."""

import pytest

from lambdas.plan.removal import Removal, removal
from lambdas.shared.errors import RequestRefusedError
from tests.unit.plan.service import PREFIX, Service


def step(name: str, service: Service) -> Removal:
    return removal(name, service, own="shop-", prefix=PREFIX)


@pytest.fixture
def service() -> Service:
    service = Service()
    service.put("solution", "shop-likes")
    return service


def test_what_is_not_there_is_gone(service: Service) -> None:
    assert step("recommender/shop-old", service) is Removal.GONE
    assert service.deleted == []


def test_a_campaign_goes_before_its_solution(service: Service) -> None:
    service.put("campaign", "shop-likes", solutionArn=f"{PREFIX}:solution/shop-likes")

    steps = []
    for _ in range(3):
        steps.append(step("solution/shop-likes", service))
        service.settle()

    assert service.deleted == ["campaign/shop-likes", "solution/shop-likes"]
    assert steps == [Removal.UNDER_WAY, Removal.UNDER_WAY, Removal.GONE]


def test_a_deletion_that_is_under_way_is_awaited(service: Service) -> None:
    assert step("solution/shop-likes", service) is Removal.UNDER_WAY
    assert step("solution/shop-likes", service) is Removal.UNDER_WAY
    assert service.deleted == ["solution/shop-likes"]


def test_a_solution_that_somebody_elses_campaign_serves_stays(service: Service) -> None:
    service.put("campaign", "theirs", solutionArn=f"{PREFIX}:solution/shop-likes")

    with pytest.raises(RequestRefusedError, match="served by theirs"):
        step("solution/shop-likes", service)
    assert service.deleted == []


def test_a_campaign_of_ones_own_may_have_another_name(service: Service) -> None:
    service.put("campaign", "front-page", solutionArn=f"{PREFIX}:solution/shop-likes")

    own, named = "shop-", {"front-page"}
    removal("solution/shop-likes", service, own=own, prefix=PREFIX, named=named)

    assert "campaign/front-page" in service.deleted
