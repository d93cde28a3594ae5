"""A teardown of Personalize, look by look, in a strict world."""

from collections.abc import Iterator

import pytest

from lambdas.shared.teardown_settings import RetainSettings, TeardownScope
from lambdas.teardown.personalize.account import PersonalizeAccount
from lambdas.teardown.personalize.look import DELETIONS_A_LOOK, look
from lambdas.teardown.progress import Progress
from tests.unit.teardown.world import Thing, World

SHOP = TeardownScope(
    pipeline="shop",
    dataset_group="shop",
    names={"schema": ("shop-interactions",), "metricAttribution": ("shop-metrics",)},
)
OURS = {"pipeline": "shop"}
MANY = 60


def looks(world: World, scope: TeardownScope = SHOP, *, forget: bool = False) -> Iterator[Progress]:
    """Look again and again until nothing remains; time passes in between."""
    going: tuple[object, ...] = ()
    for _ in range(MANY):
        # An account is made for each look, as each invocation of the handler does.
        progress = look(PersonalizeAccount(world.client, scope), scope, going=going)  # type: ignore[arg-type]
        yield progress
        if progress.remaining == 0:
            return
        going = () if forget else progress.going
        world.tick()
    pytest.fail(f"still at {progress.stage} after {MANY} looks: {progress.pending}")


def teardown(world: World, scope: TeardownScope = SHOP, *, forget: bool = False) -> list[Progress]:
    return list(looks(world, scope, forget=forget))


def shop(world: World, name: str = "shop") -> Thing:
    """A pipeline with one of everything."""
    mine = {"pipeline": name}
    group = world.add("datasetGroup", name, tags=mine)
    schema = world.add("schema", f"{name}-interactions")
    dataset = world.add("dataset", f"{name}-interactions", group, tags=mine, schema=schema)
    world.add("datasetImportJob", "import-1", dataset)
    solution = world.add("solution", f"{name}-sims", group, tags=mine)
    version = world.add("solutionVersion", "v1", solution)
    world.add("campaign", f"{name}-sims", solution, tags=mine)
    world.add("batchInferenceJob", "batch-1", version)
    world.add("recommender", f"{name}-top", group, tags=mine)
    world.add("eventTracker", f"{name}-events", group, tags=mine)
    world.add("filter", f"{name}-seen", group, tags=mine)
    world.add("metricAttribution", f"{name}-metrics", group)
    return group


def test_a_pipeline_with_one_of_everything_leaves_nothing_and_is_never_refused() -> None:
    world = World()
    shop(world)

    deleted = [entry.kind for progress in teardown(world) for entry in progress.deleted]

    assert world.things == []
    assert world.refused == []
    assert deleted == [
        "campaign", "recommender", "event tracker", "metric attribution", "filter", "solution",
        "dataset", "schema", "dataset group",
    ]  # fmt: skip


def test_a_second_teardown_does_nothing() -> None:
    world = World()
    shop(world)
    teardown(world)

    [only] = teardown(world)

    assert only.remaining == 0
    assert only.deleted == ()
    assert not [call for call in world.calls[-20:] if call.startswith("Delete")]


def test_two_pipelines_in_one_account_do_not_touch_each_other() -> None:
    world = World()
    shop(world)
    shop(world, "shop-eu")
    theirs = {thing.arn for thing in world.things if thing.group.name.startswith("shop-eu")}

    teardown(world)

    assert {thing.arn for thing in world.things} == theirs


def test_a_look_that_remembers_nothing_ends_the_same() -> None:
    world = World()
    shop(world)

    teardown(world, forget=True)

    assert world.things == []


def test_a_training_in_flight_is_stopped_at_the_first_look() -> None:
    world = World()
    group = shop(world)
    solution = next(t for t in world.things if t.kind == "solution" and t.group is group)
    training = world.add(
        "solutionVersion",
        "auto",
        solution,
        status="CREATE IN_PROGRESS",
        becomes=["CREATE IN_PROGRESS"] * 1000,
    )

    first = next(looks(world))

    assert training.status == "CREATE STOPPING"
    assert [entry.arn for entry in first.stopped] == [training.arn]
    teardown(world)
    assert world.things == []
    assert world.refused == []


def test_an_import_in_flight_is_waited_for_and_named() -> None:
    world = World()
    group = shop(world)
    dataset = next(t for t in world.things if t.kind == "dataset" and t.group is group)
    busy = ["CREATE IN_PROGRESS"] * 30
    world.add(
        "datasetImportJob", "slow", dataset, status="CREATE PENDING", becomes=[*busy, "ACTIVE"]
    )

    done = teardown(world)

    reasons = {entry.reason for progress in done for entry in progress.pending}
    assert "dataset import job slow is CREATE IN_PROGRESS" in reasons
    assert world.things == []
    assert world.refused == []


