"""What every recipe promises: a configuration, a training, answers, and an explanation of them."""

import json
from collections.abc import Callable, Iterable
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from personalize_emulator.catalogue import RANKING, RELATED, SEGMENT, recipes
from personalize_emulator.recipes import load_model
from personalize_emulator.recipes.contract import LiveEvent, Model, RecommendRequest, SegmentRequest
from personalize_emulator.recipes.errors import InvalidJob, UnsupportedRequest
from personalize_emulator.recipes.job import TrainingJob
from personalize_emulator.recipes.options import bounds_of, read_options
from personalize_emulator.recipes.registry import RECIPES
from personalize_emulator.recipes.train import run
from tests.emulator.recipes.tastes import GROUPS, interactions, items_table, save

CATALOGUE = {recipe.name: recipe for recipe in recipes(legacy=True)}
SAME_FOR_ALL = {
    "aws-popularity-count",
    "aws-trending-now",
    "aws-vod-most-popular",
    "aws-vod-trending-now",
    "aws-ecomm-popular-items-by-views",
    "aws-ecomm-popular-items-by-purchases",
}
Trained = Callable[[str], Model]

SEGMENTING = {name for name, recipe in CATALOGUE.items() if recipe.type == SEGMENT}
RANKINGS = {name for name, recipe in CATALOGUE.items() if recipe.type == RANKING}
UNMOVED = SAME_FOR_ALL | {name for name, recipe in CATALOGUE.items() if recipe.type == RELATED}


def of(names: Iterable[str]) -> pytest.MarkDecorator:
    return pytest.mark.parametrize("recipe", sorted(names))


of_every_recipe = of(CATALOGUE)


@pytest.fixture(scope="module")
def job(tmp_path_factory: pytest.TempPathFactory) -> TrainingJob:
    """All datasets of a small world."""
    folder = tmp_path_factory.mktemp("contract")
    events = interactions() | {"EVENT_TYPE": np.resize(["View", "Purchase"], 1_600)}
    items = items_table({"new1": 1})
    texts = np.char.add("a story about ", items.columns["GENRES"])
    save(folder, events)
    save(folder, {"ITEM_ID": items.ids, **items.columns, "TEXT": texts}, "items")
    users = np.unique(events["USER_ID"])
    save(folder, {"USER_ID": users, "KIND": np.resize(["a", "b", "c"], len(users))}, "users")
    acts = {("ACTION_ID" if k == "ITEM_ID" else k): column for k, column in events.items()}
    save(folder, acts, "actionInteractions")
    save(folder, {"ACTION_ID": items.ids, "VALUE": np.ones(len(items.ids))}, "actions")
    marks = [
        {"name": "TEXT", "type": "string", "textual": True},
        {"name": "GENRES", "type": "string", "categorical": True},
    ]
    return TrainingJob(
        recipe="", data=folder, output=folder / "models", schemas={"items": {"fields": marks}}
    )


@pytest.fixture(scope="module")
def trained(job: TrainingJob) -> Trained:
    """Train a recipe once, through its job; return the model as it is served."""
    models: dict[str, Model] = {}

    def train(recipe: str) -> Model:
        if recipe not in models:
            mine = job.model_copy(update={"recipe": recipe, "output": job.output / recipe})
            result = run(mine)
            (mine.output / "metrics.json").write_text(json.dumps(result["metrics"]))
            models[recipe] = load_model(mine.output)
        return models[recipe]

    return train


def question(recipe: str, **more: Any) -> RecommendRequest:
    asked: dict[str, Any] = {"user_id": "u001", "item_id": "i011", "num_results": 6}
    if recipe in RANKINGS:
        asked["input_list"] = ["i031", "i012", "i002", "i013", "i024", "i001"]
    return RecommendRequest(**asked | more)


