"""Whose a resource is, whether it may go now, and who is in its way."""

from dataclasses import replace
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lambdas.shared.teardown_settings import RetainSettings, TeardownScope
from lambdas.teardown.personalize.kinds import (
    CAMPAIGN,
    DATASET,
    DATASET_GROUP,
    EVENT_TRACKER,
    FILTER,
    KINDS,
    METRIC_ATTRIBUTION,
    RECOMMENDER,
    SCHEMA,
    SOLUTION,
    STAGES,
    Kind,
)
from lambdas.teardown.personalize.rules import Fate, Found, decide, is_training

SHOP = TeardownScope(
    pipeline="shop",
    dataset_group="shop",
    names={"schema": ("shop-interactions",), "metricAttribution": ("shop-metrics",)},
    adopted_schemas=("company-schema",),
)
OURS = {"pipeline": "shop"}
kinds = st.sampled_from(KINDS)
names = st.sampled_from(["shop", "shop-eu", "shop-interactions", "shop-metrics", "other"])
tags = st.sampled_from([{}, OURS, {"pipeline": "shop-eu"}, {"team": "shop"}])


def found(kind: Kind, name: str = "x", **more: Any) -> Found:
    return replace(Found(kind=kind, name=name, arn=f"arn:{kind.key}/{name}"), **more)


def fate(thing: Found, scope: TeardownScope = SHOP, staying: tuple[Found, ...] = ()) -> Fate:
    return decide(thing, scope, staying).fate


@given(kind=kinds, name=names)
def test_what_carries_the_pipelines_tag_goes(kind: Kind, name: str) -> None:
    assert fate(found(kind, name, tags=OURS)) == Fate.DELETE


@given(kind=kinds, name=names, in_our_group=st.booleans())
def test_what_carries_another_pipelines_tag_stays_whatever_its_name(
    kind: Kind, name: str, in_our_group: bool
) -> None:
    thing = found(kind, name, tags={"pipeline": "shop-eu"}, group_is_ours=in_our_group)

    assert fate(thing) == Fate.KEEP


@pytest.mark.parametrize(
    "name", ["shop-eu-interactions", "shop-interactions-2", "Shop-interactions"]
)
def test_a_schema_whose_name_only_begins_like_ours_stays(name: str) -> None:
    assert fate(found(SCHEMA, name)) == Fate.KEEP
    assert fate(found(SCHEMA, "shop-interactions")) == Fate.DELETE


def test_a_schema_that_does_not_carry_the_pipelines_name_is_kept_and_said_so() -> None:
    decision = decide(found(SCHEMA, "company-schema"), SHOP, ())

    assert decision.fate == Fate.KEEP
    assert "adopted" in decision.reason


def test_a_dataset_group_of_our_name_that_we_did_not_make_stays() -> None:
    assert fate(found(DATASET_GROUP, "shop")) == Fate.KEEP


def test_the_dataset_that_the_service_made_for_recorded_events_goes_with_our_group() -> None:
    assert fate(found(DATASET, "shop-events", group_is_ours=True)) == Fate.DELETE
    assert fate(found(DATASET, "shop-events", group_is_ours=False)) == Fate.KEEP


def test_what_takes_no_tag_is_ours_by_its_whole_name_in_our_group_only() -> None:
    assert fate(found(METRIC_ATTRIBUTION, "shop-metrics", group_is_ours=True)) == Fate.DELETE
    assert fate(found(METRIC_ATTRIBUTION, "shop-metrics", group_is_ours=False)) == Fate.KEEP
    assert fate(found(METRIC_ATTRIBUTION, "shop-metrics-2", group_is_ours=True)) == Fate.KEEP


@pytest.mark.parametrize("kind", [CAMPAIGN, RECOMMENDER, SOLUTION, FILTER, EVENT_TRACKER])
def test_what_somebody_else_made_in_our_group_stays(kind: Kind) -> None:
    assert fate(found(kind, "by-hand", group_is_ours=True)) == Fate.KEEP


@pytest.mark.parametrize(
    "status",
    ["CREATE PENDING", "CREATE IN_PROGRESS", "CREATE STOPPING", "STOP PENDING", "DELETE PENDING"],
)
def test_what_moves_is_waited_for(status: str) -> None:
    decision = decide(found(CAMPAIGN, tags=OURS, status=status), SHOP, ())

    assert decision.fate == Fate.WAIT
    assert status in decision.reason


@pytest.mark.parametrize(
    "status", ["ACTIVE", "CREATE FAILED", "INACTIVE", "CREATE STOPPED", "DELETE FAILED", ""]
)
def test_what_has_settled_goes_however_it_ended(status: str) -> None:
    assert fate(found(SOLUTION, tags=OURS, status=status)) == Fate.DELETE


def test_an_update_in_progress_and_jobs_in_flight_are_waited_for_and_named() -> None:
    updating = found(CAMPAIGN, tags=OURS, status="ACTIVE", update_status="CREATE IN_PROGRESS")
    importing = found(DATASET, tags=OURS, jobs=("dataset import job a is CREATE PENDING",))

    assert fate(updating) == Fate.WAIT
    assert decide(importing, SHOP, ()).reason == "dataset import job a is CREATE PENDING"


def test_retaining_the_dataset_group_keeps_its_data_and_nothing_that_is_built_on_it() -> None:
    scope = SHOP.model_copy(update={"retain": RetainSettings(dataset_group=True)})
    kept = {kind for kind in KINDS if fate(found(kind, tags=OURS), scope) == Fate.KEEP}

    assert kept == {DATASET, SCHEMA, DATASET_GROUP}


def test_a_foreign_campaign_keeps_its_solution_its_data_and_its_group() -> None:
    group = found(DATASET_GROUP, "shop", tags=OURS)
    solution = found(SOLUTION, "shop-sims", tags=OURS, group=group.arn)
    other = found(SOLUTION, "shop-other", tags=OURS, group=group.arn)
    campaign = found(CAMPAIGN, "by-hand", group=group.arn, uses=frozenset({solution.arn}))
    schema = found(SCHEMA, "shop-interactions")
    dataset = found(DATASET, "d", tags=OURS, group=group.arn, uses=frozenset({schema.arn}))

    assert fate(solution, staying=(campaign,)) == Fate.LEAVE
    assert "by-hand" in decide(solution, SHOP, (campaign,)).reason
    assert fate(other, staying=(campaign,)) == Fate.DELETE
    assert fate(dataset, staying=(campaign,)) == Fate.LEAVE
    assert fate(schema, staying=(dataset,)) == Fate.LEAVE
    assert fate(group, staying=(campaign,)) == Fate.LEAVE


@given(kind=kinds, name=names, has=tags, in_our_group=st.booleans())
def test_every_decision_but_deletion_gives_its_reason(
    kind: Kind, name: str, has: dict[str, str], in_our_group: bool
) -> None:
    decision = decide(found(kind, name, tags=has, group_is_ours=in_our_group), SHOP, ())

    assert bool(decision.reason) == (decision.fate != Fate.DELETE)


@pytest.mark.parametrize(
    ("status", "expected"),
    [
        ("CREATE PENDING", True),
        ("CREATE IN_PROGRESS", True),
        ("CREATE STOPPING", False),
        ("CREATE STOPPED", False),
        ("ACTIVE", False),
        ("DELETE IN_PROGRESS", False),
    ],
)
def test_only_a_training_that_still_bills_is_stopped(status: str, *, expected: bool) -> None:
    assert is_training(status) == expected


def test_every_kind_has_exactly_one_stage() -> None:
    assert sorted(k.api for stage in STAGES for k in stage) == sorted({k.api for k in KINDS})
