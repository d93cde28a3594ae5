"""Answers that the training has worked out are the ones that would be computed."""

from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from personalize_emulator.recipes import load_model
from personalize_emulator.recipes.contract import LiveEvent, Model, RecommendRequest, ScoredItem
from personalize_emulator.recipes.dataset import Dataset
from personalize_emulator.recipes.eventlog import Codes, EventLog, Floats
from personalize_emulator.recipes.fitting.personal import fit_personal, learn
from personalize_emulator.recipes.fitting.settings import signal_settings
from personalize_emulator.recipes.models import lists
from personalize_emulator.recipes.models.personal import PersonalModel
from personalize_emulator.recipes.options import read_options

RECIPE = "aws-user-personalization"
USERS, ITEMS, EVENTS, UNTOUCHED = 60, 40, 15, 6
LISTED_USERS = 50
CURIOUS = {"explorationWeight": 1.0}


@pytest.fixture(scope="module")
def computing() -> PersonalModel:
    """A model without lists, over a catalogue in which some items are new."""
    random = np.random.default_rng(3)
    users = np.repeat(np.arange(USERS), EVENTS)
    items = (random.beta(1, 3, users.size) * ITEMS).astype(int)
    log = EventLog.from_columns(
        np.char.mod("u%03d", users),
        np.char.mod("i%03d", items),
        np.arange(users.size),
        catalogue=np.char.mod("new%d", np.arange(UNTOUCHED)),
    )
    settings = signal_settings(read_options(RECIPE, {}))
    data = Dataset(log)
    return fit_personal(RECIPE, data, settings, learn(data, settings))


@pytest.fixture
def listing(computing: PersonalModel, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Model:
    """The same model from a folder, with short lists for most of the users."""
    monkeypatch.setattr(lists, "LENGTH", 10)
    monkeypatch.setattr(lists, "WORK", LISTED_USERS * len(computing.item_ids))
    computing.prepared().dismantle().write(tmp_path)
    return load_model(tmp_path)


def questions() -> list[RecommendRequest]:
    users = [*(f"u{n:03d}" for n in range(USERS)), "stranger", None]
    return [
        RecommendRequest(user_id=user, num_results=count, exploration=exploration)
        for user in users
        for count in (1, 8, 30)
        for exploration in (None, CURIOUS)
    ]


def filtered(question: RecommendRequest, share: float, n_items: int) -> RecommendRequest:
    return replace(question, allowed=np.random.default_rng(1).random(n_items) < share)


def test_lists_answer_as_the_model_would(computing: PersonalModel, listing: Model) -> None:
    for question in questions():
        assert listing.recommend(question) == computing.recommend(question)


@pytest.mark.parametrize("share", [0.05, 0.5, 0.9])
def test_lists_answer_as_the_model_would_through_a_filter(
    computing: PersonalModel, listing: Model, share: float
) -> None:
    for question in questions():
        asked = filtered(question, share, len(computing.item_ids))
        assert listing.recommend(asked) == computing.recommend(asked)


def test_what_is_listed_is_not_computed(listing: Model, monkeypatch: pytest.MonkeyPatch) -> None:
    computed: list[int] = []
    score = PersonalModel.score

    def counting(model: PersonalModel, history: Codes) -> Floats:
        computed.append(len(history))
        return score(model, history)

    monkeypatch.setattr(PersonalModel, "score", counting)
    for number in range(USERS):
        listing.recommend(RecommendRequest(user_id=f"u{number:03d}", num_results=8))

    assert len(computed) == USERS - LISTED_USERS


def test_an_event_moves_a_listed_answer(computing: PersonalModel, listing: Model) -> None:
    moved = RecommendRequest(user_id="u001", num_results=8, events=[LiveEvent("i030")] * 3)

    computed = computing.recommend(moved)
    assert names(listing.recommend(moved)) == names(computed)
    # Sums that have grown differ from those summed anew by rounding.
    assert scores(listing.recommend(moved)) == pytest.approx(scores(computed), rel=1e-5)
    assert names(listing.recommend(moved)) != names(listing.recommend(replace(moved, events=())))


def scores(answer: Sequence[ScoredItem]) -> list[float]:
    return [item.score for item in answer]


def names(answer: Sequence[ScoredItem]) -> list[str]:
    return [item.item_id for item in answer]
