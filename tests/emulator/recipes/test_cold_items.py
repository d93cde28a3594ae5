"""New items find their people through their columns, as much as exploration lets them."""

from dataclasses import replace

import pytest

from personalize_emulator.recipes.contract import RecommendRequest
from personalize_emulator.recipes.models.base import BaseModel
from tests.emulator.recipes.tastes import (
    DAY,
    GROUPS,
    NEWEST,
    allowing,
    fitted,
    items_table,
    listed,
    with_items,
)

FRESH = {f"new{n}": n for n in range(GROUPS)}
OLD = {f"old{n}": n for n in range(GROUPS)}
CREATED = dict.fromkeys(FRESH, NEWEST - 2 * DAY) | dict.fromkeys(OLD, NEWEST - 90 * DAY)
PEOPLE = [f"u{n:03d}" for n in range(0, 80, 4)]


@pytest.fixture(scope="module")
def model() -> BaseModel:
    """Eight items without events: one of each taste two days old, one ninety."""
    return fitted(with_items(items_table(FRESH | OLD, CREATED)))


def explored(model: BaseModel, weight: float, cut_off: float = 365) -> list[str]:
    """The items without events in the lists of one taste's people."""
    chosen = {"explorationWeight": weight, "explorationItemAgeCutOff": cut_off}
    answers = [listed(model, user, num_results=8, exploration=chosen) for user in PEOPLE]
    return [name for answer in answers for name in answer if name in FRESH | OLD]


@pytest.mark.parametrize("user", range(GROUPS))
def test_the_new_item_of_ones_own_taste_comes_first(model: BaseModel, user: int) -> None:
    order = listed(model, f"u{user:03d}", allowed=allowing(model, *FRESH))

    assert len(order) == GROUPS
    assert order[0] == f"new{user}"


def test_without_the_column_nothing_tells_new_items_apart() -> None:
    table = items_table(FRESH)
    without = fitted(with_items(table.without(frozenset({"GENRES"}))))

    orders = {
        tuple(listed(without, f"u{user:03d}", allowed=allowing(without, *FRESH)))
        for user in range(GROUPS)
    }
    assert len(orders) == 1


def test_the_more_weight_the_more_exploration(model: BaseModel) -> None:
    counts = [len(explored(model, weight)) for weight in (0.0, 0.3, 1.0)]

    assert counts[0] < counts[1] < counts[2]
    assert counts[2] <= len(PEOPLE) * 8 // 2 + len(PEOPLE)


def test_exploration_favours_what_suits_the_person(model: BaseModel) -> None:
    found = explored(model, 0.2)

    assert sum(name[-1] == "0" for name in found) > len(found) / 2


def test_items_older_than_the_cut_off_are_not_explored(model: BaseModel) -> None:
    assert set(explored(model, 1.0, cut_off=30)) <= FRESH.keys()
    assert set(explored(model, 1.0, cut_off=365)) & OLD.keys()


def test_an_item_without_a_creation_time_is_as_old_as_its_first_event() -> None:
    table = items_table({"rare": 0})
    columns = with_items(table).log
    events = {
        "USER_ID": columns.user_ids[columns.rows],
        "ITEM_ID": columns.item_ids[columns.items],
        "TIMESTAMP": columns.times,
    }
    events["ITEM_ID"][0] = "rare"
    events["TIMESTAMP"][0] = NEWEST - 25 * DAY
    model = fitted(with_items(table, events))
    question = RecommendRequest(user_id="u004", num_results=8)

    def shown(days: float) -> bool:
        chosen = {"explorationWeight": 1.0, "explorationItemAgeCutOff": days}
        asked = replace(question, exploration=chosen)
        found = [item for item in model.recommend(asked) if item.reason == "Exploration"]
        return "rare" in [item.item_id for item in found]

    assert shown(30)
    assert not shown(20)


def test_what_exploration_put_in_says_so(model: BaseModel) -> None:
    question = RecommendRequest(
        user_id="u001", num_results=8, exploration={"explorationWeight": 1.0}
    )

    reasons = {item.item_id: item.reason for item in model.recommend(question)}

    assert {name for name, reason in reasons.items() if reason == "Exploration"} == {
        name for name in reasons if name in FRESH | OLD
    }


def test_coldstart_mixes_new_items_in_and_hrnn_does_not() -> None:
    data = with_items(items_table(FRESH, CREATED))
    coldstart, hrnn = fitted(data, "aws-hrnn-coldstart"), fitted(data, "aws-hrnn")

    mixed, plain = (
        {name for user in PEOPLE for name in listed(model, user, num_results=8)}
        for model in (coldstart, hrnn)
    )
    assert mixed & FRESH.keys()
    assert not plain & FRESH.keys()


def test_similar_items_finds_new_items_and_sims_does_not() -> None:
    data = with_items(items_table(FRESH))
    near = {
        recipe: listed(fitted(data, recipe), None, item_id="i015", num_results=12)
        for recipe in ("aws-similar-items", "aws-sims")
    }

    assert "new1" in near["aws-similar-items"]
    assert not set(near["aws-sims"]) & FRESH.keys()


def test_the_model_is_the_same_after_its_lists_are_worked_out(model: BaseModel) -> None:
    prepared = model.prepared()
    for user in (*PEOPLE, "stranger"):
        question = RecommendRequest(
            user_id=user, num_results=8, exploration={"explorationWeight": 0.5}
        )
        assert prepared.recommend(question) == model.recommend(question)
