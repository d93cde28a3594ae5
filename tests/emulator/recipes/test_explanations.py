"""What past items add to a recommendation sums to its score: the explanation is exact."""

from typing import Any

import numpy as np
import pytest

from personalize_emulator.recipes.contract import LiveEvent
from personalize_emulator.recipes.dataset import Dataset
from personalize_emulator.recipes.models.personal import PersonalModel
from personalize_emulator.recipes.models.signals import FLOOR, POPULARITY, SIGNALS
from personalize_emulator.recipes.models.situation import Situation
from tests.emulator.recipes.tastes import fitted, interactions, items_table, log_of, with_items

PAST = ["i011", "i012", "i013", "i012", "i031"]


def personal(data: Dataset, **config: Any) -> PersonalModel:
    model = fitted(data, **config)
    assert isinstance(model, PersonalModel)
    return model


@pytest.fixture(scope="module", params=["events", "events and items"])
def model(request: pytest.FixtureRequest) -> PersonalModel:
    if request.param == "events":
        return personal(Dataset(log_of(interactions())))
    return personal(with_items(items_table({"new1": 1, "new3": 3})))


def without_history(model: PersonalModel, place: int) -> float:
    """What an item has for everybody: its popularity, and nothing from any past item."""
    floors = sum(
        float(weight) * float(np.log(FLOOR))
        for weight, signal in zip(model.blend.weights, SIGNALS, strict=False)
        if signal.scale == "share"
    )
    popular = model.blend.weights[POPULARITY] * model.signals.popularity[place]
    return floors + float(popular)


@pytest.mark.parametrize("item", ["i015", "i012", "i031", "i002"])
def test_what_past_items_add_sums_to_the_score(model: PersonalModel, item: str) -> None:
    place = model.items.find(item)
    assert place is not None
    history = model.items.find_all(PAST)
    score = float(model.score_in(Situation(history))[place])

    drivers = model.explain(None, [LiveEvent(name) for name in PAST], item, k=len(PAST))

    total = sum(value for _, value in drivers) + without_history(model, place)
    assert {name for name, _ in drivers} == set(PAST)
    assert total == pytest.approx(score, abs=2e-3)


def test_a_new_item_is_driven_by_what_is_described_like_it() -> None:
    model = personal(with_items(items_table({"new1": 1, "new3": 3})))
    past = [LiveEvent(name) for name in PAST]

    assert model.explain(None, past, "new3", k=1)[0][0] == "i031"
    assert {name for name, _ in model.explain(None, past, "new1", k=3)} == {"i011", "i012", "i013"}


def test_the_newest_events_drive_more_than_the_same_ones_long_ago(model: PersonalModel) -> None:
    late = [LiveEvent("i001")] * 30 + [LiveEvent("i011")]
    early = [LiveEvent("i011")] + [LiveEvent("i001")] * 30

    def share(events: list[LiveEvent]) -> float:
        return dict(model.explain(None, events, "i015", k=2))["i011"]

    assert share(late) > share(early)
