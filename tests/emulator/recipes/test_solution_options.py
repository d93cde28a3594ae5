"""Every option of a solution moves the answers, and in the direction that it names."""

from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from personalize_emulator.recipes.contract import RecommendRequest
from personalize_emulator.recipes.dataset import Dataset, Table
from personalize_emulator.recipes.errors import InvalidJob
from personalize_emulator.recipes.job import TrainingJob
from personalize_emulator.recipes.models.base import BaseModel
from personalize_emulator.recipes.models.personal import PersonalModel
from personalize_emulator.recipes.selection import event_rules, select_events
from personalize_emulator.recipes.train import load, run, train
from tests.emulator.recipes.tastes import (
    DAY,
    EVENTS,
    GROUPS,
    ITEMS,
    NEWEST,
    OF_GROUP,
    PERSONAL,
    USERS,
    Columns,
    allowing,
    fitted,
    interactions,
    items_table,
    listed,
    log_of,
    save,
    taste,
    with_items,
)

POPULAR = "aws-popularity-count"


def selected(columns: Columns, **config: Any) -> Dataset:
    return Dataset(select_events(columns, event_rules(None, config)))


def typed() -> Columns:
    """Even items are viewed, odd ones bought, and half of what is bought is worth little."""
    columns = interactions()
    number = np.array([int(name[1:]) for name in columns["ITEM_ID"]])
    columns["EVENT_TYPE"] = np.where(number % 2 == 0, "View", "Purchase")
    columns["EVENT_VALUE"] = np.where(number % 4 == 3, 5.0, 1.0)
    return columns


def share_bought(model: BaseModel) -> float:
    """Of the lists of all tastes, the share of odd items."""
    names = [name for n in range(20) for name in listed(model, f"u{n:03d}", num_results=6)]
    return float(np.mean([int(name[1:]) % 2 for name in names]))


def test_events_below_the_threshold_are_not_trained_on() -> None:
    data = selected(typed(), eventValueThreshold="2")

    assert {int(name[1:]) % 4 for name in listed(fitted(data, POPULAR), num_results=5)} == {3}


@pytest.mark.parametrize("recipe", [PERSONAL, POPULAR])
def test_events_that_weigh_more_move_the_answers_towards_them(recipe: str) -> None:
    def model(purchase: float, view: float) -> BaseModel:
        weights = [
            {"eventType": "Purchase", "weight": purchase},
            {"eventType": "View", "weight": view},
        ]
        config = {"eventsConfig": {"eventParametersList": weights}}
        return fitted(selected(typed(), **config), recipe)

    alike, bought, viewed = model(1, 1), model(1, 0.1), model(0.1, 1)

    assert share_bought(viewed) < share_bought(alike) < share_bought(bought)


def test_a_weight_of_nothing_leaves_events_out() -> None:
    events = [{"eventType": "Purchase", "weight": 1.0}, {"eventType": "View", "weight": 0.0}]
    data = selected(typed(), eventsConfig={"eventParametersList": events})

    assert {int(name[1:]) % 2 for name in data.log.item_ids} == {1}


def test_histories_beyond_the_percentile_shape_nothing() -> None:
    columns = interactions()
    machine = {
        "USER_ID": np.full(400, "machine"),
        "ITEM_ID": np.resize(["i000", "i039"], 400),
        "TIMESTAMP": NEWEST - np.arange(400),
    }
    together = {name: np.concatenate([columns[name], machine[name]]) for name in columns}
    data = Dataset(log_of(together))
    limit = {"max_user_history_length_percentile": "0.95"}

    near, limited = (
        fitted(data, "aws-sims", featureTransformationParameters=config) for config in ({}, limit)
    )

    assert "i039" in listed(near, item_id="i000", num_results=OF_GROUP)
    assert "i039" not in listed(limited, item_id="i000", num_results=OF_GROUP - 1)


def priced() -> Dataset:
    table = items_table({})
    random = np.random.default_rng(2)
    prices = {"PRICE": random.permutation(np.linspace(1, 100, len(table.ids)))}
    return with_items(replace(table, columns={**table.columns, **prices}))


def mean_price(data: Dataset, sensitivity: str) -> float:
    objective = {"itemAttribute": "PRICE", "objectiveSensitivity": sensitivity}
    model = fitted(data, optimizationObjective=objective)
    assert data.items is not None
    prices = dict(zip(data.items.ids, data.items.columns["PRICE"], strict=True))
    names = [name for n in range(20) for name in listed(model, f"u{n:03d}", num_results=5)]
    return float(np.mean([prices[name] for name in names]))


def test_the_more_sensitive_to_the_objective_the_more_of_it() -> None:
    data = priced()
    means = [mean_price(data, sensitivity) for sensitivity in ("OFF", "LOW", "MEDIUM", "HIGH")]

    assert means == sorted(means)
    assert len(set(means)) == len(means)


def test_an_objective_is_measured_under_the_services_name() -> None:
    objective = {"itemAttribute": "PRICE", "objectiveSensitivity": "HIGH"}
    job = TrainingJob(recipe=PERSONAL, data=Path(), output=Path())
    optimizing = job.model_copy(update={"solution_config": {"optimizationObjective": objective}})

    assert "average_rewards_at_k" not in train(job, priced()).table.metrics
    assert 0 < train(optimizing, priced()).table.metrics["average_rewards_at_k"] <= 1