@pytest.mark.parametrize("kind", ["datasetExportJob", "dataDeletionJob", "batchSegmentJob"])
def test_any_other_job_in_flight_is_waited_for(kind: str) -> None:
    world = World()
    group = shop(world)
    above = {"dataDeletionJob": "datasetGroup", "datasetExportJob": "dataset"}.get(
        kind, "solutionVersion"
    )
    holder = next(t for t in world.things if t.kind == above and t.group is group)
    world.add(kind, "slow", holder, status="IN_PROGRESS", becomes=["IN_PROGRESS"] * 25 + ["ACTIVE"])

    teardown(world)

    assert world.things == []
    assert world.refused == []


def test_a_campaign_in_the_middle_of_an_update_is_waited_for() -> None:
    world = World()
    group = shop(world)
    campaign = next(t for t in world.things if t.kind == "campaign" and t.group is group)
    campaign.update_status = "CREATE IN_PROGRESS"

    first = next(looks(world))

    assert [entry.reason for entry in first.pending] == ["its update is CREATE IN_PROGRESS"]
    teardown(world)
    assert world.things == []
    assert world.refused == []


def test_what_somebody_built_on_ours_stays_with_all_that_it_needs_and_is_named() -> None:
    world = World()
    group = shop(world)
    solution = next(t for t in world.things if t.kind == "solution")
    world.add("campaign", "by-hand", solution)

    last = teardown(world)[-1]

    assert sorted(world.of("campaign")) == ["by-hand"]
    assert group in world.things
    assert [entry.name for entry in last.kept] == ["by-hand"]
    assert [entry.kind for entry in last.left] == ["solution", "dataset", "schema", "dataset group"]
    assert all("by-hand" in entry.reason for entry in last.left if entry.kind != "schema")
    assert world.of("filter") == []


def test_a_schema_that_another_groups_dataset_uses_stays() -> None:
    world = World()
    shop(world)
    schema = next(t for t in world.things if t.kind == "schema")
    elsewhere = world.add("datasetGroup", "theirs")
    world.add("dataset", "borrowed", elsewhere, schema=schema)

    last = teardown(world)[-1]

    assert world.of("schema") == ["shop-interactions"]
    assert [(entry.kind, "borrowed" in entry.reason) for entry in last.left] == [("schema", True)]
    assert world.refused == []


def test_an_adopted_group_stays_and_what_we_made_in_it_goes() -> None:
    world = World()
    group = world.add("datasetGroup", "shop")
    theirs = world.add("solution", "theirs", group)
    ours = world.add("solution", "shop-sims", group, tags=OURS)
    world.add("campaign", "shop-sims", ours, tags=OURS)

    last = teardown(world)[-1]

    assert world.things == [group, theirs]
    assert {entry.name for entry in last.kept} == {"shop", "theirs"}
    assert last.left == ()


def test_a_group_that_was_renamed_in_the_pipeline_file_is_found_by_its_tag() -> None:
    world = World()
    world.add("datasetGroup", "shop-old-name", tags=OURS)

    teardown(world)

    assert world.things == []


def test_a_retained_group_keeps_its_data_and_loses_what_bills() -> None:
    world = World()
    shop(world)
    scope = SHOP.model_copy(update={"retain": RetainSettings(dataset_group=True)})

    last = teardown(world, scope)[-1]

    kept = {"datasetGroup", "dataset", "schema", "datasetImportJob"}
    assert {thing.kind for thing in world.things} == kept
    assert {"retain.datasetGroup" in entry.reason for entry in last.kept} == {True}
    assert last.left == ()


def test_a_dry_run_says_what_would_go_and_touches_nothing() -> None:
    world = World()
    group = shop(world)
    solution = next(t for t in world.things if t.kind == "solution" and t.group is group)
    busy = ["CREATE IN_PROGRESS"] * 1000
    world.add("solutionVersion", "v2", solution, status="CREATE PENDING", becomes=busy)
    before = list(world.things)

    would = look(PersonalizeAccount(world.client, SHOP), SHOP, dry_run=True)

    assert world.things == before
    assert {call for call in world.calls if not call.startswith(("List", "Describe"))} == set()
    assert would.remaining == 0
    assert [entry.name.rsplit("/")[-1] for entry in would.stopped] == ["v2"]
    world.tick()
    real = [entry.arn for progress in teardown(world) for entry in progress.deleted]
    assert [entry.arn for entry in would.deleted] == real


def test_more_resources_than_one_look_deletes_all_go_and_each_look_is_bounded() -> None:
    world = World()
    group = world.add("datasetGroup", "shop", tags=OURS)
    for number in range(2 * DELETIONS_A_LOOK + 3):
        world.add("filter", f"shop-{number}", group, tags=OURS)

    done = teardown(world)

    assert max(len(progress.deleted) for progress in done) == DELETIONS_A_LOOK
    assert world.things == []


def test_a_refusal_of_the_service_is_waited_out_in_its_own_words() -> None:
    world = World()
    world.add("datasetGroup", "shop", tags=OURS)
    world.refusals["shop"] = 3

    done = teardown(world)

    reasons = [entry.reason for progress in done for entry in progress.pending]
    assert reasons == ["something we cannot see uses it"] * 3
    assert world.things == []
