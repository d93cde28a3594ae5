"""What a plan says of what the pipeline file does not name any more."""

from datetime import UTC, datetime

import pytest

from lambdas.shared.planning import plan_of
from lambdas.shared.resources import KINDS
from lambdas.shared.settings.filters import Filter
from lambdas.shared.settings.pipeline import Pipeline
from lambdas.shared.wanted import Wanted, filter_at, wanted_by
from tests.unit.plan.service import GROUP, PREFIX, Service


def wanted(word: str, name: str, kind: str | None = None, **request: object) -> Wanted:
    arn = f"{PREFIX}:{kind or word}/{name}"
    return Wanted(word=word, arn=arn, name=name, request=dict(request))


FILE = [
    wanted("datasetGroup", "shop", "dataset-group"),
    wanted("solution", "shop-likes", recipeArn="sims"),
    wanted("filter", "shop-new-20260708", filterExpression="now"),
]


@pytest.fixture
def service() -> Service:
    service = Service()
    service.put("dataset-group", "shop")
    service.put("solution", "shop-likes", recipeArn="sims")
    service.put("filter", "shop-new-20260708", filterExpression="now")
    return service


def lines(service: Service) -> list[str]:
    """What is not kept."""
    planned = plan_of(FILE, service, own="shop-", group=GROUP)
    return [one.line for one in planned if one.fate != "keep"]


def test_what_fits_is_kept(service: Service) -> None:
    assert lines(service) == []


def test_a_moving_filter_of_an_earlier_date_and_a_trial_go_by_themselves(service: Service) -> None:
    service.put("filter", "shop-new-20260701", filterExpression="then")
    service.put("campaign", "shop-trial-7", solutionArn=f"{PREFIX}:solution/shop-likes")

    assert lines(service) == []


def test_what_the_file_does_not_name_any_more_is_asked_about(service: Service) -> None:
    service.put("filter", "shop-old", filterExpression="x")
    service.put("recommender", "shop-old")
    service.put("campaign", "shop-old", solutionArn=f"{PREFIX}:solution/shop-likes")

    assert lines(service) == [
        f"delete  {kind}/shop-old (no longer in the pipeline file)"
        for kind in ("campaign", "recommender", "filter")
    ]


def test_what_another_pipeline_made_is_not(service: Service) -> None:
    service.put("solution", "shop-test-likes", pipeline="shop-test")
    service.put("solution", "theirs", pipeline="theirs")

    assert lines(service) == []


def test_another_recipe_is_a_replacement_that_asks(service: Service) -> None:
    service.put("solution", "shop-likes", recipeArn="popularity")

    [line] = lines(service)
    assert line == "replace solution/shop-likes (recipeArn is popularity, wanted sims)"


def test_a_changed_filter_is_replaced_without_being_asked_about(service: Service) -> None:
    service.put("filter", "shop-new-20260708", filterExpression="then")

    [planned] = [p for p in plan_of(FILE, service, own="shop-", group=GROUP) if p.fate != "keep"]
    assert (planned.fate, planned.asks) == ("replace", False)


@pytest.mark.parametrize("word", ["solution", "recommender", "filter"])
def test_what_is_in_another_group_is_a_replacement_that_asks(service: Service, word: str) -> None:
    service.put(word, "shop-one", datasetGroupArn=f"{GROUP}-of-old")
    here = wanted(word, "shop-one", datasetGroupArn=GROUP)

    planned = plan_of([here], service, own="shop-", group=GROUP)[0]

    assert (planned.fate, planned.asks) == ("replace", True)
    assert planned.why == f"datasetGroupArn is {GROUP}-of-old, wanted {GROUP}"


def test_whatever_is_made_for_a_group_is_wanted_in_the_pipelines() -> None:
    pipeline = Pipeline.model_validate(
        {
            "name": "shop",
            "datasetGroup": {"name": "renamed"},
            "solutions": [{"name": "likes", "recipe": "aws-sims"}],
            "recommenders": [{"name": "top", "recipe": "aws-vod-most-popular"}],
        }
    )
    seen = Filter(name="seen", filter_expression="EXCLUDE ItemID WHERE x")
    group = f"{PREFIX}:dataset-group/renamed"
    at_noon = datetime(2026, 7, 8, 12, tzinfo=UTC)

    everything = [
        *wanted_by(pipeline, PREFIX),
        filter_at(seen, at_noon, own="shop-", prefix=PREFIX, group=group),
    ]

    held = [one for one in everything if one.word in {"solution", "recommender", "filter"}]
    assert len(held) == 3
    assert {one.request["datasetGroupArn"] for one in held} == {group}
    assert all("datasetGroupArn" in KINDS[one.word].fixed for one in held)


LOST = {"status": "CREATE FAILED", "failureReason": "no luck"}


@pytest.mark.parametrize("word", ["datasetGroup", "dataset", "solution", "recommender", "filter"])
def test_what_came_to_nothing_is_made_anew_without_being_asked_about(
    service: Service, word: str
) -> None:
    kind = "dataset-group" if word == "datasetGroup" else word
    service.put(kind, "shop-one", **LOST)

    [planned, *_] = plan_of([wanted(word, "shop-one", kind)], service, own="shop-", group=GROUP)

    assert (planned.fate, planned.asks) == ("replace", False)
    assert planned.why == "CREATE FAILED: no luck"


def test_what_another_pipeline_made_in_vain_stays(service: Service) -> None:
    service.put("dataset", "one", pipeline="theirs", **LOST)

    [planned, *_] = plan_of([wanted("dataset", "one")], service, own="shop-", group=GROUP)

    assert planned.fate == "keep"


def test_a_campaign_that_came_to_nothing_is_updated(service: Service) -> None:
    service.put("campaign", "shop-likes", **LOST)

    [planned, *_] = plan_of([wanted("campaign", "shop-likes")], service, own="shop-", group=GROUP)

    assert (planned.fate, planned.why) == ("update", "CREATE FAILED: no luck")


def test_the_domain_of_a_group_is_for_nobody_to_change(service: Service) -> None:
    group = wanted("datasetGroup", "shop", "dataset-group", domain="ECOMMERCE")

    [refused] = plan_of([group], service, own="none-", group=GROUP)
    assert refused.fate == "refuse"
    assert "take another name for the dataset group" in refused.why


def test_in_an_empty_account_everything_is_created() -> None:
    assert {p.fate for p in plan_of(FILE, Service(), own="shop-", group=GROUP)} == {"create"}
