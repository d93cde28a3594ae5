"""HRNN: a recurrent network where torch is installed, the linear model and a notice elsewhere."""

import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest

from personalize_emulator.recipes import load_model
from personalize_emulator.recipes.contract import LiveEvent, RecommendRequest
from personalize_emulator.recipes.dataset import Dataset
from personalize_emulator.recipes.families import legacy
from personalize_emulator.recipes.models.personal import PersonalModel
from personalize_emulator.recipes.models.recurrent import Network, RecurrentModel
from tests.emulator.recipes.tastes import fitted, interactions, listed, log_of

HIDDEN = 4
HOUR = 3_600


@pytest.fixture(scope="module")
def linear() -> PersonalModel:
    model = fitted(Dataset(log_of(interactions())))
    assert isinstance(model, PersonalModel)
    return model


@pytest.fixture(scope="module")
def network(linear: PersonalModel) -> Network:
    """A network of the right shape that has learned nothing."""
    random = np.random.default_rng(1)
    n_items = len(linear.item_ids)
    shapes: dict[str, tuple[int, ...]] = {"embedding": (n_items, HIDDEN), "bias": (n_items,)}
    for name in ("session", "user"):
        shapes |= {f"{name}.weight_{side}": (3 * HIDDEN, HIDDEN) for side in ("ih", "hh")}
        shapes |= {f"{name}.bias_{side}": (3 * HIDDEN,) for side in ("ih", "hh")}
    shapes |= {"initial.weight": (HIDDEN, HIDDEN), "initial.bias": (HIDDEN,)}
    return Network({k: random.normal(size=v).astype(np.float32) for k, v in shapes.items()})


@pytest.fixture(scope="module")
def model(linear: PersonalModel, network: Network) -> RecurrentModel:
    begins = np.zeros(len(linear.histories.items), dtype=np.bool_)
    begins[linear.histories.offsets[:-1]] = True
    return RecurrentModel(linear, network, begins, np.array([1, 0.5], dtype=np.float32))


def test_without_torch_the_linear_model_stands_in_and_says_so(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(legacy, "find_spec", lambda _name: None)

    model = fitted(Dataset(log_of(interactions())), "aws-hrnn")

    assert type(model) is PersonalModel
    assert "needs torch" in model.notices[0]


def test_serving_imports_no_torch() -> None:
    program = (
        "import sys, personalize_emulator.service, personalize_emulator.recipes.train;"
        "sys.exit('torch' in sys.modules)"
    )
    assert subprocess.run([sys.executable, "-c", program], check=False).returncode == 0


def test_a_recurrent_model_answers_the_same_from_its_folder(
    model: RecurrentModel, tmp_path: Path
) -> None:
    model.dismantle().write(tmp_path)
    restored = load_model(tmp_path)

    assert isinstance(restored, RecurrentModel)
    for user in ("u001", "u002", "stranger"):
        question = RecommendRequest(user_id=user, num_results=8, events=[LiveEvent("i005")])
        assert restored.recommend(question) == model.recommend(question)


def test_the_network_has_its_say(model: RecurrentModel, linear: PersonalModel) -> None:
    def chances(of: PersonalModel) -> list[float]:
        return [item.score for item in of.recommend(RecommendRequest(user_id="u001"))]

    deaf = RecurrentModel(linear, model.network, model.begins, np.array([1, 0], dtype=np.float32))
    assert chances(deaf) == pytest.approx(chances(linear), rel=1e-4)
    assert chances(model) != pytest.approx(chances(linear), rel=1e-2)
    assert listed(model, "stranger") == listed(linear, "stranger")


def test_the_order_of_events_and_the_breaks_between_them_matter(network: Network) -> None:
    one = network.scores(np.array([3, 7], dtype=np.int32), np.array([True, False]))
    other = network.scores(np.array([7, 3], dtype=np.int32), np.array([True, False]))
    broken = network.scores(np.array([3, 7], dtype=np.int32), np.array([True, True]))

    assert not np.allclose(one, other)
    assert not np.allclose(one, broken)


def test_a_pause_begins_a_session(model: RecurrentModel) -> None:
    def scores(seconds: int) -> list[float]:
        events = [LiveEvent("i005", timestamp=HOUR), LiveEvent("i006", timestamp=HOUR + seconds)]
        asked = RecommendRequest(events=events)
        return [float(score) for score in model.score_request(asked)]

    assert scores(60) == scores(600)
    assert scores(60) != scores(HOUR)


def test_the_trained_network_is_served_as_torch_would_answer() -> None:
    torch = pytest.importorskip("torch")
    from personalize_emulator.recipes.algorithms import hrnn  # noqa: PLC0415 - imports torch

    layers = hrnn.Layers(9, HIDDEN)
    layers.dropout.eval()
    state = torch.zeros(1, HIDDEN), torch.zeros(1, HIDDEN)
    items, begins = [1, 4, 2, 8], [True, False, True, False]
    for item, first in zip(items, begins, strict=True):
        state = layers.read(torch.tensor([item]), torch.tensor([first]), state)
    expected = (state[0] @ layers.embedding.weight.T + layers.bias).detach().numpy()[0]

    served = Network(layers.arrays()).scores(np.array(items, dtype=np.int32), np.array(begins))

    assert served == pytest.approx(expected, abs=1e-5)


def test_the_network_learns_what_follows_what() -> None:
    pytest.importorskip("torch")
    from personalize_emulator.recipes.algorithms import hrnn  # noqa: PLC0415 - imports torch

    start = np.arange(60) % 5
    walks = (start[:, None] + np.arange(12)) % 5
    log = log_of(
        {
            "USER_ID": np.repeat(np.char.mod("u%02d", np.arange(60)), 12),
            "ITEM_ID": np.char.mod("i%d", walks.ravel()),
            "TIMESTAMP": np.tile(np.arange(12), 60),
        }
    )
    network = Network(hrnn.train_network(log, hrnn.Training(hidden=16, epochs=80)))

    follows = [
        int(network.scores(np.array([item], dtype=np.int32), np.array([True])).argmax())
        for item in range(5)
    ]
    assert follows == [1, 2, 3, 4, 0]