def test_an_objective_is_refused_where_there_can_be_none() -> None:
    objective = {"itemAttribute": "PRICE", "objectiveSensitivity": "HIGH"}

    with pytest.raises(InvalidJob, match="aws-sims takes no optimizationObjective"):
        fitted(priced(), "aws-sims", optimizationObjective=objective)


def test_an_objective_that_is_no_number_is_refused() -> None:
    objective = {"itemAttribute": "GENRES", "objectiveSensitivity": "HIGH"}

    with pytest.raises(InvalidJob, match="no numeric column 'GENRES'"):
        fitted(priced(), optimizationObjective=objective)


def contextual() -> Dataset:
    """Even items in the evening, odd ones in the morning, whoever it is."""
    columns = interactions()
    number = np.array([int(name[1:]) for name in columns["ITEM_ID"]])
    columns["MOMENT"] = np.where(number % 2 == 0, "evening", "morning")
    contexts = {"MOMENT": columns["MOMENT"]}
    return Dataset(log_of(columns, contexts=contexts))


def test_the_context_of_a_request_moves_its_answer() -> None:
    model = fitted(contextual()).prepared()
    evening, morning, unknown, none = (
        listed(model, num_results=5, context=context)
        for context in ({"MOMENT": "evening"}, {"MOMENT": "morning"}, {"MOMENT": "noon"}, {})
    )

    assert {int(name[1:]) % 2 for name in evening} == {0}
    assert {int(name[1:]) % 2 for name in morning} == {1}
    assert unknown == none
    assert {taste(name) for name in evening + morning} == {1}


def test_a_stranger_with_attributes_gets_what_their_kind_likes() -> None:
    log = log_of(interactions())
    ids = np.array(sorted([*log.user_ids, "stranger"]))
    kinds = np.array(["k2" if name == "stranger" else f"k{int(name[1:]) % 4}" for name in ids])
    model = fitted(Dataset(log, users=Table(ids, {"KIND": kinds})))

    assert {taste(name) for name in listed(model, "stranger", num_results=5)} == {2}
    assert {taste(name) for name in listed(model, "nobody", num_results=20)} != {2}


def test_what_is_shown_and_never_chosen_is_explored_less() -> None:
    table = items_table({"ignored": 1, "unseen": 1})
    columns = interactions()
    shown = np.char.add(columns["ITEM_ID"], "|ignored|i000|i013")
    data = with_items(table, columns, contexts={"IMPRESSION": shown})
    model = fitted(data)

    assert listed(model, allowed=allowing(model, "ignored", "unseen")) == ["unseen", "ignored"]


def test_excluded_columns_are_as_if_they_were_not_there() -> None:
    data = with_items(items_table({"new1": 1, "new2": 2}))
    assert data.items is not None
    without = fitted(replace(data, items=data.items.without(frozenset({"GENRES"}))))
    bare = fitted(replace(data, items=None))
    question = RecommendRequest(user_id="u001", num_results=ITEMS)

    assert without.recommend(question) == bare.recommend(question)
    assert fitted(data).recommend(question) != bare.recommend(question)


def test_an_update_knows_what_is_new_and_keeps_what_was_learned(tmp_path: Path) -> None:
    columns, newcomers = interactions(), interactions(seed=9)
    save(tmp_path / "old", columns)
    newcomers["USER_ID"] = np.char.replace(newcomers["USER_ID"], "u", "new")
    grown = {name: np.concatenate([columns[name], newcomers[name]]) for name in columns}
    grown["ITEM_ID"][: 2 * EVENTS] = "new0"
    save(tmp_path / "new", grown)
    values = {"algorithmHyperParameters": {"hidden_dimension": "64"}}
    first = TrainingJob(
        recipe=PERSONAL, data=tmp_path / "old", output=tmp_path / "1", solution_config=values
    )
    update = first.model_copy(
        update={
            "data": tmp_path / "new",
            "output": tmp_path / "2",
            "training_mode": "UPDATE",
            "previous_model": tmp_path / "1",
        }
    )

    run(first)
    before, after = (train(job, load(job)).model for job in (first, update))

    assert isinstance(before, PersonalModel)
    assert isinstance(after, PersonalModel)
    assert after.blend.weights.tolist() == before.blend.weights.tolist()
    assert "new0" in after.item_ids
    assert {taste(name) for name in listed(after, "new001", num_results=5)} == {1}
    assert len(after.histories.user_ids) == 2 * USERS


def test_automl_takes_the_recipe_that_reads_what_matters() -> None:
    """People change their taste every time; only the moment tells what comes next."""
    random = np.random.default_rng(4)
    users = np.repeat(np.arange(USERS), EVENTS)
    moments = random.integers(0, GROUPS, users.size)
    items = moments * OF_GROUP + random.integers(0, OF_GROUP, users.size)
    log = log_of(
        {
            "USER_ID": np.char.mod("u%03d", users),
            "ITEM_ID": np.char.mod("i%03d", items),
            "TIMESTAMP": NEWEST - 30 * DAY + np.arange(users.size),
        },
        contexts={"MOMENT": np.char.mod("m%d", np.repeat(moments[::2], 2))},
    )
    job = TrainingJob(recipe="aws-hrnn", data=Path(), output=Path(), perform_auto_ml=True)

    assert train(job, Dataset(log)).best_recipe == "aws-hrnn-metadata"
