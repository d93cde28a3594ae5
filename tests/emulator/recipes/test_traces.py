"""Sums that grow with new events say what summing anew would say."""

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from personalize_emulator.recipes import load_model
from personalize_emulator.recipes.contract import LiveEvent, RecommendRequest
from personalize_emulator.recipes.dataset import Dataset
from personalize_emulator.recipes.eventlog import Codes, EventLog, Floats
from personalize_emulator.recipes.fitting import signals as fitting
from personalize_emulator.recipes.fitting.personal import fit_personal, learn
from personalize_emulator.recipes.fitting.settings import signal_settings
from personalize_emulator.recipes.fitting.signals import SignalSettings, fit_signals
from personalize_emulator.recipes.models import traces
from personalize_emulator.recipes.models.personal import PersonalModel
from personalize_emulator.recipes.models.signals import LATER, POPULARITY, Signals
from personalize_emulator.recipes.options import read_options

RECIPE = "aws-user-personalization"
USERS, ITEMS, EVENTS = 60, 40, 15
TRACED_USERS = 20


def log() -> EventLog:
    """Everybody has as many events as their number says, up to thirty."""
    random = np.random.default_rng(5)
    users = np.repeat(np.arange(USERS), EVENTS + np.arange(USERS) % 2 * EVENTS)
    items = (random.beta(1, 3, users.size) * ITEMS).astype(int)
    return EventLog.from_columns(
        np.char.mod("u%03d", users),
        np.char.mod("i%03d", items),
        np.arange(users.size),
        catalogue=np.array(["new"]),
    )


@pytest.fixture(scope="module")
def computing() -> PersonalModel:
    settings = signal_settings(read_options(RECIPE, {}))
    data = Dataset(log())
    return fit_personal(RECIPE, data, settings, learn(data, settings))


@pytest.fixture
def tracing(
    computing: PersonalModel, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> PersonalModel:
    """The same model from a folder, with traces of the most active third."""
    monkeypatch.setattr(traces, "KEPT", TRACED_USERS * POPULARITY * len(computing.item_ids))
    computing.prepared().dismantle().write(tmp_path)
    model = load_model(tmp_path)
    assert isinstance(model, PersonalModel)
    return model


@pytest.fixture(scope="module", params=["dense", "sparse", "without recency"])
def signals(request: pytest.FixtureRequest) -> Signals:
    settings = replace(SignalSettings(), window=40, recency=request.param != "without recency")
    with pytest.MonkeyPatch.context() as patch:
        if request.param == "sparse":
            patch.setattr(fitting, "DENSE_BELOW", 0)
        return fit_signals(log(), settings)


@pytest.mark.parametrize("since", [1, 2, 11, 12, 13, LATER])
@pytest.mark.parametrize("before", [0, 1, 5, 12, 39, 40, 41, 60, 150])
def test_a_trace_grows_to_what_the_longer_history_says(
    signals: Signals, before: int, since: int
) -> None:
    drawn = np.random.default_rng(before).integers(signals.n_items, size=before + since)
    history: Codes = drawn.astype(np.int32)

    grown = signals.of_grown(signals.trace(history[:before]), history, since)

    assert np.allclose(grown, signals.of(history), rtol=2e-3, atol=2e-3)


@pytest.mark.parametrize("since", [1, 11, 12, LATER])
@pytest.mark.parametrize("before", [12, 60])
def test_what_has_left_leaves_no_rounding_behind(signals: Signals, before: int, since: int) -> None:
    """Sums of events that say nothing are nothing, and scaling would blow up what is nearly so."""
    known = np.random.default_rng(before).integers(ITEMS // 2, size=before).astype(np.int32)
    unheard: Codes = np.full(LATER + since, signals.n_items - 1, dtype=np.int32)
    history = np.concatenate([known, unheard])

    grown = signals.of_grown(signals.trace(history[:-since]), history, since)

    assert np.allclose(grown, signals.of(history), rtol=2e-3, atol=2e-3)


@pytest.mark.parametrize("count", [1, 3, LATER, LATER + 1])
def test_traces_answer_as_the_model_would(
    computing: PersonalModel, tracing: PersonalModel, count: int
) -> None:
    events = [LiveEvent(f"i{n % 9:03d}") for n in range(count - 1)] + [LiveEvent("unheard-of")]
    for number in range(USERS):
        asked = RecommendRequest(user_id=f"u{number:03d}", num_results=5, events=events)
        wanted = {item.item_id: item.score for item in computing.recommend(asked)}
        assert {i.item_id: i.score for i in tracing.recommend(asked)} == pytest.approx(
            wanted, rel=1e-4
        )


def test_a_trace_spares_the_summing_of_the_history(
    tracing: PersonalModel, monkeypatch: pytest.MonkeyPatch
) -> None:
    summed: list[int] = []
    of = Signals.of

    def counting(of_signals: Signals, history: Codes) -> Floats:
        summed.append(len(history))
        return of(of_signals, history)

    monkeypatch.setattr(Signals, "of", counting)
    for number in range(USERS):
        moved = RecommendRequest(user_id=f"u{number:03d}", events=[LiveEvent("i001")])
        tracing.recommend(moved)

    assert len(summed) == USERS - TRACED_USERS
    assert max(summed) <= 2 * EVENTS + 1
