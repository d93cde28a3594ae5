"""The recipes beside the three main ones: each trains, answers its question, and is measured."""

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from personalize_emulator.recipes.contract import RecommendRequest, SegmentRequest
from personalize_emulator.recipes.dataset import Dataset, Table
from personalize_emulator.recipes.errors import InvalidJob, UnsupportedRequest
from personalize_emulator.recipes.eventlog import EventLog
from personalize_emulator.recipes.job import TrainingJob
from personalize_emulator.recipes.train import Trained, train

DAY = 86_400
GROUPS, USERS, ITEMS, EVENTS = 4, 80, 40, 20


def clustered() -> Dataset:
    """People of four tastes, each with ten items of its own; item 0 rises in the last day."""
    random = np.random.default_rng(5)
    users = np.repeat(np.arange(USERS), EVENTS)
    items = (users % GROUPS) * (ITEMS // GROUPS) + random.integers(0, ITEMS // GROUPS, users.size)
    times = np.sort(random.integers(0, 30 * DAY, users.size))
    rising = np.flatnonzero(times > 29 * DAY)
    items[rising[::2]] = 0
    log = EventLog.from_columns(
        np.char.mod("u%03d", users),
        np.char.mod("i%03d", items),
        times,
        types=np.where(np.arange(users.size) % 3 == 0, "Purchase", "View"),
    )
    genres = np.array([f"g{int(name[1:]) // (ITEMS // GROUPS)}" for name in log.item_ids])
    words = np.char.add("a story about ", genres)
    table = Table(
        log.item_ids,
        {"GENRES": genres, "TEXT": words},
        categorical=frozenset({"GENRES"}),
        textual=frozenset({"TEXT"}),
    )
    return Dataset(log, table)


@pytest.fixture(scope="module")
def data() -> Dataset:
    return clustered()


def trained(recipe: str, data: Dataset) -> Trained:
    job = TrainingJob(recipe=recipe, data=Path(), output=Path())
    return train(job, data)


def test_an_item_finds_the_users_of_its_taste(data: Dataset) -> None:
    model = trained("aws-item-affinity", data).model

    users = model.segment(SegmentRequest(item_id="i015", num_results=10))

    assert {int(user[1:]) % GROUPS for user in users} == {1}


def test_an_attribute_finds_the_users_of_its_taste(data: Dataset) -> None:
    model = trained("aws-item-attribute-affinity", data).model

    users = model.segment(SegmentRequest(attributes={"GENRES": "g2"}, num_results=10))

    assert {int(user[1:]) % GROUPS for user in users} == {2}


def test_an_unknown_attribute_is_refused_with_those_there_are(data: Dataset) -> None:
    model = trained("aws-item-attribute-affinity", data).model

    with pytest.raises(UnsupportedRequest, match="there are: GENRES"):
        model.segment(SegmentRequest(attributes={"COLOUR": "red"}))


def test_what_rises_trends(data: Dataset) -> None:
    model = trained("aws-trending-now", data).model

    assert model.recommend(RecommendRequest(num_results=1))[0].item_id == "i000"


def test_similar_texts_are_near(data: Dataset) -> None:
    model = trained("aws-semantic-similarity", data).model

    near = model.recommend(RecommendRequest(item_id="i025", num_results=9))

    assert {int(item.item_id[1:]) // (ITEMS // GROUPS) for item in near} == {2}
    assert "i025" not in [item.item_id for item in near]


def test_semantic_similarity_needs_a_text(data: Dataset) -> None:
    with pytest.raises(InvalidJob, match="textual"):
        trained("aws-semantic-similarity", replace(data, items=None))


def test_bestsellers_count_purchases_only(data: Dataset) -> None:
    by_purchase = trained("aws-ecomm-popular-items-by-purchases", data).model
    by_view = trained("aws-ecomm-popular-items-by-views", data).model

    first, second = (m.recommend(RecommendRequest(num_results=40)) for m in (by_purchase, by_view))
    assert [a.score for a in first] != [a.score for a in second]


def test_a_search_chooses_by_the_services_names_within_the_ranges(data: Dataset) -> None:
    ranges = [{"name": "hidden_dimension", "minValue": 32, "maxValue": 64}]
    config = {
        "hpoConfig": {
            "algorithmHyperParameterRanges": {"integerHyperParameterRanges": ranges},
            "hpoResourceConfig": {"maxNumberOfTrainingJobs": "3"},
        }
    }
    job = TrainingJob(
        recipe="aws-user-personalization",
        data=Path(),
        output=Path(),
        perform_hpo=True,
        solution_config=config,
    )

    tuned = train(job, data).tuned

    assert tuned is not None
    assert set(tuned) == {"hidden_dimension"}
    assert 32 <= int(tuned["hidden_dimension"]) <= 64


def test_automl_names_the_recipe_that_it_has_chosen(data: Dataset) -> None:
    job = TrainingJob(recipe="aws-hrnn", data=Path(), output=Path(), perform_auto_ml=True)

    assert train(job, data).best_recipe in {"aws-hrnn", "aws-hrnn-metadata", "aws-hrnn-coldstart"}


def test_exploration_shows_untouched_items_and_keeps_the_first_place(data: Dataset) -> None:
    columns = data.log
    fresh = np.array([f"new{n}" for n in range(5)])
    log = EventLog.from_columns(
        columns.user_ids[columns.rows],
        columns.item_ids[columns.items],
        columns.times,
        catalogue=fresh,
    )
    model = trained("aws-user-personalization", Dataset(log)).model
    plain = RecommendRequest(user_id="u001", num_results=8, exploration={"explorationWeight": 0})
    curious = replace(plain, exploration={"explorationWeight": 1.0})

    careful, explored = model.recommend(plain), model.recommend(curious)

    assert explored[0].item_id == careful[0].item_id
    assert not {item.item_id for item in careful} & set(fresh.tolist())
    assert {item.item_id for item in explored} & set(fresh.tolist())
    assert len({item.item_id for item in explored}) == 8