def test_the_recipes_of_the_catalogue_are_those_that_train() -> None:
    assert RECIPES.keys() == CATALOGUE.keys()
    assert {name for name, recipe in RECIPES.items() if recipe.legacy} == {
        name for name, recipe in CATALOGUE.items() if recipe.legacy
    }
    assert {name for name, recipe in RECIPES.items() if recipe.resume} >= {
        name for name, recipe in CATALOGUE.items() if recipe.updates
    }


@of_every_recipe
def test_its_configuration_takes_its_own_hyperparameters_and_no_others(recipe: str) -> None:
    for parameter in CATALOGUE[recipe].parameters:
        values = parameter.choices or [f"{bound:g}" for bound in bounds_of(parameter)]
        for value in values:
            read_options(recipe, {"algorithmHyperParameters": {parameter.name: value}})
    with pytest.raises(InvalidJob, match=f"{recipe} has no hyperparameter depth"):
        read_options(recipe, {"algorithmHyperParameters": {"depth": "3"}})


@of_every_recipe
def test_its_training_leaves_metrics(recipe: str, trained: Trained, job: TrainingJob) -> None:
    trained(recipe)
    metrics = json.loads((job.output / recipe / "metrics.json").read_text())

    assert "coverage" in metrics
    assert all(np.isfinite(value) for value in metrics.values())


@of_every_recipe
def test_its_answers_are_distinct_and_fall(recipe: str, trained: Trained) -> None:
    model = trained(recipe)
    if recipe in SEGMENTING:
        users = model.segment(SegmentRequest(item_id="i015", num_results=8))
        assert {int(user[1:]) % GROUPS for user in users} == {1}
        assert len(set(users)) == 8
        return
    answer = model.recommend(question(recipe))
    scores = [item.score for item in answer if item.reason != "Exploration"]

    assert len({item.item_id for item in answer}) == 6
    assert scores == sorted(scores, reverse=True)


@of(CATALOGUE.keys() - SEGMENTING - RANKINGS)
def test_its_answers_keep_to_a_filter(recipe: str, trained: Trained) -> None:
    model = trained(recipe)
    allowed = np.isin(model.item_ids, ["i012", "i013", "i033"])

    answer = model.recommend(question(recipe, allowed=allowed))

    assert answer
    assert {item.item_id for item in answer} <= {"i012", "i013", "i033"}


@of_every_recipe
def test_strangers_are_answered(recipe: str, trained: Trained) -> None:
    if recipe in SEGMENTING:
        with pytest.raises(UnsupportedRequest):
            trained(recipe).segment(SegmentRequest(item_id="unheard of"))
        return
    asked = question(recipe, user_id="unheard of", item_id="unheard of")

    assert len(trained(recipe).recommend(asked)) == 6


@of(CATALOGUE.keys() - SEGMENTING)
def test_an_event_moves_the_answers_that_depend_on_events(recipe: str, trained: Trained) -> None:
    asked = question(recipe)
    moved = replace(asked, events=[LiveEvent("i031"), LiveEvent("i032"), LiveEvent("i033")])
    before, after = (trained(recipe).recommend(each) for each in (asked, moved))

    assert (before == after) is (recipe in UNMOVED)


@of_every_recipe
def test_it_says_which_past_items_drove_an_answer(recipe: str, trained: Trained) -> None:
    model = trained(recipe)
    past = [LiveEvent(f"i01{n}") for n in range(4)]

    drivers = model.explain("unheard of", past, "i015", k=3)

    if recipe in SAME_FOR_ALL:
        assert drivers == []
        return
    assert len(drivers) == 3
    assert {name for name, _ in drivers} <= {event.item_id for event in past}
    assert [value for _, value in drivers] == sorted((v for _, v in drivers), reverse=True)
    assert drivers[0][1] > 0


@of_every_recipe
def test_it_says_nothing_about_items_that_it_does_not_know(recipe: str, trained: Trained) -> None:
    assert trained(recipe).explain("u001", [], "unheard of") == []


def test_a_model_is_mapped_from_disk(trained: Trained, job: TrainingJob) -> None:
    trained("aws-sims")

    assert Path(job.output / "aws-sims" / "neighbours.data.npy").exists()
